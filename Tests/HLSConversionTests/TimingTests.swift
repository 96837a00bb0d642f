import HLSKit
import Testing

@testable import HLSConversion

@Suite("Keyframe grid")
struct KeyframeGridTests {
    private let frame = MediaTime(ticks: 3_600)

    /// The times that must be IDR pictures, of pictures at these times.
    private func keyframes(_ times: [MediaTime], interval: Double = 2, frame: Int64 = 3_600) -> [MediaTime] {
        var grid = KeyframeGrid(interval: interval, frameDuration: MediaTime(ticks: frame))
        return times.flatMap { grid.add($0) }.filter(\.isKeyframe).map(\.time)
    }

    @Test("the first picture at or after each boundary is an IDR picture")
    func regular() {
        let times = (0..<200).map { MediaTime(ticks: 500 + Int64($0) * 3_600) }
        #expect(keyframes(times) == [0, 50, 100, 150].map { times[$0] })
    }

    @Test("boundaries do not drift when no picture lies on them")
    func fractional() {
        // 24000/1001 frames a second: 90 kHz ticks are 3,753.75 apart.
        let times = (0..<480).map { MediaTime(ticks: Int64(Double($0) * 3_753.75)) }
        #expect(keyframes(times, frame: 3_754) == [0, 48, 96, 144, 192, 240, 288, 336, 384, 432].map { times[$0] })
    }

    @Test("milliseconds that round down still count as the boundary")
    func milliseconds() {
        let times = [0, 89_910, 179_910].map { MediaTime(ticks: $0) }
        #expect(keyframes(times, frame: 90_000) == [times[0], times[2]])
    }

    @Test("a hole is filled at the frame rate, with an IDR picture at each boundary in it")
    func hole() {
        var grid = KeyframeGrid(interval: 2, frameDuration: frame)
        _ = grid.add(.zero)
        let pictures = grid.add(MediaTime(seconds: 5))
        #expect(pictures.count == 125)
        #expect(pictures.last == .init(time: MediaTime(seconds: 5), isKeyframe: false))
        #expect(pictures.filter(\.isKeyframe).map(\.time) == [MediaTime(seconds: 2), MediaTime(seconds: 4)])
        for (first, second) in zip(pictures, pictures.dropFirst()) {
            #expect(second.time - first.time <= MediaTime(ticks: 5_400))
        }
    }

    @Test("slides that stay longer than a segment are shown again at each boundary", arguments: [2.5, 3, 5])
    func slides(every seconds: Double) {
        var grid = KeyframeGrid(interval: 2, frameDuration: MediaTime(seconds: seconds))
        let pictures = (0..<8).flatMap { grid.add(MediaTime(seconds: Double($0) * seconds)) }
        let keyframes = pictures.filter(\.isKeyframe).map(\.time)
        #expect(keyframes == keyframes.indices.map { MediaTime(seconds: Double($0) * 2) })
        #expect(keyframes.count == Int(seconds * 7 / 2) + 1)
    }

    @Test("the last picture is shown again until it ends", arguments: [0.04, 0.3, 3, 5])
    func lastPicture(rate: Double) {
        var grid = KeyframeGrid(interval: 2, frameDuration: MediaTime(seconds: rate))
        _ = grid.add(.zero)
        let repeats = grid.finish(at: MediaTime(seconds: 5.5))
        #expect(repeats.filter(\.isKeyframe).map(\.time) == [MediaTime(seconds: 2), MediaTime(seconds: 4)])
        #expect(repeats.allSatisfy { $0.time < MediaTime(seconds: 5.5) })
        #expect((repeats.last?.time.seconds ?? 0) >= 5.5 - 2 * min(rate, 2))
    }

    @Test("slides are shown again every second", arguments: [1.5, 3, 7])
    func slideSteps(seconds: Double) {
        var grid = KeyframeGrid(interval: 4, frameDuration: MediaTime(seconds: seconds))
        let pictures = (0..<8).flatMap { grid.add(MediaTime(seconds: Double($0) * seconds)) }
        for (first, second) in zip(pictures, pictures.dropFirst()) {
            #expect(second.time - first.time <= MediaTime(seconds: 1) + KeyframeGrid.tolerance)
        }
    }

    @Test("a picture is held for hours of sound: a still every second, a film at its rate")
    func hold() {
        var still = KeyframeGrid(interval: 2, frameDuration: frame)
        _ = still.add(.zero)
        let repeats = still.hold(until: MediaTime(seconds: 7_200))
        #expect(repeats.map(\.time) == (1..<7_200).map { MediaTime(seconds: Double($0)) })
        #expect(repeats.filter(\.isKeyframe).count == 3_599)
        var film = KeyframeGrid(interval: 2, frameDuration: frame)
        _ = film.add(.zero) + film.add(frame)
        #expect(film.hold(until: MediaTime(seconds: 1_800)).count == 44_998)
    }

