import NIOConcurrencyHelpers
import NIOCore

/// Counts the connections of each address, so that nobody takes them all.
final class AddressLimiter: Sendable {
    private let maximum: Int
    private let trusted: TrustedProxies
    private let counts = NIOLockedValueBox<[IPBits: Int]>([:])

    /// Makes a limiter.
    ///
    /// - Parameters:
    ///   - maximum: How many connections an address may have; zero is no limit.
    ///   - trusted: Who may have any number.
    init(maximum: Int, trusted: TrustedProxies) {
        self.maximum = maximum
        self.trusted = trusted
    }

    /// Counts a connection until it is closed.
    ///
    /// - Returns: False when the address has too many already; this one is not counted then.
    func admit(_ channel: any Channel) -> Bool {
        guard maximum > 0, let address = channel.remoteAddress, let bits = IPBits(address), !trusted.contains(bits)
        else { return true }
        let client = bits.client
        let isAdmitted = counts.withLockedValue { counts in
            guard counts[client, default: 0] < maximum else { return false }
            counts[client, default: 0] += 1
            return true
        }
        if isAdmitted {
            channel.closeFuture.whenComplete { _ in self.release(client) }
        }
        return isAdmitted
    }

    private func release(_ client: IPBits) {
        counts.withLockedValue { counts in
            guard let count = counts[client] else { return }
            counts[client] = count > 1 ? count - 1 : nil
        }
    }
}
