import NIOCore

/// The addresses of this machine that others in its networks can reach.
package enum LocalAddresses {
    /// The hosts to tell people for a server that listens at `host`.
    ///
    /// - Returns: For `0.0.0.0` and `::` the machine's own, with `localhost` in front; the host itself otherwise.
    package static func reachable(at host: String) -> [String] {
        guard host == "0.0.0.0" || host == "::" else { return [host.contains(":") ? "[\(host)]" : host] }
        var hosts = ["localhost"]
        for device in (try? System.enumerateDevices()) ?? [] {
            guard case .v4? = device.address, let text = device.address?.ipAddress else { continue }
            // Loopback, and what a machine gives itself when nobody gave it an address.
            guard !text.hasPrefix("127."), !text.hasPrefix("169.254."), !hosts.contains(text) else { continue }
            hosts.append(text)
        }
        return hosts
    }
}
