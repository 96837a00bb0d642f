import Foundation
import Testing

@testable import HLSDownload
@testable import w2g

@Suite("JSON")
struct JSONTextTests {
    private func rendition(_ count: Int, _ folder: String) -> DownloadPlan.Rendition {
        var segments = (0..<count).map { number in
            DownloadPlan.Segment(
                url: "https://example.com/片 \"segments\" : [/\(number).ts",
                sequence: number,
                duration: 6.006,
                isDiscontinuity: number == 1,
                isGap: false,
                file: "\(folder)/stream_\(number).ts"
            )
        }
        if count > 2 {
            segments[2].range = DownloadPlan.Range(start: 1, length: 2)
            segments[2].protection = DownloadPlan.Protection(key: 0, vector: "ff\n")
        }
        return DownloadPlan.Rendition(
            kind: .variant,
            folder: folder,
            url: "https://example.com/\"segments\" : [",
            duration: 1.5,
            keys: [DownloadPlan.Key(url: "\"segments\" : [", method: "AES-128")],
            initializations: [],
            segments: DownloadPlan.Segments(segments)
        )
    }

    @Test(
        "of a plan is the same written in pieces and as a whole",
        arguments: [[], [0], [1], [3, 0, 2], [255, 256, 257], [700]]
    )
    func plan(_ counts: [Int]) throws {
        let plan = DownloadPlan(
            source: "s",
            playlist: "p",
            isLive: true,
            renditions: counts.enumerated().map { rendition($1, "\($0)p") }
        )
        var text = ""
        var longest = 0
        try JSONText.write(plan) { piece in
            text += piece
            longest = max(longest, piece.utf8.count)
        }
        #expect(text == (try JSONText.of(plan)))
        #expect(longest < 100_000)
        #expect(try JSONDecoder().decode(DownloadPlan.self, from: Data(text.utf8)) == plan)
    }
}
