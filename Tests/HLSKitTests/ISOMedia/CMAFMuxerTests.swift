import HLSKit
import TestSupport
import Testing

@Suite("Writing CMAF")
struct CMAFMuxerTests {
    private static func entry(_ name: String) throws -> SampleEntry {
        try #require(CMAFCase.all.first { $0.name == name }).entry
    }

    private static func fragment(_ bytes: [UInt8], _ muxer: CMAFMuxer) throws -> MovieFragment {
        let file = MP4File(bytes, initialization: MP4File(muxer.initializationSection).movie)
        #expect(file.problems.isEmpty, "\(file.problems)")
        return try #require(file.fragments.first)
    }

    @Test("the table has every kind of track")
    func table() {
        let types = Set(CMAFCase.all.map(\.entry.type))
        #expect(types == ["avc1", "avc3", "hvc1", "hev1", "av01", "vp09", "mp4a", "ac-3", "ec-3", "Opus", "fLaC"])
        #expect(CMAFCase.all.count == 24)
    }

    @Test("a sample entry is read as it was written", arguments: CMAFCase.all)
    func entries(_ sample: CMAFCase) throws {
        let muxer = try CMAFMuxer(tracks: [sample.track(id: 3)])
        let file = MP4File(muxer.initializationSection)
        #expect(file.problems.isEmpty, "\(file.problems)")
        let track = try #require(file.movie?.track(3))
        #expect(track.sampleEntries == [sample.entry])
        #expect(track.language == "fra")
        #expect(file.fileBrands?.contains("cmfc") == true)
    }

    @Test("an encrypted sample entry is read as it was written", arguments: [true, false])
    func encryptedEntry(hasPattern: Bool) throws {
        let key = [UInt8](1...16)
        let vectors: [UInt8] = hasPattern ? [0] : [8]
        let pattern: [UInt8] = hasPattern ? [0, 0x19, 1] : [0, 0, 1]
        let constant: [UInt8] = hasPattern ? [16] + key : []
        let tenc = BoxBuilder.full("tenc", version: hasPattern ? 1 : 0, pattern + vectors + key + constant)
        let sinf = BoxBuilder.box(
            "sinf",
            BoxBuilder.box("frma", Array("avc1".utf8)),
            BoxBuilder.full("schm", Array((hasPattern ? "cbcs" : "cenc").utf8), BoxBuilder.u32(0x10000)),
            BoxBuilder.box("schi", tenc)
        )
        let movie = BoxBuilder.moov(BoxBuilder.trak(1, entry: BoxBuilder.avc1("encv", sinf)))
        let entry = try #require(MP4File(BoxBuilder.ftyp() + movie).movie?.tracks.first?.sampleEntries.first)
        let muxer = try CMAFMuxer(tracks: [CMAFTrack(id: 1, entry: entry)])
        let file = MP4File(muxer.initializationSection)
        #expect(file.problems.isEmpty, "\(file.problems)")
        #expect(file.movie?.tracks.first?.sampleEntries == [entry])
        #expect(entry.protection?.keyID == key)
    }

    @Test("any units are read as they were written", arguments: 0..<40)
    func chance(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<25 {
            let input = generator.bytes(Int.random(in: 0...120, using: &generator))
            let problem = CMAFProperties.broken(by: input)
            #expect(problem == nil, "\(problem ?? "") by \(input)")
        }
    }