    @Test("a last picture that ends as usual is not repeated, and an end in days is not believed")
    func usualEnd() {
        var grid = KeyframeGrid(interval: 2, frameDuration: frame)
        _ = grid.add(.zero)
        #expect(grid.finish(at: frame).isEmpty)
        #expect(grid.finish(at: MediaTime(ticks: 1 << 52)).isEmpty)
    }

    @Test("pictures of a variable rate keep their times; only long steps are filled")
    func variableRate() {
        var grid = KeyframeGrid(interval: 2, frameDuration: frame)
        let times = [0, 3_600, 10_800, 19_800].map { MediaTime(ticks: $0) }
        #expect(times.flatMap { grid.add($0) }.map(\.time.ticks) == [0, 3_600, 10_800, 14_400, 19_800])
    }

    @Test("a jump of days does not fill the film with repeats")
    func jump() {
        var grid = KeyframeGrid(interval: 2, frameDuration: frame)
        _ = grid.add(.zero)
        let far = grid.add(MediaTime(ticks: 1 << 52))
        #expect(far.count <= 20_001)
        #expect(far.last?.isKeyframe == true)
        #expect(grid.add(MediaTime(ticks: 1 << 52 + 3_600)).map(\.isKeyframe) == [false])
    }
}

@Suite("Segmenter")
struct SegmenterTests {
    @Test("rounded durations add up to the true length")
    func roundingIsCarried() throws {
        var segmenter = Segmenter(rule: .randomAccessPoint(interval: 0.01))
        segmenter.begin(at: .zero, earliest: .zero)
        var sum: Int64 = 0
        for index in 1...10_000 {
            let duration = segmenter.cut(before: MediaTime(ticks: Int64(index) * 1_001))
            sum += try #require(duration).microseconds
        }
        // 1,001 ticks are 11,122.2 microseconds.
        #expect(sum == 111_222_222)
    }

    @Test("copied streams are cut at the first random access point after most of the length")
    func copied() {
        var segmenter = Segmenter(rule: .randomAccessPoint(interval: 2))
        segmenter.begin(at: .zero, earliest: .zero)
        #expect(segmenter.cut(before: MediaTime(seconds: 1.7)) == nil)
        #expect(segmenter.cut(before: MediaTime(seconds: 1.9)) == MediaDuration(microseconds: 1_900_000))
        #expect(segmenter.cut(before: MediaTime(seconds: 3)) == nil)
        #expect(segmenter.cut(before: MediaTime(seconds: 9)) == MediaDuration(microseconds: 7_100_000))
        #expect(segmenter.finish(at: MediaTime(seconds: 10)) == MediaDuration(microseconds: 1_000_000))
    }

    @Test("an extra IDR picture inside of an encoded segment does not end it")
    func grid() {
        var segmenter = Segmenter(rule: .grid(interval: 2))
        segmenter.begin(at: MediaTime(seconds: 1), earliest: MediaTime(seconds: 1))
        #expect(segmenter.cut(before: MediaTime(seconds: 2.9)) == nil)
        #expect(segmenter.cut(before: MediaTime(seconds: 3)) == MediaDuration(microseconds: 2_000_000))
        #expect(segmenter.cut(before: MediaTime(seconds: 4)) == nil)
        #expect(segmenter.cut(before: MediaTime(seconds: 5)) == MediaDuration(microseconds: 2_000_000))
    }

    @Test(
        "an end that is forced leaves the other ends where they are",
        arguments: [
            Segmenter.Rule.randomAccessPoint(interval: 2), .grid(interval: 2),
        ]
    )
    func forcedEnds(rule: Segmenter.Rule) {
        var segmenter = Segmenter(rule: rule)
        segmenter.begin(at: .zero, earliest: .zero)
        let ends = stride(from: 0.5, through: 6, by: 0.5).filter { time in
            segmenter.cut(before: MediaTime(seconds: time), isForced: time == 2.5) != nil
        }
        #expect(ends == [2, 2.5, 4, 6])
    }

    @Test("sound in front of the first picture belongs to the first segment")
    func earlierSound() {
        var segmenter = Segmenter(rule: .grid(interval: 2))
        segmenter.begin(at: MediaTime(seconds: 1), earliest: .zero)
        #expect(segmenter.cut(before: MediaTime(seconds: 3)) == MediaDuration(microseconds: 3_000_000))
    }
}

