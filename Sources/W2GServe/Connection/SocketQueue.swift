import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the system still holds of the bytes that were written to a socket.
///
/// It may be megabytes: for a slow client that is minutes, in which nothing is to be seen of it otherwise.
enum SocketQueue {
    /// How many bytes the other side has not taken; 0 where that cannot be told.
    ///
    /// Must be called on the channel's event loop.
    static func byteCount(of channel: any Channel) -> Int {
        let count = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { descriptor in
            var count: CInt = 0
            #if canImport(Darwin)
            var size = socklen_t(MemoryLayout<CInt>.size)
            return getsockopt(descriptor, SOL_SOCKET, SO_NWRITE, &count, &size) == 0 ? Int(count) : 0
            #else
            // For sockets this is SIOCOUTQ (tcp(7)).
            return ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
            #endif
        }
        return max(0, (count ?? nil) ?? 0)
    }
}
