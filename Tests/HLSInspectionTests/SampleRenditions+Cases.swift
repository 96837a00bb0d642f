import HLSKit

extension SampleRenditions {
    static let broken: [BrokenStream] = [
        BrokenStream("subtitles without a header", "subtitle-header-missing", in: "text/s1.vtt", offsets: 0..<1) {
            try files({ $0[1] = cue(1) })
        },
        BrokenStream("subtitles without a tie to the media", "timestamp-map-missing", in: "text/s1.vtt", offsets: 0..<1)
        {
            try files({ $0[1] = "WEBVTT\n\n" + cue(1) })
        },
        BrokenStream("a tie that cannot be read", "timestamp-map-broken", in: "text/s1.vtt", offsets: 7..<8) {
            try files({ $0[1] = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:x,LOCAL:0\n\n" + cue(1) })
        },
        BrokenStream("a cue whose times cannot be read", "cue-broken", in: "text/s2.vtt", offsets: 50..<70) {
            try files({ $0[2] = header + "00:04 --> 00:05\nNo\n" })
        },
        BrokenStream("a cue that ends before it begins", "cue-broken", in: "text/s2.vtt", offsets: 50..<70) {
            try files({ $0[2] = header + "00:05.000 --> 00:04.000\nNo\n" })
        },
        BrokenStream(
            "a cue that no blank line parts from the header",
            "cue-in-header",
            in: "text/s2.vtt",
            offsets: 50..<60
        ) {
            try files({ $0[2] = header.dropLast() + cue(2) })
        },
        BrokenStream("a CODECS of another level", "codec-not-declared", in: "film.m3u8", line: 5) {
            try files(attributes: { $0.replacing("avc1.4D001E", with: "avc1.77.31") })
        },
        BrokenStream("I-frames of a file without tables", "i-frame-missing", in: "film.m3u8", line: 8) {
            let files = try iFramesBehindTables()
            return files.with(["all.ts": [UInt8](repeating: 0xFF, count: 376) + (files["all.ts"] ?? []).dropFirst(376)])
        },
        BrokenStream("cues of another time", "cue-outside-segment", in: "text/s0.vtt") {
            try files({ texts in texts = texts.map { $0.replacing("MPEGTS:90000", with: "MPEGTS:990000") } })
        },
        BrokenStream(
            "fragments with other timestamps than the transport stream",
            "timestamps-do-not-match",
            in: "mp4/mp4.m3u8"
        ) {
            try files(fragments: SampleFragments(start: 180_000))
        },
        BrokenStream(
            "a variant whose times go astray in its middle",
            "timestamps-do-not-match",
            in: "mp4/mp4.m3u8",
            line: 13
        ) {
            try files(
                fragments: SampleFragments(videoShift: { $0 < 2 ? 0 : 18_000 }, audioShift: { $0 < 2 ? 0 : 18_000 })
            )
        },
        BrokenStream("a wrong CODECS of fragments", "codec-not-declared", in: "film.m3u8", line: 5) {
            try files(attributes: { $0.replacing("4D001E", with: "640028") })
        },
        BrokenStream("a wrong RESOLUTION of fragments", "resolution-differs", in: "film.m3u8", line: 5) {
            try files(attributes: { $0.replacing("320x180", with: "640x360") })
        },
        BrokenStream("a wrong FRAME-RATE of fragments", "frame-rate-differs", in: "film.m3u8", line: 5) {
            try files(attributes: { $0.replacing("25.000", with: "50.000") })
        },
        BrokenStream("an I-frame that is none", "i-frame-missing", in: "film.m3u8", line: 11) {
            try iFrames { lines in
                let start = Int(lines[9].split(separator: "@").last ?? "") ?? 0
                lines[9] = "#EXT-X-BYTERANGE:\(188 * 2)@\(start + 188 * 5)"
            }
        },
        BrokenStream("a range with more than the I-frame", "i-frame-repeated", in: "film.m3u8", line: 8) {
            try iFrames { $0[6] = $0[6].replacing("\(188 * 5)@", with: "\(188 * 9)@") }
        },
        BrokenStream(
            "EXTINF of an I-frame is not the time to the next one",
            "duration-inexact",
            in: "film.m3u8",
            line: 9
        ) {
            try iFrames { $0[8] = "#EXTINF:0.6," }
        },
    ]

    static let good: [(String, @Sendable () throws -> Files)] = [
        ("a transport stream, fragments and subtitles", { try files() }),
        ("I-frames of a transport stream", { try iFrames() }),
        ("I-frames of fragments", { iFramesOfFragments() }),
        ("I-frames behind the tables of their file", { try iFramesBehindTables() }),
        ("subtitles with their header in EXT-X-MAP", { subtitlesWithMap() }),
        ("CODECS with decimal numbers", { try files(attributes: { $0.replacing("avc1.4D001E", with: "avc1.77.30") }) }),
        ("CODECS with other constraints", { try files(attributes: { $0.replacing("4D001E", with: "4d401e") }) }),
        ("CODECS with a zero in front", { try files(attributes: { $0.replacing("40.2", with: "40.02") }) }),
        (
            "CODECS with the name of another sample entry",
            { try SamplePresentation.files { $0.replacing("avc1", with: "avc3") } }
        ),
    ]
}
