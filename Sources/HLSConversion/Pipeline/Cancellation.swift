import Synchronization

/// A flag that stops the threads of a conversion at their next packet.
final class Cancellation: Sendable {
    private let flag = Atomic(false)

    var isCancelled: Bool {
        flag.load(ordering: .relaxed)
    }

    func cancel() {
        flag.store(true, ordering: .relaxed)
    }
}

extension Cancellation {
    /// Throws when the conversion is cancelled.
    func check() throws(ConversionError) {
        if isCancelled { throw ConversionError(.cancelled, "the conversion was cancelled") }
    }
}
