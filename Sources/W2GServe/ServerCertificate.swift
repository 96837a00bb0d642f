import NIOSSL

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The certificate of a server and its key, as files.
public struct ServerCertificate: Sendable, Hashable {
    /// The certificate, and those between it and its authority, in PEM.
    public var certificateFile: String
    /// The private key, in PEM.
    public var keyFile: String

    /// Names the files.
    public init(certificateFile: String, keyFile: String) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }

    /// Reads the files.
    ///
    /// - Throws: ``ServeError`` with the code `certificateNotFound` or `certificateNotUsable`.
    func tlsConfiguration() throws(ServeError) -> TLSConfiguration {
        for file in [certificateFile, keyFile] where access(file, R_OK) != 0 {
            throw ServeError(
                .certificateNotFound,
                "'\(file)' cannot be read: \(String(cString: strerror(errno))): check the name and its permissions"
            )
        }
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificateFile)
        } catch {
            throw ServeError(
                .certificateNotUsable,
                "'\(certificateFile)' is no certificate in PEM: give the file that begins with BEGIN CERTIFICATE",
                cause: error
            )
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
        } catch {
            throw ServeError(
                .certificateNotUsable,
                "'\(keyFile)' is no private key in PEM without a password: give the key of the certificate",
                cause: error
            )
        }
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        do {
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw ServeError(
                .certificateNotUsable,
                "the key '\(keyFile)' and the certificate '\(certificateFile)' do not belong together",
                cause: error
            )
        }
        return configuration
    }
}
