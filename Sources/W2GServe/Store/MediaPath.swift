import HLSKit

/// A place below the served folder: names that are neither empty nor hidden, kept as bytes as file systems do.
struct MediaPath: Hashable, Sendable {
    /// The most bytes of a whole path.
    static let maximumLength = 1_024

    private static let slash = UInt8(ascii: "/")

    /// The names with a slash between them.
    let bytes: [UInt8]

    /// Takes a path whose names are separated by slashes.
    ///
    /// - Returns: nil for names that are empty or begin with a dot, and for control characters.
    init?(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        guard self.bytes.count <= Self.maximumLength else { return nil }
        var isStart = true
        for byte in self.bytes {
            if isStart, byte == UInt8(ascii: ".") || byte == Self.slash { return nil }
            guard byte >= 0x20, byte != 0x7F else { return nil }
            isStart = byte == Self.slash
        }
        if isStart { return nil }
    }

    private init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// Whether the names are ASCII alone, which has one form only.
    var isASCII: Bool { bytes.allSatisfy { $0 < 0x80 } }

    /// The names.
    var names: [ArraySlice<UInt8>] { bytes.split(separator: Self.slash) }

    /// The last name.
    var name: ArraySlice<UInt8> {
        guard let slash = bytes.lastIndex(of: Self.slash) else { return bytes[...] }
        return bytes[(slash + 1)...]
    }

    /// What stands behind the last dot of the last name, in small letters; empty when there is no dot.
    var pathExtension: String {
        let name = name
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return "" }
        return String(decoding: name[(dot + 1)...], as: UTF8.self).lowercased()
    }

    /// The folder that holds this; nil when that is the served folder.
    var parent: MediaPath? {
        bytes.lastIndex(of: Self.slash).map { MediaPath(unchecked: Array(bytes[..<$0])) }
    }

    /// The paths of the folders on the way, the outermost first, and then this one.
    var steps: [MediaPath] {
        bytes.indices.filter { bytes[$0] == Self.slash }.map { MediaPath(unchecked: Array(bytes[..<$0])) } + [self]
    }

    /// Whether both are the same names to a person (``FileName/areEquivalent(_:_:)``).
    func isEquivalent(to other: MediaPath) -> Bool {
        let (names, others) = (names, other.names)
        return names.count == others.count && zip(names, others).allSatisfy { FileName.areEquivalent($0, $1) }
    }

    /// The path as text, as ``FileName`` has it.
    var text: String { FileName.text(bytes) }

    /// A file in this folder; nil when the name is none to be served.
    func appending(_ name: some Sequence<UInt8>) -> MediaPath? {
        MediaPath(bytes + [Self.slash] + name)
    }

    /// The path with an ending put on its last name, in the same folder.
    func adding(_ ending: String) -> MediaPath? {
        MediaPath(bytes + Array(ending.utf8))
    }

    /// The playlist that carries the name of this folder and lies in it.
    var namesake: MediaPath? {
        appending(Array(name) + Array(".m3u8".utf8))
    }
}
