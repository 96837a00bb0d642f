/// Items in order, first in, first out; a run of segments that are fetched one by one takes the place of one item.
struct WorkQueue: Sendable {
    /// Items of which each is the segment behind that of the item before.
    fileprivate struct Run {
        var first: WorkItem
        var count = 1

        subscript(number: Int) -> WorkItem {
            guard case .segments(let range) = first.content, number > 0 else { return first }
            var item = first
            item.content = .segments((range.lowerBound + number)..<(range.upperBound + number))
            return item
        }

        func isFollowed(by item: WorkItem) -> Bool {
            guard case .segments(let range) = first.content, range.count == 1 else { return false }
            return self[count] == item
        }
    }

    private var runs: [Run] = []
    /// The first item: its run, and its number in that.
    private var run = 0
    private var number = 0

    init() {}

    init(_ items: some Sequence<WorkItem>) {
        append(contentsOf: items)
    }

    var isEmpty: Bool { run == runs.count }

    /// How many runs are kept.
    var runCount: Int { runs.count }

    mutating func append(_ item: WorkItem) {
        if !isEmpty, runs[runs.count - 1].isFollowed(by: item) {
            runs[runs.count - 1].count += 1
        } else {
            runs.append(Run(first: item))
        }
    }

    mutating func append(contentsOf items: some Sequence<WorkItem>) {
        for item in items { append(item) }
    }

    mutating func popFirst() -> WorkItem? {
        guard !isEmpty else { return nil }
        let item = runs[run][number]
        number += 1
        guard number == runs[run].count else { return item }
        (run, number) = (run + 1, 0)
        // Moved rarely, so that many items that are no run cost no square of their number.
        if run >= 256, run >= runs.count / 2 {
            runs.removeFirst(run)
            run = 0
        }
        return item
    }
}

extension WorkQueue: Sequence {
    /// Goes through the items and leaves them in the queue.
    struct Iterator: IteratorProtocol {
        fileprivate let runs: [Run]
        fileprivate var run: Int
        fileprivate var number: Int

        mutating func next() -> WorkItem? {
            guard run < runs.count else { return nil }
            let item = runs[run][number]
            number += 1
            if number == runs[run].count { (run, number) = (run + 1, 0) }
            return item
        }
    }

    func makeIterator() -> Iterator { Iterator(runs: runs, run: run, number: number) }
}
