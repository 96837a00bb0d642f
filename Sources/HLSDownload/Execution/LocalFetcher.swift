import HLSKit
import NIOCore

/// Reads `file:` and `data:` URLs, and passes all others on.
package struct LocalFetcher<Remote: ResourceFetcher>: ResourceFetcher {
    private let remote: Remote

    package init(remote: Remote) {
        self.remote = remote
    }

    package func data(
        _ request: ResourceRequest,
        limit: Int
    ) async throws(DownloadError) -> (bytes: [UInt8], response: ResourceResponse) {
        if DataURL.isOne(request.url) {
            let bytes = try Self.embedded(request)
            guard bytes.count <= limit else {
                throw DownloadError(.limitReached, "a data: URL holds more than \(limit) bytes")
            }
            return (bytes, ResourceResponse(url: request.url, byteCount: bytes.count))
        }
        guard let path = LocalPath.path(of: request.url) else { return try await remote.data(request, limit: limit) }
        try Self.check(path)
        guard let bytes = FileSystem.contents(path, limit: limit) else {
            throw DownloadError(.limitReached, "'\(path)' is longer than \(limit >> 20) MB, or cannot be read")
        }
        return (bytes, ResourceResponse(url: request.url, byteCount: bytes.count))
    }

    package func fetch<Sink: ResourceSink>(
        _ request: ResourceRequest,
        into sink: inout Sink
    ) async throws(DownloadError) -> ResourceResponse {
        if DataURL.isOne(request.url) {
            let bytes = try Self.embedded(request)
            try await sink.write(ByteBuffer(bytes: bytes))
            try await sink.finish()
            return ResourceResponse(url: request.url, byteCount: bytes.count)
        }
        guard let path = LocalPath.path(of: request.url) else { return try await remote.fetch(request, into: &sink) }
        let status = try Self.check(path)
        let end = request.range?.end ?? status.byteCount
        guard end <= status.byteCount else {
            throw DownloadError(.notUsable, "'\(path)' ends before the byte range that the playlist names")
        }
        var position = request.range?.start ?? 0
        while position < end {
            if Task.isCancelled { throw DownloadError(.cancelled, "the download was cancelled") }
            var piece = ByteBuffer()
            let room = end - position
            let isRead = FileSystem.read(path, from: position) { chunk in
                piece.writeBytes(chunk.prefix(room))
                return false
            }
            guard isRead, piece.readableBytes > 0 else {
                throw DownloadError(.notUsable, "'\(path)' cannot be read to its end")
            }
            position += piece.readableBytes
            try await sink.write(piece)
        }
        try await sink.finish()
        return ResourceResponse(url: request.url, byteCount: end - (request.range?.start ?? 0))
    }

    /// The bytes that a `data:` URL holds, or those of them that are requested.
    private static func embedded(_ request: ResourceRequest) throws(DownloadError) -> [UInt8] {
        guard let bytes = DataURL.bytes(of: request.url) else {
            throw DownloadError(.notUsable, "'\(ResourceURL.short(request.url))' is an invalid data: URL")
        }
        guard let range = request.range else { return bytes }
        guard let start = range.start, let end = range.end, 0 <= start, start <= end, end <= bytes.count else {
            throw DownloadError(.notUsable, "a data: URL ends before the byte range that the playlist names")
        }
        return Array(bytes[start..<end])
    }

    @discardableResult
    private static func check(_ path: String) throws(DownloadError) -> FileSystem.Status {
        guard let status = FileSystem.status(path) else {
            throw DownloadError(.notFound, "'\(path)' does not exist or may not be read: check the name")
        }
        guard status.isPlainFile else { throw DownloadError(.notUsable, "'\(path)' is no file") }
        return status
    }
}

/// Local files as URLs, and back.
enum LocalPath {
    /// The path that a `file:` URL names, as `FileName` has it; nil for others.
    static func path(of url: String) -> String? {
        guard url.prefix(5).lowercased() == "file:" else { return nil }
        var rest = url.dropFirst(5)
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2).drop { $0 != "/" }
        }
        if let end = rest.utf8.firstIndex(where: { $0 == 0x3F || $0 == 0x23 }) { rest = rest[..<end] }
        let path = PercentCoding.decoded(rest.utf8)
        // A NUL would cut the name short.
        return path.contains(0) || path.isEmpty ? nil : FileName.text(path)
    }

    /// The URL of a source that people gave: a URL, or the path of a playlist or of a folder with one.
    static func url(of source: String) -> String {
        let source = trimmed(source)
        if DataURL.isOne(source) { return source }
        if let colon = source.utf8.firstIndex(of: 0x3A) {
            let scheme = source[..<colon].lowercased()
            if source[colon...].hasPrefix("://") || scheme == "file" { return source }
        }
        if let address = webAddress(source) { return address }
        var path = FileSystem.realPath(source)
        // One that does not exist is named all the same in what is said of it.
        if !path.hasPrefix("/") { path = FileSystem.realPath(".") + "/" + path }
        if FileSystem.status(path)?.isDirectory ?? false { path += "/" + FileNames.last(path) + ".m3u8" }
        return "file://" + PercentCoding.path(FileName.bytes(path))
    }

    /// A source without the white space that came with it when it was copied; the name of a file may have some.
    private static func trimmed(_ source: String) -> String {
        guard FileSystem.status(source) == nil else { return source }
        var rest = source.drop(while: \.isWhitespace)
        while rest.last?.isWhitespace ?? false { rest.removeLast() }
        return String(rest)
    }

    /// The address that a source without a scheme means, such as `example.com/film.m3u8`; nil for a path.
    private static func webAddress(_ source: String) -> String? {
        if source.hasPrefix("//") { return FileSystem.status(source) == nil ? "https:" + source : nil }
        guard let slash = source.firstIndex(of: "/"), FileSystem.status(source) == nil else { return nil }
        let authority = source[..<slash]
        guard FileSystem.status(String(authority)) == nil, let address = WebAddress("http://" + source) else {
            return nil
        }
        let labels = address.origin.host.split(separator: ".", omittingEmptySubsequences: false)
        let isNumeric = labels.count == 4 && labels.allSatisfy { UInt8($0) != nil }
        let isLocal = isNumeric || address.origin.host.hasPrefix("[") || address.origin.host == "localhost"
        let isName =
            labels.count > 1 && labels.allSatisfy { !$0.isEmpty }
            && labels.last.map { $0.utf8.count > 1 && $0.allSatisfy(\.isLetter) } ?? false
        guard isLocal || isName else { return nil }
        // Servers of the Internet are encrypted; those of one's own on some port mostly are not.
        return (isLocal || ![80, 443].contains(address.origin.port) ? "http://" : "https://") + source
    }
}
