import Synchronization

/// Stops the threads of a conversion: they see a flag at their next packet, and those that wait are woken.
final class Cancellation: Sendable {
    private let flag = Atomic(false)
    private let handlers = Mutex<[@Sendable () -> Void]>([])

    var isCancelled: Bool {
        flag.load(ordering: .relaxed)
    }

    func cancel() {
        let woken = handlers.withLock { handlers in
            flag.store(true, ordering: .relaxed)
            defer { handlers = [] }
            return handlers
        }
        for handler in woken { handler() }
    }

    /// Has something called when the conversion is cancelled; at once when it already is.
    func onCancel(_ handler: @escaping @Sendable () -> Void) {
        let isLate = handlers.withLock { handlers in
            if !isCancelled { handlers.append(handler) }
            return isCancelled
        }
        if isLate { handler() }
    }

    /// Throws when the conversion is cancelled.
    func check() throws(ConversionError) {
        if isCancelled { throw Self.error }
    }

    static var error: ConversionError { ConversionError(.cancelled, "the conversion was cancelled") }
}
