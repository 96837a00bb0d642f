package import NIOCore

/// Tells where a request comes from: the other end of the socket, or whom a trusted proxy names.
package enum ClientAddress {
    /// The other end of a socket, looked at once.
    package struct Peer: Sendable {
        fileprivate let text: String
        fileprivate let bits: IPBits?
        /// Whether it is known at all.
        fileprivate let isKnown: Bool

        /// Looks at a socket's address; nil when it has none.
        package init(_ address: SocketAddress?) {
            bits = address.flatMap { IPBits($0) }
            let name = address.map { $0.ipAddress ?? "local" } ?? "unknown"
            // As sockets of both IPv6 and IPv4 have addresses of IPv4 (RFC 4291 2.5.5.2): `::ffff:10.0.0.7`.
            text = bits?.isMapped ?? false ? String(name.split(separator: ":").last ?? "") : name
            isKnown = address != nil
        }
    }

    /// The address as text.
    ///
    /// `X-Forwarded-For` is read from its end, where the nearest proxy has written: the first address that is not a
    /// trusted proxy's is the client's, and what stands in front of it is only what that client claims.
    ///
    /// - Parameters:
    ///   - peer: The other end of the socket.
    ///   - forwardedFor: The values of all fields `X-Forwarded-For`, in their order.
    ///   - trusted: Whose word counts.
    package static func text(
        peer: Peer,
        forwardedFor: @autoclosure () -> [String],
        trusting trusted: TrustedProxies
    ) -> String {
        // What is no IP address is a socket of this machine.
        guard peer.isKnown, peer.bits.map(trusted.contains) ?? true else { return peer.text }
        return forwarded(forwardedFor(), trusted) ?? peer.text
    }

    private static func forwarded(_ fields: [String], _ trusted: TrustedProxies) -> String? {
        var furthest: String?
        for entry in fields.joined(separator: ",").split(separator: ",").reversed() {
            let name = bare(String(entry))
            guard let bits = IPBits(name) else { return furthest }
            furthest = name
            guard trusted.contains(bits) else { return furthest }
        }
        return furthest
    }

    /// The address without spaces, brackets and port.
    private static func bare(_ entry: String) -> String {
        let text = entry.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
        if text.first == "[" { return String(text.dropFirst().prefix { $0 != "]" }) }
        let isWithPort = text.filter { $0 == ":" }.count == 1
        return String(isWithPort ? text.prefix { $0 != ":" } : text)
    }
}
