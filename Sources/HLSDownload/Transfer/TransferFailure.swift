/// Why one try to fetch a resource failed.
struct TransferFailure: Error, Sendable {
    /// What happened.
    enum Reason: Error, Sendable {
        case status(Int, String)
        case nameNotResolved
        case refused
        case cannotConnect(String)
        case connectTimeout
        case certificate(String)
        case encryption(String)
        /// Client and server have no cipher in common.
        case noCommonCipher
        case proxy(String)
        case proxyUnreachable(String)
        case stalled
        case closed
        case reset(String)
        case truncated(received: Int, expected: Int)
        case noContent(Int)
        case badRange(String)
        case changed
        case tooLong(Int)
        case decompression(String)
        case badEncoding(String)
        case protocolViolation(String)
        case badRedirect(String)
        case tooManyRedirects(Int)
        case badAddress(String)
        case badHeader(String)
        /// What takes the bytes found them to be wrong.
        case rejected(DownloadError)
    }

    var reason: Reason
    /// The URL that was asked for last, as written.
    var url: String
    var retryAfter: Duration?

    /// The most retries of such a failure; nil: as many as there are.
    var retryLimit: Int? {
        switch reason {
        case .status(let status, _): Self.isTransient(status) ? nil : 0
        case .nameNotResolved: 1
        case .rejected(let error) where error.isEmptyResponse: 3
        case .refused, .cannotConnect, .noContent, .protocolViolation, .encryption, .proxyUnreachable: 3
        case .noCommonCipher: 0
        case .badRange, .changed, .decompression, .rejected: 2
        case .certificate, .proxy, .tooLong, .badEncoding, .badRedirect, .tooManyRedirects, .badAddress, .badHeader: 0
        case .connectTimeout, .stalled, .closed, .reset, .truncated: nil
        }
    }

    /// Whether what came before has to be forgotten.
    var mustStartAgain: Bool {
        switch reason {
        case .changed, .badRange, .decompression, .rejected: true
        default: false
        }
    }

    /// Whether it says nothing about the server's health: a kept connection ends at any time.
    var isHarmless: Bool {
        switch reason {
        case .closed, .reset, .truncated: true
        default: false
        }
    }

    /// Whether another version of HTTP may be what the server wants, when it has not responded so far.
    var mayBeOfVersion: Bool {
        switch reason {
        case .protocolViolation, .closed, .reset: true
        case .encryption(let cause): cause.contains("no application protocol")
        default: false
        }
    }

    /// What is true for a while only: 408, 421, 425, 429 and what a server calls its own fault.
    static func isTransient(_ status: Int) -> Bool {
        switch status {
        case 408, 421, 425, 429: true
        case 501, 505, 511: false
        case 500...: true
        default: false
        }
    }
}

// MARK: - Texts

extension TransferFailure {
    /// The failure in one sentence, after the last try.
    func error(attempts: Int) -> DownloadError {
        if case .rejected(let error) = reason { return error }
        let (code, text, cause) = parts
        let times = attempts > 1 ? "\(attempts) attempts" : nil
        let words = [cause, times].compactMap(\.self)
        var error = DownloadError(code, text, cause: words.isEmpty ? nil : words.joined(separator: "; "))
        if case .status(let status, _) = reason { error.status = status }
        if case .noContent = reason { error.isEmptyResponse = true }
        return error
    }

    /// What happened, in a few words.
    var summary: String {
        if case .rejected(let error) = reason { return error.message }
        return parts.1
    }

