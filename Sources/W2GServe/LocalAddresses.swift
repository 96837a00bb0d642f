package import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The addresses of this machine that others in its networks can reach.
package enum LocalAddresses {
    /// All addresses of this machine, of IPv6 and IPv4; of IPv4 alone where there is no IPv6.
    package static let everyAddress = address(canListen: canListen)

    /// The first of the addresses for all that can be listened at.
    static func address(canListen: (SocketAddress) -> Bool) -> String {
        let dual = try? SocketAddress(ipAddress: "::", port: 0)
        return dual.map(canListen) ?? false ? "::" : "0.0.0.0"
    }

    private static func canListen(at address: SocketAddress) -> Bool {
        #if canImport(Glibc)
        let type = CInt(SOCK_STREAM.rawValue)
        #else
        let type = SOCK_STREAM
        #endif
        let descriptor = socket(CInt(address.protocol.rawValue), type, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // Where the system keeps IPv6 to itself by default, only those who have that could come.
        var isAlone: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        let level = CInt(IPPROTO_IPV6)
        guard address.protocol != .inet6 || getsockopt(descriptor, level, IPV6_V6ONLY, &isAlone, &length) == 0 else {
            return false
        }
        return isAlone == 0 && address.withSockAddr { bind(descriptor, $0, socklen_t($1)) } == 0
    }

    /// The hosts to print for a server that listens at `host`, as URLs have them.
    ///
    /// - Parameter addresses: Those of this machine.
    /// - Returns: For `0.0.0.0` and `::` the machine's own, with `localhost` in front; the host itself otherwise.
    package static func reachable(at host: String, addresses: [SocketAddress] = devices()) -> [String] {
        guard host == "0.0.0.0" || host == "::" else { return [urlHost(host)] }
        var hosts = ["localhost"]
        for address in addresses {
            guard let text = address.ipAddress, let bits = IPBits(text), !bits.isLocal else { continue }
            if case .v6 = address, host == "0.0.0.0" { continue }
            let name = urlHost(text)
            if !hosts.contains(name) { hosts.append(name) }
        }
        return hosts
    }

    /// An address as URLs have it (RFC 3986 3.2.2).
    static func urlHost(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    /// The addresses of this machine's network devices, those of IPv4 first: they are easier to type.
    package static func devices() -> [SocketAddress] {
        let addresses = ((try? System.enumerateDevices()) ?? []).compactMap(\.address)
        return addresses.filter { $0.protocol == .inet } + addresses.filter { $0.protocol == .inet6 }
    }
}
