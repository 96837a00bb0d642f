import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension TransferFailure.Reason {
    /// What an error of the HTTP client means; nil when the task was cancelled.
    init?(_ error: any Error, decompressionLimit: Int) {
        switch error {
        case is CancellationError: return nil
        case let error as HTTPClientError:
            guard error != .cancelled, let reason = Self.client(error) else { return nil }
            self = reason
        case let error as NIOConnectionError: self = Self.connection(error)
        case let error as IOError: self = Self.system(error)
        case let error as NIOSSLError: self = Self.encryption(error)
        case let error as NIOSSLExtraError:
            self = error == .failedToValidateHostname ? .certificate("it is for another host") : .encryption("\(error)")
        case is SocketAddressError, is SocketAddressError.FailedToParseIPByteBuffer: self = .nameNotResolved
        case NIOHTTPDecompression.DecompressionError.limit: self = .tooLong(decompressionLimit)
        case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
            self = .decompression("\(error)")
        case HTTPParserError.invalidEOFState: self = .closed
        case let error as HTTPParserError: self = .protocolViolation("\(error)")
        case ChannelError.connectTimeout: self = .connectTimeout
        case is ChannelError: self = .closed
        default: self = .reset("\(error)")
        }
    }

    /// The reason as it is when a proxy is connected to, and not the host that is asked for.
    func connecting(to proxy: ProxySettings.Proxy) -> Self {
        switch self {
        case .nameNotResolved, .refused, .cannotConnect, .connectTimeout:
            .proxyUnreachable("\(proxy.host):\(proxy.port)")
        default: self
        }
    }

    private static func client(_ error: HTTPClientError) -> Self? {
        switch error {
        case .readTimeout, .writeTimeout: .stalled
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .deadlineExceeded: .connectTimeout
        case .httpProxyHandshakeTimeout, .socksHandshakeTimeout: .proxy("it does not answer")
        case .proxyAuthenticationRequired: .proxy("it wants a name and a password")
        case .invalidProxyResponse: .proxy("it refuses")
        case .remoteConnectionClosed, .uncleanShutdown: .closed
        case .alreadyShutdown: nil
        case .invalidURL, .emptyHost, .emptyScheme: .badAddress(error.shortDescription)
        default:
            switch error.shortDescription {
            case "Invalid header field names", "Invalid header field values": .badHeader(error.shortDescription)
            default: .reset(error.shortDescription)
            }
        }
    }

    private static func connection(_ error: NIOConnectionError) -> Self {
        guard let first = error.connectionErrors.first else {
            return error.dnsAError ?? error.dnsAAAAError != nil ? .nameNotResolved : .cannotConnect("\(error)")
        }
        if let system = first.error as? IOError { return Self.system(system) }
        if case ChannelError.connectTimeout = first.error { return .connectTimeout }
        return .cannotConnect("\(first.error)")
    }

    private static func system(_ error: IOError) -> Self {
        let text = String(cString: strerror(error.errnoCode))
        switch error.errnoCode {
        case ECONNREFUSED: return .refused
        case ECONNRESET, EPIPE, ECONNABORTED: return .reset(text)
        default: return .cannotConnect(text)
        }
    }

    private static func encryption(_ error: NIOSSLError) -> Self {
        switch error {
        case .uncleanShutdown: return .closed
        case .unableToValidateCertificate, .noCertificateToValidate: return .certificate("\(error)")
        case .handshakeFailed(let cause):
            let text = "\(cause)"
            // What a server answers to an offer of ciphers that it cannot use (RFC 5246 7.2.2).
            if text.contains("ALERT_HANDSHAKE_FAILURE") { return .noCommonCipher }
            guard text.contains("CERTIFICATE_VERIFY_FAILED") else { return .encryption(shortened(text)) }
            return .certificate("the chain of certificates does not lead to one that is trusted")
        default: return .encryption("\(error)")
        }
    }

    /// What went wrong, without where in the library it did.
    private static func shortened(_ text: String) -> String {
        guard let mark = text.firstRange(of: "OPENSSL_internal:") else { return text }
        let words = text[mark.upperBound...].prefix { $0 != " " && $0 != "]" }
        return String(words.lowercased().map { $0 == "_" ? " " : $0 })
    }
}
