import Testing

@testable import HLSDownload

@Suite("The queue of work")
struct WorkQueueTests {
    private func item(_ range: Range<Int>, track: Int = 0) -> WorkItem {
        WorkItem(track: track, content: .segments(range))
    }

    @Test("gives items back in order, whether they are a run or not")
    func order() {
        var items = (0..<1_000).map { item($0..<$0 + 1) }
        items.insert(WorkItem(track: 0, content: .section(3)), at: 0)
        items.insert(WorkItem(track: 0, content: .section(4)), at: 1)
        items += (0..<500).flatMap { [item($0..<$0 + 1, track: 0), item($0..<$0 + 1, track: 1)] }
        items += [item(4..<9), item(9..<10), item(10..<12), item(14..<15)]
        var queue = WorkQueue(items)
        #expect(Array(queue) == items)
        var popped: [WorkItem] = []
        while let next = queue.popFirst() {
            popped.append(next)
            if popped.count == 700 {
                queue.append(item(15..<16))
                #expect(Array(queue) == items[700...] + [item(15..<16)])
            }
        }
        #expect(popped == items + [item(15..<16)] && queue.isEmpty && queue.popFirst() == nil)
        queue.append(item(16..<17))
        #expect(queue.popFirst() == item(16..<17) && queue.isEmpty)
    }

    @Test("takes no more memory for a long run than for a short one")
    func size() {
        #expect(WorkQueue((0..<100_000).lazy.map { item($0..<$0 + 1) }).runCount == 1)
    }

    @Test("puts the segments of several renditions into the order in which they are needed")
    func merged() {
        func rendition(_ duration: Double, _ count: Int) -> DownloadPlan.Rendition {
            DownloadPlan.Rendition(
                kind: .variant,
                folder: "",
                url: "",
                duration: 0,
                keys: [],
                initializations: [],
                segments: DownloadPlan.Segments(
                    (0..<count).map {
                        DownloadPlan.Segment(
                            url: "\($0)",
                            sequence: $0,
                            duration: duration,
                            isDiscontinuity: false,
                            isGap: $0 == 1,
                            file: "stream_\($0).ts"
                        )
                    }
                )
            )
        }
        let renditions = [rendition(6, 3), rendition(4, 5)]
        let lists = renditions.enumerated().map { track, rendition in
            WorkOrder.items(rendition, track: track) { _ in false }
        }
        #expect(
            Array(WorkOrder.merged(lists, renditions))
                == [
                    item(0..<1), item(0..<1, track: 1), item(2..<3, track: 1), item(2..<3), item(3..<4, track: 1),
                    item(4..<5, track: 1),
                ]
        )
    }
}
