import Foundation
import Testing

@testable import HLSDownload

@Suite("The list of planned segments")
struct PlannedSegmentsTests {
    private func segment(_ number: Int, url: String? = nil) -> DownloadPlan.Segment {
        DownloadPlan.Segment(
            url: url ?? "https://example.com/film/720p/segment-\(number).ts?token=0123456789abcdef",
            sequence: 7 + number,
            duration: 6.006,
            isDiscontinuity: false,
            isGap: false,
            file: "720p/stream_\(number).ts"
        )
    }

    @Test("gives back what was put in, whatever it is")
    func roundTrip() throws {
        var segments = (0..<30).map { segment($0) }
        segments[1].range = DownloadPlan.Range(start: 0, length: .max)
        segments[2].protection = DownloadPlan.Protection(key: 300, vector: String(repeating: "0f", count: 16))
        segments[3].protection = DownloadPlan.Protection(key: -1, vector: "ABC, no digits")
        segments[4].protection = DownloadPlan.Protection(key: 0, vector: "")
        segments[5].initialization = 12_345
        segments[6].isDiscontinuity = true
        segments[7].isGap = true
        segments[8].sequence = .min
        segments[9].sequence = .max
        for (index, duration) in [0, 0.1 + 0.2, -1, 1e300, .infinity, .leastNonzeroMagnitude].enumerated() {
            segments[10 + index].duration = duration
        }
        for (index, file) in ["", "a", "stream_17.ts", "720p/stream_19.", "720p/stream_19.webm", "片.ts"].enumerated() {
            segments[16 + index].file = file
        }
        segments[22].url = ""
        segments[23].url = "https://example.com/片"
        segments[24].url = String(repeating: "x", count: 5_000)
        let list = DownloadPlan.Segments(segments)
        #expect(Array(list) == segments)
        for index in segments.indices {
            #expect(list.isGap(at: index) == segments[index].isGap)
            #expect(list.duration(at: index) == segments[index].duration)
            #expect(list.range(at: index) == segments[index].range)
            #expect(list.protection(at: index) == segments[index].protection)
        }
        // JSON has no infinity.
        segments[14].duration = 1
        let json = try JSONEncoder().encode(DownloadPlan.Segments(segments))
        #expect(try JSONDecoder().decode([DownloadPlan.Segment].self, from: json) == segments)
        #expect(try JSONDecoder().decode(DownloadPlan.Segments.self, from: json) == DownloadPlan.Segments(segments))
    }

    @Test("takes a few bytes a segment, also of addresses that are long or change hosts")
    func size() {
        let token = String(repeating: "0123456789", count: 100)
        let hosts = (0..<4).map { "https://edge\($0).example.com/\(token)/" }
        let list = DownloadPlan.Segments((0..<10_000).lazy.map { segment($0, url: hosts[$0 % 4] + "\($0).ts") })
        #expect(list.byteCount < 25 * list.count)
        let long = DownloadPlan.Segments((0..<100_000).lazy.map { segment($0) })
        #expect(long.byteCount < 600_000)
        #expect(list[9_999] == segment(9_999, url: hosts[3] + "9999.ts"))
    }

    @Test("is a value: copies grow apart")
    func copies() {
        var one = DownloadPlan.Segments((0..<3_000).lazy.map { segment($0) })
        var other = one
        one.append(segment(7))
        other.append(segment(8), SegmentDetails())
        other.append(segment(9))
        #expect(one.count == 3_001 && one[3_000] == segment(7) && other.count == 3_002 && other[3_000] == segment(8))
        #expect(one != other && Array(one.prefix(3_000)) == Array(other.prefix(3_000)))
    }
}
