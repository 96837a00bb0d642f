/// What one connection may cost the server: sizes, times and numbers.
public struct ConnectionConfiguration: Sendable {
    /// The most bytes of all header fields of a request together.
    ///
    /// Default: 32 KiB.
    public var maximumHeaderSize = 32 * 1024
    /// The most header fields of a request.
    ///
    /// Default: 100.
    public var maximumHeaderCount = 100
    /// How long a request's header may take from its first byte, and a TLS handshake.
    ///
    /// Default: 15 s.
    public var headerTimeout: Duration = .seconds(15)
    /// How long a connection may wait for its next request.
    ///
    /// Default: 75 s.
    public var idleTimeout: Duration = .seconds(75)
    /// How long a client may take no byte of an answer.
    ///
    /// Default: 60 s.
    public var writeTimeout: Duration = .seconds(60)
    /// How many connections one address may have at once; zero is no limit.
    ///
    /// Default: 256.
    ///
    /// Trusted proxies, and so by default this host, are not limited.
    public var maximumConnectionsPerAddress = 256
    /// Whose `X-Forwarded-For` is believed.
    ///
    /// Default: this host's.
    public var trustedProxies = TrustedProxies()

    /// Makes a configuration of the defaults.
    public init() {}
}