    @Test(
        "decoding times of 100,000 frames of 44.1 kHz are exact, however their times are rounded",
        arguments: [90, 1]
    )
    func exactAudio(ticksInMillisecond: Int64) throws {
        let count = 100_000
        let segmentCount = 97
        var muxer = try CMAFMuxer(tracks: [CMAFTrack(id: 1, entry: try Self.entry("AAC as it is"))])
        let frame: [UInt8] = [1, 2, 3, 4]
        var frames = 0
        var greatestPending = 0
        func time(_ frame: Int) -> MediaTime {
            let grains = (Int64(frame) * 1_024 * 1_000 * ticksInMillisecond * 2 + 44_100) / 88_200
            return MediaTime(ticks: grains * 90 / ticksInMillisecond)
        }
        while frames < count {
            let first = frames
            for _ in 0..<min(segmentCount, count - frames) {
                let pts = time(frames)
                try muxer.write(frame.span, track: 0, pts: pts, dts: pts, isRandomAccess: true)
                frames += 1
            }
            greatestPending = max(greatestPending, muxer.pendingByteCount)
            let fragment = try Self.fragment(try muxer.finishSegment(next: [time(frames)]), muxer)
            let track = try #require(fragment.track(1))
            guard track.startTime == Int64(first) * 1_024, track.endTime == Int64(frames) * 1_024 else {
                Issue.record("frames \(first)..<\(frames): \(track.startTime)..<\(track.endTime)")
                return
            }
        }
        #expect(greatestPending == segmentCount * frame.count, "the memory is that of one segment")
    }

    @Test(
        "decoding times of 100,000 pictures of 23.976 Hz run on from segment to segment and do not drift",
        arguments: [nil, 24_000, 48_000] as [UInt32?]
    )
    func exactVideo(timescale: UInt32?) throws {
        let track = CMAFTrack(id: 1, entry: try Self.entry("av01"), timescale: timescale)
        var muxer = try CMAFMuxer(tracks: [track])
        func time(_ frame: Int) -> MediaTime { MediaTime(ticks: (Int64(frame) * 1_001 * 90_000 * 2 + 24_000) / 48_000) }
        var end: Int64 = 0
        for first in stride(from: 0, to: 100_000, by: 250) {
            for number in first..<first + 250 {
                let pts = time(number)
                try muxer.write([1].span, track: 0, pts: pts, dts: pts, isRandomAccess: number == first)
            }
            let fragment = try Self.fragment(try muxer.finishSegment(next: [time(first + 250)]), muxer)
            let read = try #require(fragment.track(1))
            let isExact = Double(read.endTime) / Double(track.timescale) - Double(first + 250) * 1_001 / 24_000
            guard read.startTime == end, abs(isExact) <= 0.51 / 90_000 else {
                Issue.record("picture \(first): \(read.startTime) instead of \(end)")
                return
            }
            end = read.endTime
        }
    }

    @Test("reordered pictures are presented at their own times, from the first one on, and sound stays where it was")
    func reordering() throws {
        var muxer = try CMAFMuxer(tracks: [
            CMAFTrack(id: 1, entry: try Self.entry("av01")), CMAFTrack(id: 2, entry: try Self.entry("AAC as it is")),
        ])
        // Two pictures of delay, so that decoding begins before the presentation; sound begins 21 ms after the picture.
        let start: Int64 = 900_000
        for (number, place) in [0, 4, 2, 1, 3, 8, 6, 5, 7].enumerated() {
            try muxer.write(
                [UInt8(number)].span,
                track: 0,
                pts: MediaTime(ticks: start + Int64(place) * 3_600),
                dts: MediaTime(ticks: start + Int64(number - 2) * 3_600),
                isRandomAccess: number == 0
            )
        }
        for number in 0..<10 {
            let time = MediaTime(ticks: start + 1_890 + Int64(number) * 2_090)
            try muxer.write([9].span, track: 1, pts: time, dts: time, isRandomAccess: true)
        }
        let fragment = try Self.fragment(try muxer.finishSegment(), muxer)
        let video = try #require(fragment.track(1))
        #expect(video.startTime == start)
        #expect(video.samples.map(\.compositionTime) == [0, 4, 2, 1, 3, 8, 6, 5, 7].map { start + $0 * 3_600 })
        let audio = try #require(fragment.track(2))
        #expect(abs(Double(audio.startTime) / 44_100 - 10.021) < 0.000_1)
    }

