package import NIOCore

/// Tells where a request comes from: the other end of the socket, or whom a trusted proxy names.
package enum ClientAddress {
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
        peer: SocketAddress?,
        forwardedFor: @autoclosure () -> [String],
        trusting trusted: TrustedProxies
    ) -> String {
        guard let peer else { return "unknown" }
        let own = peer.ipAddress ?? "local"
        guard let bits = IPBits(peer) else { return forwarded(forwardedFor(), trusted) ?? own }
        guard trusted.contains(bits) else { return own }
        return forwarded(forwardedFor(), trusted) ?? own
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
