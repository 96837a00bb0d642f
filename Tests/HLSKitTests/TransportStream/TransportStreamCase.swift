import HLSKit
import TestSupport

/// A stream for the muxer's and the demuxer's tests: what goes into the one has to come out of the other.
struct TransportStreamCase: Sendable, CustomStringConvertible {
    struct Unit: Sendable {
        var stream: Int
        var payload: [UInt8]
        var pts: MediaTime
        var dts: MediaTime
        var isRandomAccess: Bool
    }

    var name: String
    var streams: [ElementaryStream]
    var units: [Unit] = []
    /// The units in front of which a segment begins.
    var cuts: Set<Int> = []

    var description: String { name }

    /// Every codec alone, every pair of video and sound, long and short units, and clocks that wrap.
    static let all: [Self] = {
        var cases: [Self] = []
        for codec in SampleUnits.codecs { cases.append(Self("\(codec)", [codec], start: 90_000)) }
        for video in SampleUnits.codecs where video.isVideo {
            for sound in SampleUnits.codecs where !sound.isVideo {
                cases.append(Self("\(video) with \(sound)", [video, sound], start: 900_000))
            }
        }
        cases.append(Self("a clock that wraps", [.h264, .aac], start: (1 << 33) - 40_000))
        cases.append(Self("the third wrap", [.h264, .aac], start: (3 << 33) - 20_000))
        cases.append(Self("a PTS that wraps before its DTS", [.h264, .aac], start: (1 << 33) - 3_601, delay: 7_200))
        cases.append(Self("long pictures", [.h264, .aac], start: 90_000, scale: 90_000))
        cases.append(Self("pictures of a few bytes", [.h264, .aac], start: 90_000, scale: 1))
        cases.append(Self("sound twice", [.h264, .aac, .ac3], start: 90_000))
        return cases
    }()

    init(_ name: String, _ codecs: [ElementaryStream.Codec], start: Int64, delay: Int64 = 7_200, scale: Int = 400) {
        self.name = name
        streams = codecs.enumerated().map { index, codec in
            ElementaryStream(
                codec: codec,
                pid: UInt16(0x100 + index),
                decodeDelay: MediaTime(ticks: codec.isVideo ? delay : 0)
            )
        }
        var times = codecs.map { start + ($0.isVideo ? 0 : delay) }
        var numbers = codecs.map { _ in 0 }
        for step in 0..<90 {
            // The unit whose turn it is by decoding time and delay, as the muxer wants them.
            let order = streams.indices.map { times[$0] + streams[$0].decodeDelay.ticks }
            guard let stream = order.indices.min(by: { order[$0] < order[$1] }) else { continue }
            let codec = codecs[stream]
            let number = numbers[stream]
            if stream == 0, number > 0, number % 10 == 0 { cuts.insert(step) }
            // Presentation out of order, as with B-frames, within groups that begin with the first picture that is shown.
            let reordering = codec.isVideo ? (number % 10 == 0 ? 2 : [1, 3, 1][number % 10 % 3]) * delay / 2 : 0
            let bytes = SampleUnits.unit(codec, number: number, length: scale + (number * 37) % (scale * 2))
            units.append(
                Unit(
                    stream: stream,
                    payload: bytes,
                    pts: MediaTime(ticks: times[stream] + reordering),
                    dts: MediaTime(ticks: times[stream]),
                    isRandomAccess: SampleUnits.isRandomAccess(codec, number: number)
                )
            )
            times[stream] += Self.step(codec)
            numbers[stream] += 1
        }
    }

    /// Codecs, sizes and times by chance, the same for every run.
    static func random(seed: UInt64) -> Self {
        // A small generator, so that the fuzzer needs no other file.
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ limit: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state >> 33) % limit
        }
        let video = SampleUnits.codecs.filter(\.isVideo)
        let sound = SampleUnits.codecs.filter { !$0.isVideo }
        let pictures = next(4) == 0 ? [] : [video[next(video.count)]]
        let codecs = pictures + (0...next(3)).map { _ in sound[next(sound.count)] }
        let start = next(3) == 0 ? (1 << 33) - Int64(next(200_000)) : Int64(next(1 << 30)) + 50_000
        return Self(
            "random \(seed)",
            codecs,
            start: start,
            delay: Int64(1 + next(3)) * 3_600,
            scale: 1 + next(next(5) == 0 ? 40_000 : 2_000)
        )
    }

    /// How long a unit lasts, in ticks.
    static func step(_ codec: ElementaryStream.Codec) -> Int64 {
        switch codec {
        case .aac, .aacLATM: 1_920
        case .mpeg1Audio: 2_351
        case .mpeg2Audio: 4_320
        case .ac3, .enhancedAC3: 2_880
        case .opus: 1_800
        case .timedMetadata: 9_000
        default: 3_600
        }
    }

    /// The bytes that the muxer makes of it, a segment each.
    func segments() throws -> [[UInt8]] {
        var muxer = try TransportStreamMuxer(streams: streams)
        var segments: [[UInt8]] = []
        muxer.startSegment()
        for (index, unit) in units.enumerated() {
            if cuts.contains(index) {
                muxer.startSegment()
                segments.append(muxer.takeOutput())
            }
            try muxer.write(
                unit.payload.span,
                stream: unit.stream,
                pts: unit.pts,
                dts: unit.dts,
                isRandomAccess: unit.isRandomAccess
            )
        }
        muxer.flush()
        return segments + [muxer.takeOutput()]
    }
}
