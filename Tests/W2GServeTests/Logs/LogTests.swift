import Foundation
import Logging
import TestSupport
import Testing

@testable import W2GServe

@Suite("Logs")
struct LogTests {
    private func written(_ folder: TestFolder, _ name: String = "log") throws -> [Substring] {
        try String(contentsOf: folder.file(name), encoding: .utf8).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        .dropLast()
    }

    private func output(_ folder: TestFolder) throws -> LogOutput {
        try LogOutput(path: folder.file("log").path(percentEncoded: false))
    }

    @Test("the line of a request has time, address, method, path, status, bytes and milliseconds")
    func line() throws {
        let folder = try TestFolder()
        let output = try output(folder)
        let log = AccessLog(output: output)
        log.note(address: "10.0.0.1", method: "GET", path: "/a?b", status: 206, bytes: 42, nanoseconds: 1_234_567)
        log.note(address: "::1", method: "HEAD", path: "", status: 400, bytes: 0, nanoseconds: nil)
        log.note(address: "::1", method: "GET", path: "/", status: 200, bytes: 1, nanoseconds: 12_045_000_000)
        output.flush()
        let lines = try written(folder)
        #expect(lines.count == 3)
        #expect(
            lines[0].wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z 10\.0\.0\.1 GET \/a\?b 206 42 1\.23/) != nil
        )
        #expect(lines[1].hasSuffix("Z ::1 HEAD - 400 0 -"))
        #expect(lines[2].hasSuffix(" 200 1 12045.00"))
    }

    @Test(
        "what comes from outside cannot make a line or a word of its own",
        arguments: [
            "/a\nb", "/a\r\nb", "/a b", "/a\u{1B}[31m", "/a\u{7F}", "/a\u{85}b", "/a\u{2028}b", "/a\u{202E}b", "/a\tb",
            "/a\u{0}b",
        ]
    )
    func escapes(path: String) throws {
        let folder = try TestFolder()
        let output = try output(folder)
        AccessLog(output: output).note(address: "x y", method: "G\nT", path: path, status: 1, bytes: 2, nanoseconds: 0)
        output.flush()
        let lines = try written(folder)
        #expect(lines.count == 1)
        let words = try #require(lines.first).split(separator: " ")
        #expect(words.count == 7 && words[1] == "x\\u{20}y" && words[2] == "G\\u{a}T" && words[3].hasPrefix("/a\\u{"))
        #expect(lines[0].unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F })
    }

    @Test("a path of any length makes a line of a bounded one, and a backslash is not an escape")
    func lengths() throws {
        let folder = try TestFolder()
        let output = try output(folder)
        let log = AccessLog(output: output)
        log.note(
            address: "x",
            method: "GET",
            path: String(repeating: "a", count: 30_000),
            status: 1,
            bytes: 2,
            nanoseconds: 0
        )
        log.note(address: "x", method: "GET", path: "/a\\u{a}", status: 1, bytes: 2, nanoseconds: 0)
        output.flush()
        let lines = try written(folder)
        #expect(lines[0].utf8.count < 1_200 && lines[0].contains("a… "))
        #expect(lines[1].contains(" /a\\\\u{a} "))
    }

    @Test("lines of a logger stand in the same file, without lines of their own inside")
    func logger() throws {
        let folder = try TestFolder()
        let output = try output(folder)
        var logger = Logger(label: "x") { _ in OutputLogHandler(output: output) }
        logger[metadataKey: "room"] = "a"
        logger.info("member joined", metadata: ["id": "7", "name": "x\ny"])
        logger.debug("not told")
        output.flush()
        let lines = try written(folder)
        #expect(lines.count == 1 && lines[0].hasSuffix(" info member joined id=7 name=x y room=a"))
    }

    @Test("a file is appended to, and opened anew after it was moved; it goes on in the old one when that fails")
    func reopening() throws {
        let folder = try TestFolder()
        try Data("before\n".utf8).write(to: folder.file("log"))
        let output = try output(folder)
        output.write("one")
        try FileManager.default.moveItem(at: folder.file("log"), to: folder.file("log.1"))
        output.write("two")
        output.reopen()
        output.write("three")
        output.flush()
        #expect(try written(folder, "log.1") == ["before", "one", "two"])
        #expect(try written(folder) == ["three"])
        try FileManager.default.moveItem(at: folder.file("log"), to: folder.file("log.2"))
        try FileManager.default.createDirectory(at: folder.file("log"), withIntermediateDirectories: false)
        output.reopen()
        output.write("four")
        output.flush()
        #expect(try written(folder, "log.2") == ["three", "four"])
    }

    @Test("lines that find no room while the disk does not keep up are counted, and those that do are whole")
    func fullMemory() throws {
        let folder = try TestFolder()
        let output = try output(folder)
        let line = String(repeating: "x", count: 1 << 20)
        for _ in 0..<20 { output.write(line) }
        output.flush()
        let lines = try written(folder)
        let kept = lines.filter { $0 == line }.count
        #expect(kept == 15 && lines.last == "5 lines were lost: the disk does not keep up" && lines.count == 16)
        output.write("after")
        output.flush()
        #expect(try written(folder).last == "after")
    }

    @Test("what is still gathered is written when nobody has the log any more")
    func letGo() throws {
        let folder = try TestFolder()
        try {
            let output = try output(folder)
            output.write("last words")
        }()
        #expect(try written(folder) == ["last words"])
    }
}

