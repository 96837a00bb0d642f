import HLSKit
import TestSupport

/// Two variants in folders of their own, and the multivariant playlist.
enum SamplePresentation {
    /// Lines 4 and 5 are of the first variant, 6 and 7 of the second.
    static func playlist(_ change: (String) -> String = { $0 }) -> String {
        let attributes = "CODECS=\"avc1.4D001E,mp4a.40.2\",RESOLUTION=320x180,FRAME-RATE=25.000"
        let lines = [
            "#EXTM3U", "# Two renditions of one film.", "",
            "#EXT-X-STREAM-INF:BANDWIDTH=\(bandwidth),AVERAGE-BANDWIDTH=\(bandwidth),\(attributes)", "low/low.m3u8",
            change("#EXT-X-STREAM-INF:BANDWIDTH=\(bandwidth),AVERAGE-BANDWIDTH=\(bandwidth),\(attributes)"),
            "high/high.m3u8",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// What the sample needs: 50 pictures in two packets or three and the sound, every 2 s.
    private static let bandwidth: Int = {
        let media = (try? SampleStream().media()) ?? []
        return (media.map(\.count).max() ?? 0) * 4 + 100
    }()

    static func files(
        _ high: SampleStream = SampleStream(),
        tags: [Int: String] = [:],
        _ change: (String) -> String = { $0 }
    ) throws -> Files {
        func rendition(_ stream: SampleStream, _ name: String, _ tags: [Int: String]) throws -> Files {
            let files = try stream.files(tags: tags)
            return files.without("film.m3u8").with(["\(name).m3u8": files["film.m3u8"] ?? []]).placed(in: name)
        }
        return try rendition(SampleStream(), "low", [:]).with(rendition(high, "high", tags))
            .with("film.m3u8", playlist(change))
    }

    static let broken: [BrokenStream] = [
        BrokenStream("a wrong CODECS", "codec-not-declared", in: "film.m3u8", line: 6) {
            try files { $0.replacing("avc1.4D001E", with: "avc1.640028") }
        },
        BrokenStream("CODECS lists too much", "codec-not-present", in: "film.m3u8", line: 6) {
            try files { $0.replacing("mp4a.40.2", with: "mp4a.40.2,ec-3") }
        },
        BrokenStream("a wrong RESOLUTION", "resolution-differs", in: "film.m3u8", line: 6) {
            try files { $0.replacing("320x180", with: "640x360") }
        },
        BrokenStream("a wrong FRAME-RATE", "frame-rate-differs", in: "film.m3u8", line: 6) {
            try files { $0.replacing("25.000", with: "30.000") }
        },
        BrokenStream("a BANDWIDTH that is too low", "bandwidth-too-low", in: "film.m3u8", line: 6) {
            try files { $0.replacing("BANDWIDTH=\(bandwidth)", with: "BANDWIDTH=1000") }
        },
        BrokenStream("a BANDWIDTH that is too high", "bandwidth-too-high", in: "film.m3u8", line: 6) {
            try files { $0.replacing(":BANDWIDTH=\(bandwidth)", with: ":BANDWIDTH=\(bandwidth * 2)") }
        },
        BrokenStream("timestamps that do not match", "timestamps-do-not-match", in: "high/high.m3u8") {
            try files(SampleStream(start: 180_000))
        },
        BrokenStream("variants that are cut elsewhere", "segments-not-aligned", in: "high/high.m3u8", line: 10) {
            try files(SampleStream(segments: 5, pictures: 40))
        },
        BrokenStream("a missing media playlist", "missing-playlist", in: "film.m3u8", line: 6) {
            try files().without("high/high.m3u8")
        },
        BrokenStream("a discontinuity in one variant only", "discontinuities-differ", in: "high/high.m3u8") {
            try files(tags: [2: "#EXT-X-DISCONTINUITY"])
        },
        BrokenStream("a missing segment of one variant", "missing-segment", in: "high/s2.ts") {
            try files().without("high/s2.ts")
        },
    ]
}
