import Synchronization

/// Counts what comes from the network, for the progress.
final class ByteCounter: Sendable {
    private let bytes = Atomic<Int>(0)
    private let retryCount = Atomic<Int>(0)
    private let reason = Mutex<String?>(nil)

    func add(_ count: Int) {
        bytes.wrappingAdd(count, ordering: .relaxed)
    }

    @Sendable
    func handle(_ event: TransferEvent) {
        guard case .retry(_, let reason, _) = event else { return }
        retryCount.wrappingAdd(1, ordering: .relaxed)
        self.reason.withLock { $0 = reason }
    }

    var total: Int { bytes.load(ordering: .relaxed) }
    var retries: Int { retryCount.load(ordering: .relaxed) }
    /// Why the last retry was needed.
    var retryReason: String? { reason.withLock { $0 } }
}
