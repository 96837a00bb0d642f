/// Where the journal tells of each file, by the file's name without the extension, which is known only when the bytes are.
///
/// Of names that end with a number, of which a download has many, the number is the place in a column.
struct JournalIndex: Sendable {
    /// The files whose names differ in their number alone.
    private struct Column: Sendable {
        /// Nothing is told of a file at the very beginning, where the journal's first line is.
        private static let nowhere: UInt32 = 0

        private var lines: [UInt32] = []
        private var filled = 0

        var indices: Range<Int> { lines.indices }

        /// Whether a number is near enough to those that are there: others would leave the column empty for the most part.
        func hasPlace(for number: Int) -> Bool { number < lines.count || number < 4 * filled + 1_024 }

        subscript(number: Int) -> Int? {
            get { number < lines.count && lines[number] != Self.nowhere ? Int(lines[number]) : nil }
            set {
                if number >= lines.count {
                    lines.append(contentsOf: repeatElement(Self.nowhere, count: number + 1 - lines.count))
                }
                filled += (newValue == nil ? 0 : 1) - (lines[number] == Self.nowhere ? 0 : 1)
                lines[number] = newValue.map { UInt32(clamping: $0) } ?? Self.nowhere
            }
        }
    }

    /// More are none that a download has made, and may not take memory for places that stay empty.
    private static let mostColumns = 1_000

    private var columns: [Column] = []
    private var places: [String: Int] = [:]
    /// The files without a place in a column.
    private var others: [String: Int] = [:]

    /// How many files there is room for.
    var placeCount: Int { columns.reduce(others.count) { $0 + $1.indices.count } }

    /// Whether no file is whole.
    var isEmpty: Bool {
        others.isEmpty && columns.allSatisfy { column in column.indices.allSatisfy { column[$0] == nil } }
    }

    /// The places of all lines that count.
    var lines: some Sequence<Int> {
        [
            AnySequence(columns.lazy.flatMap { column in column.indices.lazy.compactMap { column[$0] } }),
            AnySequence(others.values),
        ]
        .joined()
    }

    /// The place of the line that tells of a file, whatever its extension.
    subscript(stem: String) -> Int? {
        get { others[stem] ?? place(of: stem).flatMap { columns[$0.column][$0.number] } }
        set {
            guard let newValue else { return remove(stem) }
            if others[stem] == nil, let place = newPlace(of: stem) {
                columns[place.column][place.number] = newValue
            } else {
                others[stem] = newValue
            }
        }
    }

    private mutating func remove(_ stem: String) {
        if others.removeValue(forKey: stem) != nil { return }
        guard let place = place(of: stem), place.number < columns[place.column].indices.count else { return }
        columns[place.column][place.number] = nil
    }

    private func place(of stem: String) -> (column: Int, number: Int)? {
        guard let (name, number) = Self.parts(stem), let column = places[name] else { return nil }
        return (column, number)
    }

    /// Where a file goes; nil when it is none of a column.
    private mutating func newPlace(of stem: String) -> (column: Int, number: Int)? {
        guard let (name, number) = Self.parts(stem) else { return nil }
        if let column = places[name] { return columns[column].hasPlace(for: number) ? (column, number) : nil }
        guard columns.count < Self.mostColumns, Column().hasPlace(for: number) else { return nil }
        places[name] = columns.count
        columns.append(Column())
        return (columns.count - 1, number)
    }

    /// A name's last number, in the one way to write it, and what stands in front of it; nil when it ends with none.
    private static func parts(_ stem: String) -> (name: String, number: Int)? {
        let digits = stem.utf8.reversed().prefix { (0x30...0x39).contains($0) }.count
        guard (1...9).contains(digits) else { return nil }
        let start = stem.utf8.index(stem.utf8.endIndex, offsetBy: -digits)
        guard digits == 1 || stem.utf8[start] != 0x30, let number = Int(stem[start...]) else { return nil }
        return (String(stem[..<start]), number)
    }
}
