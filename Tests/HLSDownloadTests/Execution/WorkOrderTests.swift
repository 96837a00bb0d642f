import Testing

@testable import HLSDownload

@Suite("The order of work")
struct WorkOrderTests {
    private func item(_ range: Range<Int>, track: Int = 0) -> WorkItem {
        WorkItem(track: track, content: .segments(range))
    }

    private func segments(
        _ count: Int,
        lasting duration: Double = 6,
        gaps: Set<Int> = [],
        _ range: (Int) -> DownloadPlan.Range? = { _ in nil }
    ) -> DownloadPlan.Segments {
        DownloadPlan.Segments(
            (0..<count).map { number in
                DownloadPlan.Segment(
                    url: range(number) == nil ? "\(number)" : "all",
                    range: range(number),
                    sequence: number,
                    duration: duration,
                    isDiscontinuity: false,
                    isGap: gaps.contains(number),
                    file: "stream_\(number).ts"
                )
            }
        )
    }

    @Test("has sections first, then what is not there, without gaps")
    func missing() {
        let sections = [WorkItem(track: 0, content: .section(3)), WorkItem(track: 1, content: .section(0))]
        let files: [FileExtension?] = [.ts, nil, .m4s, nil, nil]
        var order = WorkOrder(sections, [WorkOrder.Track(0, segments(8, gaps: [3, 6]), files: files)])
        let expected = sections + [item(1..<2), item(4..<5), item(5..<6), item(7..<8)]
        #expect(Array(order) == expected)
        for item in expected { #expect(!order.isEmpty && order.next() == item) }
        #expect(order.isEmpty && order.next() == nil)
        #expect(WorkOrder().isEmpty && WorkOrder([], [WorkOrder.Track(0, segments(2), files: [.ts, .ts])]).isEmpty)
        #expect(
            Array(WorkOrder([], [WorkOrder.Track(2, segments(4), from: 2)]))
                == [2, 3].map { item($0..<$0 + 1, track: 2) }
        )
    }

    @Test("joins ranges that lie one behind the other, up to a length")
    func joined() {
        let ranges = segments(9, gaps: [3]) { number in
            number == 5 ? nil : DownloadPlan.Range(start: number * (1 << 20), length: 1 << 20)
        }
        let order = WorkOrder([], [WorkOrder.Track(0, ranges)])
        #expect(Array(order) == [item(0..<3), item(4..<5), item(5..<6), item(6..<9)])
        let small = segments(9) { DownloadPlan.Range(start: $0 << 20, length: 1 << 20) }
        #expect(Array(WorkOrder([], [WorkOrder.Track(0, small)])) == [item(0..<4), item(4..<8), item(8..<9)])
        let files: [FileExtension?] = [nil, nil, .ts]
        #expect(Array(WorkOrder([], [WorkOrder.Track(0, small, files: files)])).first == item(0..<2))
    }

    @Test("puts the segments of several renditions into the order in which they are needed")
    func merged() {
        let order = WorkOrder(
            [],
            [
                WorkOrder.Track(0, segments(3, lasting: 6, gaps: [1])),
                WorkOrder.Track(1, segments(5, lasting: 4, gaps: [1])),
            ]
        )
        #expect(
            Array(order)
                == [
                    item(0..<1), item(0..<1, track: 1), item(2..<3, track: 1), item(2..<3), item(3..<4, track: 1),
                    item(4..<5, track: 1),
                ]
        )
    }
}