    private var parts: (DownloadError.Code, String, String?) {
        let name = "'\(WebAddress.displayed(url))'"
        let host = WebAddress(url)?.origin.host ?? name
        switch reason {
        case .status(let status, let phrase): return Self.parts(status, phrase, name)
        case .nameNotResolved:
            return (
                .unreachable, "the name of the host '\(host)' cannot be resolved: check the address and the network",
                nil
            )
        case .refused:
            return (
                .unreachable, "nothing answers at \(name), the connection was refused: check the address and the port",
                nil
            )
        case .cannotConnect(let cause):
            return (.unreachable, "the host '\(host)' cannot be reached: check the network", cause)
        case .connectTimeout:
            return (.unreachable, "no connection to the host '\(host)' in time: check the address and the network", nil)
        case .certificate(let cause):
            return (
                .unreachable,
                "the certificate of '\(host)' is not to be trusted: check the address and the clock, or allow it with --insecure",
                cause
            )
        case .encryption(let cause):
            return (.unreachable, "no encrypted connection to '\(host)': check that \(name) is an https address", cause)
        case .noCommonCipher:
            return (
                .unreachable,
                "'\(host)' accepts none of the ciphers ECDHE and RSA, and DHE is not supported: try http:// or a proxy",
                nil
            )
        case .proxy(let cause):
            return (.unreachable, "the proxy does not let \(name) through: check the proxy's settings", cause)
        case .proxyUnreachable(let proxy):
            return (.unreachable, "the proxy '\(proxy)' cannot be reached: check the proxy's settings", nil)
        case .stalled: return (.unreachable, "\(name) sends nothing, or too slowly", nil)
        case .closed: return (.unreachable, "the server closed the connection in the middle of \(name)", nil)
        case .reset(let cause): return (.unreachable, "the connection broke in the middle of \(name)", cause)
        case .truncated(let received, let expected):
            return (.notUsable, "\(name) is cut short: \(received) of \(expected) bytes came", nil)
        case .noContent(let status): return (.notUsable, "\(name) has no content (\(status))", nil)
        case .badRange(let cause):
            return (.notUsable, "the server does not send the bytes of \(name) that were asked for", cause)
        case .changed: return (.notUsable, "\(name) changes while it is fetched", nil)
        case .tooLong(let limit): return (.limitReached, "\(name) is longer than \(limit) bytes", nil)
        case .decompression(let cause):
            return (.notUsable, "\(name) cannot be decompressed: the server sends it damaged", cause)
        case .badEncoding(let encoding):
            return (.notUsable, "\(name) comes in the encoding '\(encoding)', which was not asked for", nil)
        case .protocolViolation(let cause): return (.notUsable, "what the server sends for \(name) is no HTTP", cause)
        case .badRedirect(let target):
            return (.notUsable, "\(name) redirects to '\(WebAddress.displayed(target))', which is not followed", nil)
        case .tooManyRedirects(let count): return (.limitReached, "\(name) redirects more than \(count) times", nil)
        case .badAddress(let cause): return (.notUsable, "\(name) is no address of a web server", cause)
        case .badHeader(let cause):
            return (.invalidOption, "a header field cannot be sent: check its name and value", cause)
        case .rejected(let error): return (error.code, error.message, error.cause)
        }
    }

    private static func parts(_ status: Int, _ phrase: String, _ name: String) -> (DownloadError.Code, String, String?)
    {
        let answer = phrase.isEmpty ? "\(status)" : "\(status) \(phrase)"
        switch status {
        case 404, 410:
            return (.notFound, "\(name) does not exist (\(answer)): check the address, it may have expired", nil)
        case 401, 403:
            return (
                .unreachable,
                "the server refuses \(name) (\(answer)): it may want a fresh address, a header or cookies", nil
            )
        case 407: return (.unreachable, "the proxy wants a name and a password for \(name) (\(answer))", nil)
        case 429:
            return (.unreachable, "the server wants fewer requests than for \(name) (\(answer)): try again later", nil)
        case 300..<400: return (.notUsable, "the server answers \(name) with \(answer) and no address to go to", nil)
        case 400..<500: return (.unreachable, "the server refuses \(name) (\(answer))", nil)
        default: return (.unreachable, "the server fails at \(name) (\(answer)): try again later", nil)
        }
    }
}
