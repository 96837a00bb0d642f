import Synchronization

/// A list of byte strings that grows at its end: a short one is in memory; of a long one only the pages that were used
/// last are, and the others in a file without a name.
///
/// When no such file can be had, all stays in memory.
final class Spool: Sendable {
    private let pages: Mutex<Pages>

    /// - Parameters:
    ///   - residentPages: How many pages of 16 KiB are in memory at most.
    ///   - makeFile: Makes the file when it is needed.
    init(residentPages: Int = 4, makeFile: @escaping @Sendable () -> UnnamedFile? = { UnnamedFile() }) {
        pages = Mutex(Pages(mostResident: max(2, residentPages), makeFile: makeFile))
    }

    /// The number of byte strings.
    var count: Int { pages.withLock { $0.count } }

    /// Whether something could not be read again: it was read as empty.
    var hasFailed: Bool { pages.withLock { $0.hasFailed } }

    /// The bytes that are in memory.
    var residentBytes: Int { pages.withLock { $0.residentBytes } }

    /// Adds a byte string.
    ///
    /// - Parameter index: Where it is thought to come.
    /// - Returns: False, and nothing is added, when something else is there already.
    func append(_ bytes: some Collection<UInt8>, at index: Int) -> Bool {
        pages.withLock { pages in
            guard index == pages.count else { return false }
            pages.append(bytes)
            return true
        }
    }

    /// A byte string; an empty one when there is none.
    subscript(index: Int) -> ArraySlice<UInt8> { pages.withLock { $0.record(at: index) } }

    /// All bytes, one behind the other.
    var joined: some Sequence<UInt8> { (0..<count).lazy.map { self[$0] }.joined() }
}

/// The pages of a ``Spool``.
private struct Pages {
    /// Byte strings that lie one behind the other.
    private struct Page {
        /// The number of the first one.
        let first: Int
        /// Nil while it is in the file alone.
        var content: Content? = Content()
        /// Nil before it is in the file.
        var place: Place?
    }

    private struct Content {
        var bytes: [UInt8] = []
        /// Where each byte string ends.
        var ends: [UInt32] = []

        mutating func append(_ string: some Collection<UInt8>) {
            bytes.append(contentsOf: string)
            ends.append(UInt32(clamping: bytes.count))
        }
    }

    private struct Place {
        var offset: Int
        var byteCount: Int
        var endCount: Int
    }

    /// What a page has at least before the next one is begun.
    private static let pageBytes = 1 << 14

    let mostResident: Int
    let makeFile: @Sendable () -> UnnamedFile?
    private(set) var count = 0
    private(set) var hasFailed = false
    /// The last one is always in memory: it is still growing.
    private var pages: [Page] = []
    /// The pages that are in memory, the one that was used last at the end.
    private var resident: [Int] = []
    private var file: UnnamedFile?
    private var fileLength = 0

    init(mostResident: Int, makeFile: @escaping @Sendable () -> UnnamedFile?) {
        (self.mostResident, self.makeFile) = (mostResident, makeFile)
    }

    var residentBytes: Int {
        resident.reduce(MemoryLayout<Page>.stride * pages.count) { sum, page in
            sum + (pages[page].content.map { $0.bytes.count + 4 * $0.ends.count } ?? 0)
        }
    }

    mutating func append(_ bytes: some Collection<UInt8>) {
        if pages.last.map({ ($0.content?.bytes.count ?? 0) >= Self.pageBytes }) ?? true {
            pages.append(Page(first: count))
            use(pages.count - 1)
        }
        let last = pages.count - 1
        pages[last].content?.append(bytes)
        count += 1
    }

    mutating func record(at index: Int) -> ArraySlice<UInt8> {
        guard (0..<count).contains(index) else { return [] }
        let number = page(of: index)
        if pages[number].content == nil { load(number) }
        if resident.last != number { use(number) }
        let place = index - pages[number].first
        guard let content = pages[number].content, place < content.ends.count else { return [] }
        return content.bytes[(place == 0 ? 0 : Int(content.ends[place - 1]))..<Int(content.ends[place])]
    }

    /// The page that has a byte string: mostly the one that was used last.
    private func page(of index: Int) -> Int {
        if let last = resident.last, pages[last].first <= index,
            last + 1 == pages.count || index < pages[last + 1].first
        {
            return last
        }
        var range = 0..<pages.count
        while range.count > 1 {
            let middle = range.lowerBound + range.count / 2
            range = pages[middle].first <= index ? middle..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }

    /// Notes that a page is used, and lets go of those that were not used for the longest time when they are too many.
    private mutating func use(_ number: Int) {
        resident.removeAll { $0 == number }
        resident.append(number)
        while resident.count > mostResident, let place = resident.firstIndex(where: { $0 != pages.count - 1 }) {
            let oldest = resident[place]
            guard pages[oldest].place != nil || write(oldest) else { return }
            pages[oldest].content = nil
            resident.remove(at: place)
        }
    }

    // MARK: The file

    private mutating func write(_ number: Int) -> Bool {
        if file == nil { file = makeFile() }
        guard let file, let content = pages[number].content else { return false }
        let bytes =
            content.bytes + content.ends.flatMap { end in (0..<4).map { UInt8(truncatingIfNeeded: end >> (8 * $0)) } }
        guard file.write(bytes, at: fileLength) else { return false }
        pages[number].place = Place(
            offset: fileLength,
            byteCount: content.bytes.count,
            endCount: content.ends.count
        )
        fileLength += bytes.count
        return true
    }

    private mutating func load(_ number: Int) {
        guard let file, let place = pages[number].place,
            let bytes = file.read(place.byteCount + 4 * place.endCount, at: place.offset)
        else {
            hasFailed = true
            return
        }
        let ends = (0..<place.endCount).map { index in
            let start = place.byteCount + 4 * index
            return (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
        }
        pages[number].content = Content(bytes: Array(bytes[..<place.byteCount]), ends: ends)
    }
}
