import HLSKit
import TestSupport
import Testing

/// A stream that is broken in one way, and the finding that tells of it.
struct BrokenStream: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let rule: String
    let file: String
    /// The line of a playlist.
    var line: Int?
    /// The bytes of the file among which the place is; nil when the finding has none.
    var offsets: Range<Int>?
    let files: @Sendable () throws -> Files

    init(
        _ name: String,
        _ rule: String,
        in file: String,
        line: Int? = nil,
        offsets: Range<Int>? = nil,
        _ files: @escaping @Sendable () throws -> Files
    ) {
        testDescription = name
        self.rule = rule
        self.file = file
        self.line = line
        self.offsets = offsets
        self.files = files
    }

    /// The bytes of a segment.
    static let anywhere = 0..<40_000
    /// The packets at the start of a segment.
    private static let start = 0..<188 * 8

    static let all =
        streams + timing + playlists + fragments + SamplePresentation.broken + SampleEncryption.broken
        + SampleSound.broken
        + SampleRenditions.broken

    // MARK: Streams

    private static let streams: [BrokenStream] = [
        BrokenStream("counters begin anew at a join", "continuity-error", in: "s2.ts", offsets: start) {
            try SampleStream(restarts: [2]).files()
        },
        BrokenStream("a picture without a delimiter", "delimiter-missing", in: "s1.ts", offsets: anywhere) {
            try SampleStream(picture: { $0 == 63 ? SampleStream.picture($0, delimiters: 0) : $1 }).files()
        },
        BrokenStream("a picture with two delimiters", "delimiter-repeated", in: "s1.ts", offsets: anywhere) {
            try SampleStream(picture: { $0 == 63 ? SampleStream.picture($0, delimiters: 2) : $1 }).files()
        },
        BrokenStream("a packet is lost", "continuity-error", in: "s1.ts", offsets: 188 * 20..<188 * 30) {
            try SampleStream().files { $0[1].removeSubrange(188 * 20..<188 * 21) }
        },
        BrokenStream("a segment ends within a packet", "incomplete-packet", in: "s1.ts", offsets: anywhere) {
            try SampleStream().files { $0[1].removeLast(50) }
        },
        BrokenStream("bytes between packets", "sync-loss", in: "s3.ts", offsets: 188 * 15..<188 * 25) {
            try SampleStream().files { $0[3].insert(contentsOf: [UInt8](repeating: 0, count: 77), at: 188 * 20) }
        },
        BrokenStream("a broken packet", "broken-packet", in: "s1.ts", offsets: 188 * 20..<188 * 20 + 1) {
            try SampleStream().files { $0[1][188 * 20 + 1] |= 0x80 }
        },
        BrokenStream("packets are scrambled", "scrambled", in: "s1.ts", offsets: 188 * 20..<188 * 20 + 1) {
            try SampleStream().files { $0[1][188 * 20 + 3] |= 0x80 }
        },
        BrokenStream("a table has a wrong checksum", "broken-table", in: "s1.ts", offsets: start) {
            try SampleStream().files { $0[1][188 + 14] ^= 1 }
        },
        BrokenStream("pictures of a codec that is not read", "not-inspected", in: "s0.ts") {
            try SampleStream().files { $0 = SampleTypes.replacing([0x1B: 0x10], in: $0) }
        },
        BrokenStream("sound of a codec that is not read", "not-inspected", in: "s0.ts") {
            try SampleStream().files { $0 = SampleTypes.replacing([0x0F: 0x82], in: $0) }
        },
        BrokenStream("AAC that is labelled MP3", "wrong-stream-type", in: "s0.ts", offsets: anywhere) {
            try SampleStream().files { $0 = SampleTypes.replacing([0x0F: 0x03], in: $0) }
        },
        BrokenStream("a segment begins without tables", "tables-not-first", in: "s2.ts", offsets: start) {
            try SampleStream().files { $0[2].removeFirst(188 * 2) }
        },
        BrokenStream(
            "segments do not begin with a random access point",
            "segment-not-independent",
            in: "s1.ts",
            offsets: start
        ) {
            try SampleStream(pictures: 45).files()
        },
        BrokenStream("a segment without a random access point", "no-random-access", in: "s1.ts", offsets: start) {
            let stream = SampleStream(picture: { number, unit in
                number / 50 == 1 ? SampleUnits.h264(number: number, isKey: false, length: 300) : unit
            })
            let text = stream.playlist().replacing("#EXT-X-INDEPENDENT-SEGMENTS\n", with: "")
            return try stream.files().with("film.m3u8", text)
        },
        BrokenStream("a segment without pictures", "missing-track", in: "s2.ts") {
            try SampleStream(pictureShift: { $0 / 50 == 2 ? nil : (0, 0) }).files()
        },
    ]

    // MARK: Times

    private static let timing: [BrokenStream] = [
        BrokenStream("the clock is behind the times it serves", "data-after-decoding-time", in: "s0.ts", offsets: start)
        {
            var stream = SampleStream()
            stream.intervals.clockLead = MediaTime(ticks: -9_000)
            return try stream.files()
        },
        BrokenStream("the clock comes too seldom", "clock-late", in: "s0.ts", offsets: anywhere) {
            var stream = SampleStream(pictures: 10, pictureTicks: 18_000)
            stream.intervals.clockInterval = MediaTime(ticks: 90_000)
            return try stream.files()
        },
        BrokenStream("ten frames of sound are missing", "audio-gap", in: "s1.ts", offsets: anywhere) {
            try SampleStream(soundShift: { (100..<110).contains($0) ? nil : 0 }).files()
        },
        BrokenStream("frames of sound overlap", "audio-overlap", in: "s1.ts", offsets: anywhere) {
            try SampleStream(soundShift: { $0 < 100 ? 0 : -1_900 }).files()
        },
        BrokenStream("the sound begins late", "audio-video-offset", in: "s0.ts", offsets: anywhere) {
            try SampleStream(soundShift: { _ in 45_000 }).files()
        },
        BrokenStream("timestamps jump without a tag", "timestamps-do-not-run-on", in: "s2.ts", offsets: 0..<400_000) {
            try SampleStream(
                pictureShift: { $0 < 100 ? (0, 0) : (450_000, 450_000) },
                soundShift: { $0 < 188 ? 0 : 450_000 }
            )
            .files()
        },
        BrokenStream(
            "timestamps jump by hours without a tag",
            "timestamps-do-not-run-on",
            in: "s2.ts",
            offsets: 0..<400_000
        ) {
            let jump: Int64 = 90_000 * 7_200
            return try SampleStream(
                pictureShift: { $0 < 100 ? (0, 0) : (jump, jump) },
                soundShift: { $0 < 188 ? 0 : jump }
            )
            .files()
        },
        BrokenStream("timestamps go back without a tag", "timestamps-do-not-run-on", in: "s2.ts", offsets: 0..<400_000)
        {
            let jump: Int64 = -90_000 * 4
            return try SampleStream(
                start: 900_000,
                restarts: [2],
                pictureShift: { $0 < 100 ? (0, 0) : (jump, jump) },
                soundShift: { $0 < 188 ? 0 : jump }
            ).files()
        },
        BrokenStream("a decoding time goes back", "decoding-time-not-rising", in: "s1.ts", offsets: anywhere) {
            try SampleStream(pictureShift: { $0 == 63 ? (-7_200, -7_200) : (0, 0) }).files()
        },
        BrokenStream(
            "a picture is shown before it is decoded",
            "presentation-before-decoding",
            in: "s1.ts",
            offsets: anywhere
        ) {
            try SampleStream(pictureShift: { $0 == 63 ? (-7_200, 0) : (0, 0) }).files()
        },
        BrokenStream("another picture size without a tag", "format-change", in: "s2.ts", offsets: start) {
            try SampleStream(picture: { number, unit in
                guard number == 100 else { return unit }
                let slice = SampleUnits.h264Slice(.init(order: 0, refreshID: 0), length: 300)
                let sets = [SampleUnits.h264SequenceSet(width: 40), SampleUnits.h264PictureSet]
                return SampleUnits.joined([[0x09, 0xF0]] + sets + [slice])
            }).files()
        },
        BrokenStream("the sound ends without a tag", "tracks-change", in: "s2.ts", offsets: start) {
            try SampleStream(restarts: [2], silentFrom: 2).files()
        },
    ]

    // MARK: Playlists

    private static let playlists: [BrokenStream] = [
        BrokenStream("EXTINF is far off", "duration-differs", in: "film.m3u8", line: 9) {
            try SampleStream().files(durations: [1: 2.9], target: 3)
        },
        BrokenStream("EXTINF is not exact", "duration-inexact", in: "film.m3u8", line: 11) {
            try SampleStream().files(durations: [2: 1.8])
        },
        BrokenStream("rounding errors add up", "duration-drift", in: "film.m3u8", line: 7 + 2 * 6) {
            let stream = SampleStream(segments: 12)
            return try stream.files(durations: Dictionary(uniqueKeysWithValues: (0..<12).map { ($0, 2.075) }))
        },
        BrokenStream("media is longer than the target duration", "segment-longer-than-target", in: "film.m3u8", line: 7)
        {
            try SampleStream(pictures: 100).files(durations: [0: 2.4, 1: 2.4, 2: 2.4, 3: 2.4], target: 2)
        },
        BrokenStream("EXTINF is longer than the target duration", "segment-exceeds-target", in: "film.m3u8", line: 7) {
            try SampleStream().files(target: 1)
        },
        BrokenStream("there is no target duration", "missing-target-duration", in: "film.m3u8") {
            let stream = SampleStream()
            return try stream.files()
                .with("film.m3u8", stream.playlist().replacing("#EXT-X-TARGETDURATION:2\n", with: ""))
        },
        BrokenStream("a tag for nothing", "needless-discontinuity", in: "film.m3u8", line: 11) {
            try SampleStream().files(tags: [2: "#EXT-X-DISCONTINUITY"])
        },
        BrokenStream("a segment is missing", "missing-segment", in: "s2.ts") {
            try SampleStream().files().without("s2.ts")
        },
        BrokenStream("a web page instead of a segment", "not-a-media-segment", in: "s1.ts") {
            try SampleStream().files().with("s1.ts", "<!DOCTYPE html><html><body>Not found</body></html>")
        },
        BrokenStream("a compressed segment", "not-a-media-segment", in: "s1.ts") {
            try SampleStream().files().with(["s1.ts": [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]])
        },
        BrokenStream("an empty segment", "empty-segment", in: "s3.ts") { try SampleStream().files().with("s3.ts", "") },
        BrokenStream("a range beyond the end", "range-beyond-end", in: "film.m3u8", line: 9) {
            try SampleStream().files(tags: [0: "#EXT-X-BYTERANGE:1000000@0"])
        },
        BrokenStream("an encrypted segment", "encrypted-segment", in: "film.m3u8", line: 11) {
            try SampleStream().files(tags: [2: "#EXT-X-KEY:METHOD=AES-128,URI=\"https://example.com/key\""])
        },
    ]
}
