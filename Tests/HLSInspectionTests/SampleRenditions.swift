import Foundation
import HLSKit
import TestSupport

/// Presentations with renditions of every kind, and streams of I-frames.
enum SampleRenditions {
    // MARK: Subtitles

    static let header = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:90000,LOCAL:00:00:00.000\n\n"

    static func cue(_ segment: Int) -> String {
        "00:00:0\(segment * 2).200 --> 00:00:0\(segment * 2 + 1).500\nLine \(segment)\n\n"
    }

    /// A variant of fragments, one of a transport stream and subtitles.
    static func files(
        transport: SampleStream = SampleStream(),
        fragments: SampleFragments = SampleFragments(),
        _ change: (inout [String]) -> Void = { _ in },
        attributes: (String) -> String = { $0 }
    ) throws -> Files {
        var texts = (0..<4).map { header + cue($0) }
        change(&texts)
        var subtitles = transport.playlist().replacing(".ts", with: ".vtt")
        subtitles = subtitles.replacing("#EXT-X-INDEPENDENT-SEGMENTS\n", with: "")
        var files = try rendition(transport.files(), "ts").with(rendition(fragments.files(), "mp4"))
        for (index, text) in texts.enumerated() { files["text/s\(index).vtt"] = Array(text.utf8) }
        let rates = [try transport.media(), (0..<4).map(fragments.segment)].map {
            ($0.map(\.count).max() ?? 0) * 4 + 50
        }
        func variant(_ rate: Int, _ name: String) -> String {
            let formats = "CODECS=\"avc1.4D001E,mp4a.40.2\",RESOLUTION=320x180,FRAME-RATE=25.000"
            return "#EXT-X-STREAM-INF:BANDWIDTH=\(rate),\(formats),SUBTITLES=\"text\"\n\(name)/\(name).m3u8"
        }
        let lines = [
            "#EXTM3U",
            "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\",NAME=\"English\",LANGUAGE=\"en\",URI=\"text/text.m3u8\"",
            variant(rates[0], "ts"), attributes(variant(rates[1], "mp4")), "",
        ]
        return files.with("film.m3u8", lines.joined(separator: "\n")).with("text/text.m3u8", subtitles)
    }

    private static func rendition(_ files: Files, _ name: String) -> Files {
        files.without("film.m3u8").with(["\(name).m3u8": files["film.m3u8"] ?? []]).placed(in: name)
    }

    // MARK: I-frames

    /// I-frames of a transport stream, each a range of the file.
    static func iFrames(_ change: (inout [String]) -> Void = { _ in }) throws -> Files {
        let stream = SampleStream(segments: 4, pictures: 10, hasAudio: false)
        let media = try stream.media()
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:4", "#EXT-X-TARGETDURATION:1", "#EXT-X-PLAYLIST-TYPE:VOD",
            "#EXT-X-I-FRAMES-ONLY",
        ]
        var offset = 0
        for segment in media {
            // Two tables, and the packets of the first picture.
            lines += ["#EXTINF:0.4,", "#EXT-X-BYTERANGE:\(188 * 5)@\(offset)", "all.ts"]
            offset += segment.count
        }
        change(&lines)
        let text = (lines + ["#EXT-X-ENDLIST", ""]).joined(separator: "\n")
        return ["film.m3u8": Array(text.utf8), "all.ts": Array(media.joined())]
    }

    /// I-frames of a transport stream that has its tables at its start only, and no `EXT-X-MAP`.
    static func iFramesBehindTables() throws -> Files {
        let tables = 188 * 2
        let files = try iFrames { lines in
            for index in stride(from: 6, to: lines.count, by: 3) {
                let start = Int(lines[index].split(separator: "@").last ?? "") ?? 0
                lines[index] = "#EXT-X-BYTERANGE:\(188 * 5 - tables)@\(start + tables)"
            }
        }
        return files
    }

    /// Subtitles whose segments have their header in `EXT-X-MAP`; the second one has no cue.
    static func subtitlesWithMap() -> Files {
        let lines = [
            "#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:2", "#EXT-X-PLAYLIST-TYPE:VOD",
            "#EXT-X-MAP:URI=\"head.vtt\"", "#EXTINF:2,", "0.vtt", "#EXTINF:2,", "1.vtt", "#EXTINF:2,", "2.vtt",
            "#EXT-X-ENDLIST", "",
        ]
        return ["1.vtt": []].with("film.m3u8", lines.joined(separator: "\n")).with("head.vtt", header)
            .with("0.vtt", cue(0)).with("2.vtt", cue(2))
    }

    /// I-frames of fragments: ranges that end behind the first sample.
    static func iFramesOfFragments() -> Files {
        let stream = SampleFragments(pictures: 10, hasAudio: false)
        let head = stream.initialization()
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:5", "#EXT-X-TARGETDURATION:1", "#EXT-X-PLAYLIST-TYPE:VOD",
            "#EXT-X-I-FRAMES-ONLY",
            "#EXT-X-MAP:URI=\"all.mp4\",BYTERANGE=\"\(head.count)@0\"",
        ]
        var offset = head.count
        for index in 0..<stream.segments {
            let segment = stream.segment(index)
            let start = segment.firstRange(of: Array("mdat".utf8))?.upperBound ?? 0
            lines += ["#EXTINF:0.4,", "#EXT-X-BYTERANGE:\(start + 330)@\(offset)", "all.mp4"]
            offset += segment.count
        }
        let text = (lines + ["#EXT-X-ENDLIST", ""]).joined(separator: "\n")
        return ["film.m3u8": Array(text.utf8), "all.mp4": stream.file()]
    }
}
