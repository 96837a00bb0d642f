import Synchronization

/// Counts what comes from the network, for the progress.
final class ByteCounter: Sendable {
    private let bytes = Atomic<Int>(0)
    private let retryCount = Atomic<Int>(0)

    func add(_ count: Int) {
        bytes.wrappingAdd(count, ordering: .relaxed)
    }

    @Sendable
    func handle(_ event: TransferEvent) {
        if case .retry = event { retryCount.wrappingAdd(1, ordering: .relaxed) }
    }

    var total: Int { bytes.load(ordering: .relaxed) }
    var retries: Int { retryCount.load(ordering: .relaxed) }
}