@Suite("Interleaver")
struct InterleaverTests {
    @Test("units come out by time, and none before every track has spoken")
    func order() {
        var interleaver = Interleaver<String>(trackCount: 2, byteLimit: 1_000)
        interleaver.add("v0", track: 0, key: MediaTime(ticks: 0), byteCount: 1)
        interleaver.add("v1", track: 0, key: MediaTime(ticks: 40), byteCount: 1)
        #expect(interleaver.next() == nil)
        interleaver.add("a0", track: 1, key: MediaTime(ticks: 20), byteCount: 1)
        #expect(interleaver.next()?.unit == "v0")
        #expect(interleaver.next()?.unit == "a0")
        #expect(interleaver.next() == nil)
        interleaver.end(track: 1)
        #expect(interleaver.next()?.unit == "v1")
        #expect(interleaver.next() == nil)
    }

    @Test("a silent track does not hold the others beyond the limit")
    func limit() {
        var interleaver = Interleaver<Int>(trackCount: 2, byteLimit: 100)
        for index in 0..<10 { interleaver.add(index, track: 0, key: MediaTime(ticks: Int64(index)), byteCount: 30) }
        var released = 0
        while interleaver.next() != nil { released += 1 }
        #expect(released == 7)
    }

    @Test("of equal times the first track goes first")
    func ties() {
        var interleaver = Interleaver<Int>(trackCount: 2, byteLimit: 100)
        interleaver.add(1, track: 1, key: .zero, byteCount: 1)
        interleaver.add(0, track: 0, key: .zero, byteCount: 1)
        #expect(interleaver.next()?.unit == 0)
    }
}

@Suite("Timeline correction")
struct TimelineCorrectionTests {
    private let frame = MediaTime(seconds: 0.04)

    @Test("a packet that still has the clock in front of a jump keeps it, and the streams go on together")
    func lateStream() {
        var correction = TimelineCorrection(allowsJumps: true)
        let (frame, sound) = (MediaTime(seconds: 0.04), MediaTime(seconds: 0.02))
        func corrected(_ seconds: Double, _ duration: MediaTime, _ stream: Int) -> Double {
            let time = MediaTime(seconds: seconds)
            return (time + correction.offset(for: time, duration: duration, stream: stream)).seconds
        }
        for number in 0..<75 { _ = corrected(Double(number) * 0.04, frame, 0) }
        for number in 0..<148 { _ = corrected(Double(number) * 0.02, sound, 1) }
        // The picture starts over, two frames of sound come behind it, and then the sound starts over too.
        #expect(abs(corrected(0, frame, 0) - 3) < 0.01)
        #expect(abs(corrected(2.96, sound, 1) - 2.96) < 0.01 && abs(corrected(2.98, sound, 1) - 2.98) < 0.01)
        #expect(abs(corrected(0, sound, 1) - 3) < 0.01)
        #expect(abs(corrected(0.04, frame, 0) - 3.04) < 0.01 && abs(corrected(0.02, sound, 1) - 3.02) < 0.01)
    }

    @Test("steps within seconds stay, a jump is closed for all streams alike")
    func jump() {
        var correction = TimelineCorrection(allowsJumps: true)
        #expect(correction.offset(for: MediaTime(seconds: 100), duration: frame, stream: 0) == .zero)
        #expect(correction.offset(for: MediaTime(seconds: 99), duration: frame, stream: 1) == .zero)
        #expect(correction.offset(for: MediaTime(seconds: 104), duration: frame, stream: 0) == .zero)
        let offset = correction.offset(for: MediaTime(seconds: 9_000), duration: frame, stream: 0)
        #expect(MediaTime(seconds: 9_000) + offset == MediaTime(seconds: 104.04))
        #expect(correction.offset(for: MediaTime(seconds: 9_001), duration: frame, stream: 1) == offset)
    }

    @Test("a recording that starts over goes on where it was")
    func restart() {
        var correction = TimelineCorrection(allowsJumps: true)
        _ = correction.offset(for: MediaTime(seconds: 3), duration: frame, stream: 0)
        let offset = correction.offset(for: MediaTime(seconds: 1), duration: frame, stream: 0)
        #expect(MediaTime(seconds: 1) + offset == MediaTime(seconds: 3.04))
    }

    @Test("in containers with an index only steps of days are damage")
    func indexed() {
        var correction = TimelineCorrection(allowsJumps: false)
        _ = correction.offset(for: .zero, duration: frame, stream: 0)
        #expect(correction.offset(for: MediaTime(seconds: 3_600), duration: frame, stream: 0) == .zero)
        #expect(correction.offset(for: MediaTime(ticks: .max), duration: frame, stream: 0) != .zero)
    }
}