    @Test("a size that changes gives another init section, and the timeline runs on")
    func change() throws {
        var muxer = try CMAFMuxer(tracks: [
            CMAFTrack(id: 1, entry: try #require(CMAFCase.h264()), unitForm: .nalUnits(.annexB))
        ])
        let first = muxer.initializationSection
        func write(_ number: Int64) throws {
            let unit = SampleUnits.h264(number: Int(number), isKey: true, length: 50)
            let pts = MediaTime(ticks: 7_200 + number * 3_600)
            let dts = MediaTime(ticks: number * 3_600)
            try muxer.write(unit.span, track: 0, pts: pts, dts: dts, isRandomAccess: true)
        }
        for number in 0..<5 { try write(Int64(number)) }
        let larger = try #require(CMAFCase.h264(width: 40))
        #expect(throws: CMAFError.self) { try muxer.setEntry(larger, track: 0) }
        let before = try Self.fragment(try muxer.finishSegment(), muxer)
        try muxer.setEntry(larger, track: 0)
        #expect(muxer.initializationSection != first)
        #expect(MP4File(muxer.initializationSection).movie?.tracks.first?.sampleEntries.first?.width == 640)
        for number in 5..<8 { try write(Int64(number)) }
        let after = try Self.fragment(try muxer.finishSegment(), muxer)
        #expect(after.track(1)?.startTime == before.track(1)?.endTime)
        #expect(after.track(1)?.samples.first { _ in true }?.compositionTime == Int64(7_200 + 5 * 3_600))
        #expect(after.sequenceNumber == 2)
        // The units carry the parameter sets of the size before.
        #expect(muxer.hasUnknownParameterSets(track: 0))
    }

    @Test("a gap stays a gap, and what follows it keeps its times")
    func gap() throws {
        var muxer = try CMAFMuxer(tracks: [CMAFTrack(id: 1, entry: try Self.entry("AAC with ADTS"))])
        for number in [0, 1, 2, 10, 11] {
            let time = MediaTime(ticks: Int64(number) * 1_920)
            let unit = SampleUnits.adts(length: 50)
            try muxer.write(unit.span, track: 0, pts: time, dts: time, isRandomAccess: true)
        }
        let track = try #require(try Self.fragment(try muxer.finishSegment(), muxer).track(1))
        #expect(track.samples.map(\.compositionTime) == [0, 1, 2, 10, 11].map { $0 * 1_024 })
    }

    @Test("what cannot be written is an error with a sentence")
    func errors() throws {
        let entry = try Self.entry("AAC with ADTS")
        func message(_ body: () throws -> Void) -> String? {
            do {
                try body()
                return nil
            } catch {
                return "\(error)"
            }
        }
        #expect(message { _ = try CMAFMuxer(tracks: []) } == "a CMAF presentation needs at least one track")
        for tracks in [
            [CMAFTrack(id: 0, entry: entry)], [CMAFTrack(id: 1, entry: entry), CMAFTrack(id: 1, entry: entry)],
        ] {
            #expect(message { _ = try CMAFMuxer(tracks: tracks) }?.contains("number") == true)
        }
        var muxer = try CMAFMuxer(tracks: [CMAFTrack(id: 1, entry: entry, unitForm: .adts)])
        let frame = SampleUnits.adts(length: 20)
        let early = MediaTime(ticks: -9_000)
        #expect(
            message { try muxer.write(frame.span, track: 0, pts: early, dts: early, isRandomAccess: true) }
                == "a sample of track 1 begins before the presentation does"
        )
        #expect(
            message { try muxer.write([1, 2].span, track: 0, pts: .zero, dts: .zero, isRandomAccess: true) }
                == "an access unit of track 1 is not coded as its sample entry says"
        )
        #expect(muxer.pendingByteCount == 0, "what was refused leaves nothing behind")
        #expect(try muxer.finishSegment().isEmpty)
    }
}
