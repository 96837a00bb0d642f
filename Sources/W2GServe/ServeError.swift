import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Why a server cannot start.
public struct ServeError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable {
            case folderNotFound
            case addressInUse
            case addressNotUsable
            case certificateNotFound
            case certificateNotUsable
            case logNotWritable
            case failed
        }

        private let value: Value

        /// The folder of videos is not there.
        public static let folderNotFound = Code(value: .folderNotFound)
        /// Another program listens at the address.
        public static let addressInUse = Code(value: .addressInUse)
        /// This machine does not have the address, or may not listen there.
        public static let addressNotUsable = Code(value: .addressNotUsable)
        /// The file of the certificate or of its key is not there.
        public static let certificateNotFound = Code(value: .certificateNotFound)
        /// The certificate or its key is damaged, or they do not belong together.
        public static let certificateNotUsable = Code(value: .certificateNotUsable)
        /// The file of the log cannot be written.
        public static let logNotWritable = Code(value: .logNotWritable)
        /// Something else.
        public static let failed = Code(value: .failed)
    }

    /// What kind of failure it is.
    public let code: Code
    /// One line for people: what, where, and what to do.
    public let message: String
    /// What is behind it.
    public let cause: (any Error)?

    /// Describes a failure.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message.
    public var description: String { message }
}

extension ServeError {
    /// Listening failed.
    init(listening configuration: W2GServer.Configuration, _ error: IOError) {
        let place = "\(LocalAddresses.urlHost(configuration.host)):\(configuration.port)"
        switch error.errnoCode {
        case EADDRINUSE:
            self.init(.addressInUse, "\(place) is taken by another program: give another --port", cause: error)
        case EACCES:
            self.init(
                .addressNotUsable,
                "\(place) is reserved: give a --port over 1023, or run it as root",
                cause: error
            )
        case EADDRNOTAVAIL:
            self.init(.addressNotUsable, "'\(configuration.host)' is no address of this machine", cause: error)
        default:
            self.init(.failed, "\(place) cannot be listened at: \(error)", cause: error)
        }
    }
}
