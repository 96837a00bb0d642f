import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPCompression

/// Brings the text of a playlist, as it comes, into the form of the specification: UTF-8 with line feeds (RFC 8216 4.1).
///
/// Servers also send UTF-16, files that were compressed before without a field that declares it, lines that end with a
/// carriage return alone, and NUL characters.
struct PlaylistText: Sendable {
    private enum Form: Sendable {
        case utf8
        case utf16(isBigEndian: Bool)
        case compressed(String)
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// The most bytes that a compressed text may grow to.
    private let limit: Int
    private var form: Form?
    /// What cannot be decoded without what comes behind it.
    private var pending: [UInt8] = []
    private var endsWithCarriageReturn = false

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes in the next bytes, and returns the text that they complete.
    mutating func push(_ bytes: [UInt8]) -> [UInt8] {
        if form == nil {
            pending += bytes
            // Two bytes show the form.
            guard pending.count > 1 else { return [] }
            let form = Self.form(of: pending)
            self.form = form
            defer { if case .utf8 = form { pending = [] } }
            return decoded(case: form, pending, isFirst: true)
        }
        return form.map { decoded(case: $0, bytes, isFirst: false) } ?? []
    }

    /// Returns the rest of the text.
    mutating func finish() -> [UInt8] {
        defer { pending = [] }
        switch form {
        case .compressed(let encoding): return lines(Self.inflated(pending, encoding, limit: limit) ?? pending)
        case nil: return lines(pending)
        case .utf8, .utf16: return []
        }
    }

    private static func form(of start: [UInt8]) -> Form {
        switch (start[0], start[1]) {
        case (0xFF, 0xFE), (UInt8(ascii: "#"), 0): .utf16(isBigEndian: false)
        case (0xFE, 0xFF), (0, UInt8(ascii: "#")): .utf16(isBigEndian: true)
        // The first bytes of gzip (RFC 1952 2.3.1) and zlib (RFC 1950 2.2).
        case (0x1F, 0x8B): .compressed("gzip")
        case (0x78, 0x01), (0x78, 0x5E), (0x78, 0x9C), (0x78, 0xDA): .compressed("deflate")
        default: .utf8
        }
    }

    private mutating func decoded(case form: Form, _ bytes: [UInt8], isFirst: Bool) -> [UInt8] {
        switch form {
        case .utf8: return lines(bytes)
        case .utf16(let isBigEndian):
            if !isFirst { pending += bytes }
            return lines(takeUnits(isBigEndian))
        case .compressed:
            if !isFirst { pending += bytes }
            return []
        }
    }

    /// Decodes the whole characters of UTF-16 that have come.
    private mutating func takeUnits(_ isBigEndian: Bool) -> [UInt8] {
        var units = stride(from: 0, to: pending.count - 1, by: 2).map { index in
            let (first, second) = (UInt16(pending[index]), UInt16(pending[index + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        // The second half of a pair may be in the next bytes.
        if let last = units.last, UTF16.isLeadSurrogate(last) { units.removeLast() }
        pending.removeFirst(2 * units.count)
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// The text without NUL characters, and with line feeds alone.
    private mutating func lines(_ text: [UInt8]) -> [UInt8] {
        guard endsWithCarriageReturn || text.contains(where: { $0 == 0 || $0 == Self.carriageReturn }) else {
            return text
        }
        var lines: [UInt8] = []
        lines.reserveCapacity(text.count)
        for byte in text where byte != 0 {
            if byte == Self.carriageReturn {
                lines.append(Self.lineFeed)
            } else if byte != Self.lineFeed || !endsWithCarriageReturn {
                lines.append(byte)
            }
            endsWithCarriageReturn = byte == Self.carriageReturn
        }
        return lines
    }

    /// The bytes of a compressed text; nil when they cannot be decompressed.
    private static func inflated(_ bytes: [UInt8], _ encoding: String, limit: Int) -> [UInt8]? {
        let channel = EmbeddedChannel(handler: NIOHTTPResponseDecompressor(limit: .size(limit)))
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        var head = HTTPResponseHead(version: .http1_1, status: .ok)
        head.headers = ["Content-Encoding": encoding, "Content-Length": "\(bytes.count)"]
        var text: [UInt8] = []
        do {
            try channel.writeInbound(HTTPClientResponsePart.head(head))
            try channel.writeInbound(HTTPClientResponsePart.body(ByteBuffer(bytes: bytes)))
            while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
                if case .body(let buffer) = part { text.append(contentsOf: buffer.readableBytesView) }
            }
        } catch {
            return nil
        }
        return text
    }
}
