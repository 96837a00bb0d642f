import OrderedCollections

/// The files of a journal by their names without the extension, which is known only when the bytes are.
///
/// Names that end with a number are kept as that number and what stands in front of it: a download has many of these.
struct JournalFiles: Sendable {
    private struct Key: Hashable, Sendable {
        /// The place of the name's first part in ``names``.
        var name: UInt32
        var number: UInt32
    }

    private struct File: Sendable {
        var identity: UInt64
        var checksum: UInt64
        var byteCount: Int
        var type: FileExtension
    }

    /// No number stands behind the name.
    private static let noNumber = UInt32.max

    private var names: [String] = []
    private var places: [String: UInt32] = [:]
    /// Nil for those that are gone.
    ///
    /// A table that keeps its order takes less than half of the memory of one that does not.
    private var files: OrderedDictionary<Key, File?> = [:]

    /// Whether no file is whole.
    var isEmpty: Bool { files.values.allSatisfy { $0 == nil } }

    /// The files that are whole.
    var entries: some Sequence<Journal.Entry> {
        files.lazy.compactMap { key, file in file.map { entry(key, $0) } }
    }

    /// The file with a name, whatever its extension.
    subscript(stem: String) -> Journal.Entry? {
        let (name, number) = Self.parts(stem)
        guard let place = places[String(name)] else { return nil }
        let key = Key(name: place, number: number)
        return (files[key] ?? nil).map { entry(key, $0) }
    }

    /// Makes room for as many files as will come, so that the table need not grow by doubling.
    mutating func reserveCapacity(_ count: Int) {
        files.reserveCapacity(count)
    }

    /// Takes in a file; one of an extension that no download writes is none.
    mutating func set(_ entry: Journal.Entry) {
        guard let type = FileExtension(of: entry.file) else { return }
        files[key(FileNames.stem(entry.file))] = .some(
            File(identity: entry.identity, checksum: entry.checksum, byteCount: entry.byteCount, type: type)
        )
    }

    /// Says that a file is gone.
    mutating func remove(_ stem: String) {
        files[key(stem)] = .some(nil)
    }

    private mutating func key(_ stem: String) -> Key {
        let (part, number) = Self.parts(stem)
        let name = String(part)
        if let place = places[name] { return Key(name: place, number: number) }
        let place = UInt32(truncatingIfNeeded: names.count)
        names.append(name)
        places[name] = place
        return Key(name: place, number: number)
    }

    private func entry(_ key: Key, _ file: File) -> Journal.Entry {
        let number = key.number == Self.noNumber ? "" : "\(key.number)"
        return Journal.Entry(
            file: names[Int(key.name)] + number + "." + file.type.rawValue,
            identity: file.identity,
            byteCount: file.byteCount,
            checksum: file.checksum
        )
    }

    /// A name's last number, in the one way to write it, and what stands in front of it.
    private static func parts(_ stem: String) -> (Substring, UInt32) {
        let digits = stem.utf8.reversed().prefix { (0x30...0x39).contains($0) }.count
        guard (1...9).contains(digits) else { return (stem[...], noNumber) }
        let start = stem.utf8.index(stem.utf8.endIndex, offsetBy: -digits)
        guard digits == 1 || stem.utf8[start] != 0x30, let number = UInt32(stem[start...]) else {
            return (stem[...], noNumber)
        }
        return (stem[..<start], number)
    }
}
