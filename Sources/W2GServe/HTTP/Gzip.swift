import CZlib
import Hummingbird
import NIOCore

/// Bytes in gzip (RFC 1952).
enum Gzip {
    /// What compresses playlists nearly as well as the highest level, at a third of its cost.
    private static let level: CInt = 5

    /// Compresses some bytes; nil when they do not become fewer.
    static func compress(_ bytes: ByteBuffer) -> ByteBuffer? {
        var stream = z_stream()
        guard let count = UInt32(exactly: bytes.readableBytes), w2g_gzip_init(&stream, level) == Z_OK else {
            return nil
        }
        defer { deflateEnd(&stream) }
        var output = ByteBufferAllocator().buffer(capacity: bytes.readableBytes)
        // The pointers are zlib's interface; both are valid for the one call that uses them.
        let result = bytes.withUnsafeReadableBytes { input in
            var result = Z_BUF_ERROR
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: bytes.readableBytes) { memory in
                // zlib does not write to its input, though its type does not express that.
                stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
                stream.avail_in = count
                stream.next_out = memory.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = count
                result = deflate(&stream, Z_FINISH)
                return Int(count - stream.avail_out)
            }
            return result
        }
        // Without the room that compressing needed: it is kept for as long as the text is.
        return result == Z_STREAM_END ? ByteBuffer(bytes: output.readableBytesView) : nil
    }

    /// Whether a request accepts gzip (RFC 9110 12.5.3).
    static func isAccepted(_ fields: HTTPFields) -> Bool {
        guard let field = fields[.acceptEncoding] else { return false }
        var isAnyAccepted = false
        for entry in field.split(separator: ",") {
            let parts = entry.split(separator: ";").map { $0.drop { $0 == " " || $0 == "\t" } }
            guard let name = parts.first?.prefix(while: { $0 != " " && $0 != "\t" }).lowercased() else { continue }
            let isAccepted = parts.dropFirst().allSatisfy { !isZero($0) }
            if name == "gzip" || name == "x-gzip" { return isAccepted }
            if name == "*" { isAnyAccepted = isAccepted }
        }
        return isAnyAccepted
    }

    /// Whether a parameter is the weight 0, which refuses (RFC 9110 12.4.2).
    private static func isZero(_ parameter: Substring) -> Bool {
        guard parameter.lowercased().hasPrefix("q=") else { return false }
        return Double(parameter.dropFirst(2).prefix { $0 != " " && $0 != "\t" }) == 0
    }
}
