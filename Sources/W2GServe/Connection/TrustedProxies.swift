import NIOCore

/// Addresses and networks whose `X-Forwarded-For` is believed; the loopback addresses are among them unless left out.
public struct TrustedProxies: Sendable {
    /// A network: the bits of an IPv6 address, an IPv4 one mapped as RFC 4291 2.5.5.2 says, and how many count.
    private struct Network {
        let address: IPBits
        let length: Int

        func contains(_ other: IPBits) -> Bool { address.prefix(length) == other.prefix(length) }
    }

    private var networks: [Network] = []

    /// Trusts this host, or nobody.
    ///
    /// - Parameter includingLoopback: Whether 127.0.0.0/8 and ::1 are trusted.
    public init(includingLoopback: Bool = true) {
        guard includingLoopback else { return }
        networks = ["127.0.0.0/8", "::1/128"].compactMap { Self.network($0) }
    }

    /// Trusts these addresses and networks too.
    ///
    /// - Parameters:
    ///   - list: Addresses, or networks such as `10.0.0.0/8` and `fd00::/8`.
    ///   - includingLoopback: Whether this host is trusted.
    /// - Throws: ``InvalidNetwork`` for the first entry that is neither.
    public init(_ list: [String], includingLoopback: Bool = true) throws(InvalidNetwork) {
        self.init(includingLoopback: includingLoopback)
        for entry in list {
            guard let network = Self.network(entry) else { throw InvalidNetwork(text: entry) }
            networks.append(network)
        }
    }

    /// An entry that is no address and no network.
    public struct InvalidNetwork: Error, Sendable {
        /// The entry.
        public let text: String
    }

    /// Whether this address is trusted.
    func contains(_ address: IPBits) -> Bool { networks.contains { $0.contains(address) } }

    private static func network(_ text: String) -> Network? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let address = IPBits(String(first)) else { return nil }
        let width = address.isMapped ? 32 : 128
        guard parts.count == 2 else { return Network(address: address, length: 128) }
        guard let length = Int(parts[1]), (0...width).contains(length) else { return nil }
        return Network(address: address, length: 128 - width + length)
    }
}