@Suite("The log of a server")
struct ServerLogTests {
    @Test("names the client that a trusted proxy names, and nobody else's word counts")
    func forwarded() async throws {
        for isTrusted in [true, false] {
            try await ServedFolder.run { configuration, folder in
                configuration.log = try LogOutput(path: folder.file("log").path(percentEncoded: false))
                configuration.connections.trustedProxies = TrustedProxies(includingLoopback: isTrusted)
            } _: { served in
                _ = try await served.ask("/healthz", ["X-Forwarded-For: 10.9.9.9, 203.0.113.9"])
                let expected = isTrusted ? " 203.0.113.9 GET /healthz " : " 127.0.0.1 GET /healthz "
                #expect(try await served.log(with: expected).contains(expected))
            }
        }
    }

    @Test("has a line for what the connection refuses, for HEAD, 304 and parts, with the bytes that were sent")
    func everyRequest() async throws {
        try await ServedFolder.run { configuration, folder in
            configuration.log = try LogOutput(path: folder.file("log").path(percentEncoded: false))
            configuration.routes.streamingSize = 500
        } _: { served in
            let path = "/videos/film/stream_0.ts"
            _ = try await served.ask(path)
            _ = try await served.ask(path, ["Range: bytes=0-9"])
            _ = try await served.ask(path, method: "HEAD")
            _ = try await served.ask(path, ["If-None-Match: *"])
            _ = try await served.ask(path, method: "POST", ["Content-Length: 3"])
            let client = try await RawClient.connect(port: served.port)
            try await client.send("nonsense\r\n\r\n")
            _ = try await client.response()
            try await client.ended()
            for line in [
                "GET \(path) 200 1000", "GET \(path) 206 10", "HEAD \(path) 200 0", "GET \(path) 304 0",
                "POST \(path) 413 0",
                "- - 400 0",
            ] {
                let line = "Z 127.0.0.1 \(line) "
                let log = try await served.log(with: line)
                #expect(log.contains(line), "\(line) in \(log)")
            }
        }
    }

    @Test("tells of members that come and go, and never what they say")
    func members() async throws {
        try await ServedFolder.run { configuration, folder in
            configuration.log = try LogOutput(path: folder.file("log").path(percentEncoded: false))
        } _: { served in
            let one = try await RawClient.connect(port: served.port)
            try await one.upgrade("/ws/7/")
            let two = try await RawClient.connect(port: served.port)
            try await two.upgrade("/ws/8/")
            try await one.say(#"{"data":"private words"}"#)
            #expect(try await two.message() == #"{"data":"private words"}"#)
            try await one.close()
            try await served.waitForMembers { $0 <= 1 }
            let log = try await served.log(with: " GET /ws/7/ 101 0 -", " info ")
            #expect(log.contains(" GET /ws/7/ 101 0 -"))
            #expect(log.split(separator: "\n").contains { $0.contains(" info ") && $0.contains("7") })
            #expect(!log.contains("private words"))
        }
    }
}
