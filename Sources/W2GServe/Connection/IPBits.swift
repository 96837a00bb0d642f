import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The 128 bits of an IP address; an IPv4 address is mapped into IPv6 (RFC 4291 2.5.5.2).
struct IPBits: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads an address as it is written, without a port; a zone does not count.
    init?(_ text: String) {
        let text = String(text.prefix { $0 != "%" })
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(high: 0, low: 0xFFFF_0000_0000 | Self.number(bytes[..<4]))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(high: Self.number(bytes[..<8]), low: Self.number(bytes[8...]))
        } else {
            return nil
        }
    }

    /// The address of a socket; nil when it has none.
    init?(_ address: SocketAddress) {
        guard let text = address.ipAddress else { return nil }
        self.init(text)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Whether it is an IPv4 address.
    var isMapped: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// Whether nobody else reaches it: loopback, and what a machine gives itself when nobody gave it an address.
    ///
    /// Link-local addresses of IPv6 need a zone, which URLs of browsers do not have.
    var isLocal: Bool {
        guard isMapped else { return self == IPBits(high: 0, low: 1) || high >> 54 == 0xFE80 >> 6 }
        let address = UInt32(truncatingIfNeeded: low)
        return address >> 24 == 127 || address >> 16 == 169 << 8 | 254
    }

    /// The first bits; the others are zero.
    func prefix(_ length: Int) -> IPBits {
        IPBits(
            high: high & Self.mask(min(64, max(0, length))),
            low: low & Self.mask(min(64, max(0, length - 64)))
        )
    }

    /// What counts as one client: an IPv4 address, or the network of 64 bits that an IPv6 host chooses addresses from.
    var client: IPBits { isMapped ? self : prefix(64) }

    private static func mask(_ length: Int) -> UInt64 { length == 0 ? 0 : UInt64.max << UInt64(64 - length) }
}
