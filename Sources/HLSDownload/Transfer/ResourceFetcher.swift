package import HLSKit
package import NIOCore

/// What is asked of a server, or of the disk.
package struct ResourceRequest: Sendable, Hashable {
    /// What a resource is for; each kind has a budget of retries of its own.
    package enum Kind: Sendable, Hashable {
        case playlist
        case key
        case segment
    }

    /// An absolute URL: http, https, or file when the playlist itself was a file.
    package var url: String
    package var kind: Kind
    /// The URL of the playlist that names it; nil for a root playlist.
    package var playlist: String?
    /// The bytes wanted; nil for all.
    package var range: ByteRange?
    /// The most retries; nil for those that are configured for the kind.
    package var retries: Int?
    /// Whether the response must not be compressed.
    var refusesCompression = false
    /// Whether the resource may end within the range, or in front of it.
    package var mayEndEarly = false

    package init(url: String, kind: Kind, range: ByteRange? = nil) {
        self.url = url
        self.kind = kind
        self.range = range
    }
}

/// What came with a resource.
package struct ResourceResponse: Sendable {
    /// The URL that answered in the end, after redirects: what relative names are resolved against.
    package var url: String
    /// The media type as the server spells it, when it said one.
    package var contentType: String?
    /// The number of bytes of the body, decoded.
    package var byteCount: Int

    package init(url: String, contentType: String? = nil, byteCount: Int) {
        self.url = url
        self.contentType = contentType
        self.byteCount = byteCount
    }
}

/// Takes the bytes of one resource in order.
package protocol ResourceSink {
    /// Bytes are about to come.
    ///
    /// - Parameters:
    ///   - url: The URL that answers, after redirects.
    ///   - byteCount: The bytes of the resource, counted from the first one wanted; nil when they are not known.
    mutating func begin(url: String, byteCount: Int?)
    /// Takes the next bytes.
    ///
    /// - Throws: ``DownloadError``: with `notUsable` the transfer counts as failed, and is tried again while retries
    ///   are left; everything else ends it.
    mutating func write(_ bytes: ByteBuffer) async throws(DownloadError)
    /// Forgets what came: the resource is sent again from its first byte.
    mutating func restart() async throws(DownloadError)
    /// The last byte has come. May throw `notUsable` as ``write(_:)`` does.
    mutating func finish() async throws(DownloadError)
}

extension ResourceSink {
    /// Does nothing.
    package mutating func begin(url: String, byteCount: Int?) {}
}

/// Fetches resources dependably: retries, resumes and checks until a resource is whole, or fails with one clear error.
package protocol ResourceFetcher: Sendable {
    /// Fetches a small resource into memory: a playlist or a key.
    ///
    /// - Throws: ``DownloadError``; `limitReached` when it is longer than `limit` bytes.
    func data(
        _ request: ResourceRequest,
        limit: Int
    ) async throws(DownloadError) -> (bytes: [UInt8], response: ResourceResponse)

    /// Fetches a resource into a sink, in constant memory.
    func fetch<Sink: ResourceSink>(
        _ request: ResourceRequest,
        into sink: inout Sink
    ) async throws(DownloadError) -> ResourceResponse
}
