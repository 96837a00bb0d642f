import ArgumentParser
import TestSupport
import Testing
import W2GServe

@testable import w2g

@Suite("Options of a server")
struct ServingArgumentsTests {
    private func configuration(_ arguments: String...) throws -> W2GServer.Configuration {
        try ServingArguments.parse(arguments).configuration(videosDirectory: ".")
    }

    private func refusal(_ arguments: String...) -> CommandFailure? {
        #expect(throws: CommandFailure.self) {
            _ = try ServingArguments.parse(arguments).configuration(videosDirectory: ".")
        }
    }

    @Test("the sizes of messages are those of the rooms, and take units")
    func messageSizes() throws {
        let usual = try configuration()
        #expect(usual.rooms.maximumMessageSize == RoomConfiguration().maximumMessageSize)
        #expect(usual.rooms.maximumChatSize == RoomConfiguration().maximumChatSize)
        let given = try configuration("--message-size", "2M", "--chat-size", "8KiB")
        #expect(given.rooms.maximumMessageSize == 2 << 20 && given.rooms.maximumChatSize == 8 << 10)
        for arguments in [["--message-size", "0"], ["--message-size", "2G"], ["--chat-size", "0"]] {
            let failure = refusal(arguments[0], arguments[1])
            #expect(failure?.code == .usage && failure?.line?.contains(arguments.joined(separator: " ")) == true)
        }
    }

    @Test("without a host all addresses are listened at, of IPv6 too where there is one")
    func host() throws {
        #expect(try configuration().host == LocalAddresses.everyAddress)
        #expect(try configuration("--host", "0.0.0.0").host == "0.0.0.0")
        #expect(refusal("--host", "")?.code == .usage)
    }

    @Test("half of what TLS needs is refused with the other half")
    func halfTLS() {
        for (given, missing) in [("cert", "key"), ("key", "cert")] {
            let failure = refusal("--ssl-\(given)-filepath", "a.pem")
            #expect(failure?.code == .usage)
            #expect(failure?.line == "--ssl-\(given)-filepath alone makes no TLS: give --ssl-\(missing)-filepath too")
        }
    }

    @Test(
        "what can be no origin is refused with its name",
        arguments: [
            "banana", "watch.example", "https://", "https:watch.example", "://a", "https://a.example/page",
            "https://a.example:", "https://a.example:0", "https://a.example:70000", "https://a:b", "https://a b",
            "https://[::1",
            "https://[banana]", "1http://a", "", "https://ann@a.example", "https://a.example?x", "http:///",
        ]
    )
    func noOrigin(text: String) {
        let failure = refusal("--origins", "https://a.example", text)
        #expect(
            failure?.code == .usage && failure?.line?.contains("--origins '\(text)' is not allowed: give *,") == true
        )
    }

    @Test("origins are taken as browsers and people write them")
    func origins() throws {
        let origins = [
            "*", "null", "https://a.example", "http://localhost:8080", "HTTPS://A.Example/", "https://[::1]:8443",
            "http://10.0.0.7", "capacitor://localhost", "https://xn--fiq228c.example",
        ]
        let given = try ServingArguments.parse(["--origins"] + origins).configuration(videosDirectory: ".")
        #expect(given.routes.origins == origins)
    }

    @Test("a number of bytes is written with the unit that fits")
    func byteCounts() {
        for text in ["0", "1", "1000", "8K", "64K", "1536K", "16M", "256M", "1G"] {
            #expect(ByteCount(argument: text).map { "\($0)" } == text)
        }
    }

    @Test("every option of launch stands in the help of both languages")
    func help() throws {
        let folder = try TestFolder()
        for language in ["en", "zh"] {
            let run = try ProgramRun(["launch", "--help", "--lang", language], in: folder.url)
            for option in [
                "--host", "--port", "--origins", "--strict-origins", "--ssl-key-filepath", "--ssl-cert-filepath",
                "--log-filepath", "--cache-size", "--trusted-proxies", "--message-rate", "--message-burst",
                "--message-size", "--chat-size", "--members-per-room", "--max-rooms", "--lang",
            ] {
                #expect(run.output.contains(option + " "), "\(option)")
            }
            for value in ["256M", "16M", "64K"] { #expect(run.output.contains(value), "\(value)") }
        }
    }
}
