import Foundation
import TestSupport
import Testing

@testable import W2GServe

@Suite("What keeps a server from starting")
struct StartingTests {
    private static let certificate = Fixtures.url("localhost.pem").path(percentEncoded: false)
    private static let key = Fixtures.url("localhost-key.pem").path(percentEncoded: false)

    private func failure(_ configuration: W2GServer.Configuration) -> ServeError? {
        #expect(throws: ServeError.self) { _ = try W2GServer(configuration: configuration) }
    }

    @Test("a folder that is missing, or is a file, is told with its name")
    func folder() throws {
        let folder = try TestFolder()
        try Data().write(to: folder.file("file"))
        for path in [
            folder.file("none").path(percentEncoded: false), folder.file("file").path(percentEncoded: false), "",
        ] {
            let error = try #require(failure(.init(videosDirectory: path)))
            #expect(error.code == .folderNotFound && error.message.contains("'\(path)'"))
            #expect(!error.description.contains("\n"))
        }
    }

    @Test("a certificate or key that is missing, none, or another's is told with its name")
    func certificate() throws {
        let folder = try TestFolder()
        func path(_ name: String, _ text: String) throws -> String {
            try Data(text.utf8).write(to: folder.file(name))
            return folder.file(name).path(percentEncoded: false)
        }
        let none = folder.file("none.pem").path(percentEncoded: false)
        let empty = try path("empty.pem", "")
        let text = try path("text.pem", "hello")
        let cut = try path("cut.pem", String(TestCertificate.certificate.prefix(200)))
        let others = try path("others.pem", TestCertificate.privateKey)
        let cases: [(String, String, ServeError.Code, String)] = [
            (none, Self.key, .certificateNotFound, "none.pem"),
            (Self.certificate, none, .certificateNotFound, "none.pem"),
            (empty, Self.key, .certificateNotUsable, "empty.pem"), (text, Self.key, .certificateNotUsable, "text.pem"),
            (cut, Self.key, .certificateNotUsable, "cut.pem"),
            (Self.certificate, text, .certificateNotUsable, "text.pem"),
            (Self.certificate, empty, .certificateNotUsable, "empty.pem"),
            (Self.certificate, others, .certificateNotUsable, "others.pem"),
            (Self.certificate, Self.certificate, .certificateNotUsable, "localhost.pem"),
            (Self.key, Self.key, .certificateNotUsable, "localhost-key.pem"),
            (folder.path, Self.key, .certificateNotUsable, ""),
        ]
        for (certificate, key, code, name) in cases {
            var configuration = W2GServer.Configuration(videosDirectory: folder.path)
            configuration.certificate = ServerCertificate(certificateFile: certificate, keyFile: key)
            let error = failure(configuration)
            #expect(error?.code == code, "\(certificate) \(key)")
            #expect(error?.message.contains(name) == true || name.isEmpty, "\(error?.message ?? "")")
            #expect(error?.message.contains("\n") == false)
        }
    }

    @Test("a port that is taken, and a host that is not this machine's, are told when it is run")
    func address() async throws {
        try await ServedFolder.run { served in
            var configuration = served.server.configuration
            configuration.port = served.port
            let second = try W2GServer(configuration: configuration)
            let taken = await #expect(throws: ServeError.self) { try await second.run() }
            #expect(taken?.code == .addressInUse && taken?.message.contains("127.0.0.1:\(served.port)") == true)
            configuration.port = 0
            // Of the network for documentation (RFC 5737).
            configuration.host = "192.0.2.1"
            let third = try W2GServer(configuration: configuration)
            let elsewhere = await #expect(throws: ServeError.self) { try await third.run() }
            #expect(elsewhere?.code == .addressNotUsable && elsewhere?.message.contains("192.0.2.1") == true)
            // A name that never exists (RFC 6761), and what looks like an address and is none.
            for host in ["nosuch.invalid", "300.1.1.1"] {
                configuration.host = host
                let nameless = try W2GServer(configuration: configuration)
                let unknown = await #expect(throws: ServeError.self) { try await nameless.run() }
                #expect(unknown?.code == .addressNotUsable && unknown?.message.contains("'\(host)'") == true)
            }
        }
    }

    @Test("a log that cannot be written is told with its name")
    func log() throws {
        let folder = try TestFolder()
        let path = folder.file("none/log").path(percentEncoded: false)
        let error = #expect(throws: ServeError.self) { _ = try LogOutput(path: path) }
        #expect(error?.code == .logNotWritable && error?.message.contains(path) == true)
        #expect(throws: ServeError.self) { _ = try LogOutput(path: folder.path) }
    }
}
