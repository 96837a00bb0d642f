import NIOConcurrencyHelpers
import NIOCore

/// A text, and its bytes in gzip once somebody has wanted them.
final class CompressibleText: Sendable {
    /// What gzip has made of the text.
    enum Compressed: Sendable {
        case bytes(ByteBuffer)
        /// It would not become shorter.
        case none
    }

    /// Bytes that fit in one packet are not worth it.
    private static let smallestSize = 1_024

    private let bytes: ByteBuffer
    private let state = NIOLockedValueBox<Compressed?>(nil)
    /// Held while the one compresses for whom others wait; it is taken before the lock of `state`, and by no event loop.
    private let compressing = NIOLock()

    /// Takes a text that is not compressed until it is wanted.
    init(_ bytes: ByteBuffer) {
        self.bytes = bytes
        if bytes.readableBytes < Self.smallestSize { state.withLockedValue { $0 = Compressed.none } }
    }

    /// What is there already; nil before the text was compressed.
    var compressed: Compressed? { state.withLockedValue { $0 } }

    /// Compresses the text, once however many want it; takes some milliseconds for a large one.
    func compress() -> Compressed {
        compressing.withLock {
            if let compressed { return compressed }
            let made = Gzip.compress(bytes).map { Compressed.bytes($0) } ?? .none
            state.withLockedValue { $0 = made }
            return made
        }
    }
}
