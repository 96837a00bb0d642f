public import HLSKit

/// Reads the bytes of resources: files, or what a server has.
public protocol ResourceLoader: Sendable {
    /// Reads a resource from its start to its end, or a range of it.
    ///
    /// - Parameters:
    ///   - url: An absolute URL.
    ///   - range: The bytes to read, with a start; nil reads all. A resource may end within it.
    ///   - body: Called with the bytes, cut in any way; returns whether it wants more.
    func load(
        _ url: String,
        range: ByteRange?,
        _ body: (Span<UInt8>) -> Bool
    ) async throws(InspectionError)

    /// The number of bytes of a resource, to tell how far its reading is; nil when it is not known.
    func byteCount(of url: String) async -> Int?

    /// The URL that a resource was read from in the end, which its relative names mean; after redirects another one.
    func finalURL(of url: String) -> String
}

extension ResourceLoader {
    /// Not known.
    public func byteCount(of url: String) async -> Int? { nil }

    /// The same: nothing redirects.
    public func finalURL(of url: String) -> String { url }

    /// The first bytes of a resource.
    func prefix(of url: String, byteCount: Int) async throws(InspectionError) -> [UInt8] {
        var bytes: [UInt8] = []
        try await load(url, range: nil) { chunk in
            let room = byteCount - bytes.count
            for index in 0..<min(room, chunk.count) { bytes.append(chunk[index]) }
            return bytes.count < byteCount
        }
        return bytes
    }

    /// All bytes of a resource.
    ///
    /// - Throws: ``InspectionError`` with the code `notUsable` when there are more than `limit`.
    func contents(of url: String, limit: Int) async throws(InspectionError) -> [UInt8] {
        let bytes = try await prefix(of: url, byteCount: limit + 1)
        guard bytes.count <= limit else {
            throw InspectionError(.notUsable, "'\(url)' is longer than \(limit) bytes: give a playlist")
        }
        return bytes
    }
}
