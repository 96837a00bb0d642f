/// The files of a journal by their names without the extension, which is known only when the bytes are.
///
/// Of names that end with a number, of which a download has many, the number is the place in a column.
struct JournalFiles: Sendable {
    private struct File: Sendable {
        var identity: UInt64
        var checksum: UInt64
        var byteCount: Int
        var type: FileExtension
    }

    /// The files whose names differ in their number alone.
    private struct Column: Sendable {
        private var identities: [UInt64] = []
        private var checksums: [UInt64] = []
        private var byteCounts: [Int] = []
        /// Nil where there is no file.
        private var types: [FileExtension?] = []
        private var filled = 0

        var indices: Range<Int> { types.indices }

        /// Whether a number is near enough to those that are there: others would leave the column empty for the most part.
        func hasPlace(for number: Int) -> Bool { number < types.count || number < 4 * filled + 1_024 }

        subscript(number: Int) -> File? {
            get {
                guard number < types.count, let type = types[number] else { return nil }
                return File(
                    identity: identities[number],
                    checksum: checksums[number],
                    byteCount: byteCounts[number],
                    type: type
                )
            }
            set {
                while types.count <= number {
                    identities.append(0)
                    checksums.append(0)
                    byteCounts.append(0)
                    types.append(nil)
                }
                filled += (newValue == nil ? 0 : 1) - (types[number] == nil ? 0 : 1)
                types[number] = newValue?.type
                guard let newValue else { return }
                identities[number] = newValue.identity
                checksums[number] = newValue.checksum
                byteCounts[number] = newValue.byteCount
            }
        }
    }

    /// More are none that a download has made, and may not take memory for places that stay empty.
    private static let mostColumns = 1_000

    private var columns: [Column] = []
    private var names: [String] = []
    private var places: [String: Int] = [:]
    /// The files without a place in a column.
    private var others: [String: File] = [:]

    /// How many files there is room for.
    var placeCount: Int { columns.reduce(others.count) { $0 + $1.indices.count } }

    /// Whether no file is whole.
    var isEmpty: Bool { others.isEmpty && entries.first { _ in true } == nil }

    /// The files that are whole.
    var entries: some Sequence<Journal.Entry> {
        let numbered = columns.indices.lazy.flatMap { place in
            columns[place].indices.lazy.compactMap { number in
                columns[place][number].map { Self.entry(names[place] + "\(number)", $0) }
            }
        }
        return [AnySequence(numbered), AnySequence(others.lazy.map { Self.entry($0.key, $0.value) })].joined()
    }

    /// The file with a name, whatever its extension.
    subscript(stem: String) -> Journal.Entry? {
        let file = others[stem] ?? place(of: stem).flatMap { columns[$0.column][$0.number] }
        return file.map { Self.entry(stem, $0) }
    }

    /// Takes in a file; one of an extension that no download writes is none.
    mutating func set(_ entry: Journal.Entry) {
        guard let type = FileExtension(of: entry.file) else { return }
        let file = File(identity: entry.identity, checksum: entry.checksum, byteCount: entry.byteCount, type: type)
        let stem = FileNames.stem(entry.file)
        if others[stem] == nil, let place = newPlace(of: stem) {
            columns[place.column][place.number] = file
        } else {
            others[stem] = file
        }
    }

    /// Says that a file is gone.
    mutating func remove(_ stem: String) {
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
        names.append(name)
        columns.append(Column())
        return (columns.count - 1, number)
    }

    private static func entry(_ stem: String, _ file: File) -> Journal.Entry {
        Journal.Entry(
            file: stem + "." + file.type.rawValue,
            identity: file.identity,
            byteCount: file.byteCount,
            checksum: file.checksum
        )
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
