import Synchronization

/// Something that happens at most once, noticed from anywhere.
final class OnceFlag: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .acquiring) }

    func set() { flag.store(true, ordering: .releasing) }
}
