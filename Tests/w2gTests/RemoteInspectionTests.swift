import Foundation
import TestSupport
import Testing

@Suite("w2g inspect of URLs")
struct RemoteInspectionTests {
    private static let environment = ["PATH": "/nonexistent", "LANG": "C"]

    /// Puts all files of a folder on a server, at its root.
    private func serve(_ folder: URL, on server: TestServer) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)) {
            guard !name.hasPrefix(".") else { continue }
            server.put("/" + name, Array(try Data(contentsOf: folder.appending(path: name))))
        }
    }

    private func converted() throws -> TestFolder {
        let folder = try TestFolder()
        try folder.place("edit-list.mp4")
        let run = try ProgramRun(["convert", "--progress", "none", "edit-list.mp4", "film"], in: folder.url)
        #expect(run.status == 0, "\(run.error)")
        return folder
    }

    private func inspect(_ arguments: [String], in folder: TestFolder) throws -> ProgramRun {
        try ProgramRun(
            ["inspect", "--progress", "none"] + arguments,
            in: folder.url,
            environment: Self.environment
        )
    }

    @Test("a stream on a server is what it is on the disk")
    func stream() async throws {
        let folder = try converted()
        try await TestServer.run { server in
            try serve(folder.file("film"), on: server)
            let remote = try inspect(["--strict", server.url("/film.m3u8?token=a/b")], in: folder)
            let local = try inspect(["--strict", "film/film.m3u8"], in: folder)
            #expect(remote.status == 0, "\(remote.error)")
            #expect(remote.output == local.output.replacing("film.m3u8", with: "film.m3u8?token=a/b"))
        }
    }

    @Test("an MP4 file is read in ranges, wherever its tables stand", arguments: ["sample.mp4", "rotated.mp4"])
    func file(fixture: String) async throws {
        let folder = try TestFolder()
        try folder.place(fixture)
        try await TestServer.run { server in
            try serve(folder.url, on: server)
            let remote = try inspect([server.url("/" + fixture)], in: folder)
            let local = try inspect([fixture], in: folder)
            #expect(remote.status == 0 && remote.output == local.output, "\(remote.output)\(remote.error)")
        }
    }

    @Test("header fields are sent, and names are resolved behind a redirect")
    func redirected() async throws {
        let folder = try converted()
        try await TestServer.run { server in
            try serve(folder.file("film"), on: server)
            server.handle("/go") { $0.header("X-Key") == "1" ? .redirect("/film.m3u8") : .status(403) }
            let run = try inspect(["--strict", "-H", "X-Key: 1", server.url("/go")], in: folder)
            #expect(run.status == 0 && run.output.hasSuffix("no findings\n"), "\(run.output)\(run.error)")
        }
    }

    @Test("what one segment fails with is a finding")
    func findings() async throws {
        let folder = try converted()
        try await TestServer.run { server in
            try serve(folder.file("film"), on: server)
            server.handle("/stream_0.ts") { _ in .status(403) }
            server.handle("/stream_1.ts") { _ in .status(404) }
            let run = try inspect(["--quiet", server.url("/film.m3u8")], in: folder)
            #expect(run.status == 0, "\(run.error)")
            #expect(run.output.contains("stream_0.ts: the server refuses"), "\(run.output)")
            #expect(run.output.contains("stream_1.ts: the segment does not exist"), "\(run.output)")
        }
    }

    @Test("segments on a host that is gone are findings, and what is elsewhere is read")
    func deadHost() async throws {
        let folder = try converted()
        try await TestServer.run { server in
            try serve(folder.file("film"), on: server)
            let text = try String(contentsOf: folder.file("film/film.m3u8"), encoding: .utf8)
            let segments = text.matches(of: /stream_[0-9]+\.ts/).count
            #expect(segments > 1)
            // Nobody listens there; the first segment is where it was.
            let other = text.replacing("stream_", with: "http://127.0.0.1:1/stream_")
                .replacing("http://127.0.0.1:1/stream_0", with: "stream_0")
            server.put("/other.m3u8", other)
            let run = try inspect(["--retries", "0", server.url("/other.m3u8")], in: folder)
            #expect(run.status == 0 && run.error == "", "\(run.error)")
            #expect(run.output.contains("video             avc1"), "\(run.output)")
            #expect(run.output.contains("errors (\(segments - 1))"), "\(run.output)")
            #expect(run.output.contains("127.0.0.1:1/stream_1.ts: nothing answers"), "\(run.output)")
            let strict = try inspect(["--retries", "0", "--strict", server.url("/other.m3u8")], in: folder)
            #expect(strict.status == 65)
        }
    }

    @Test("names with blanks and escapes are asked for as browsers do")
    func rawNames() async throws {
        let folder = try converted()
        try await TestServer.run { server in
            try serve(folder.file("film"), on: server)
            let text = try String(contentsOf: folder.file("film/film.m3u8"), encoding: .utf8)
            let media = Array(try Data(contentsOf: folder.file("film/stream_0.ts")))
            server.put("/raw.m3u8", text.replacing("stream_0.ts", with: "a dir/ü%231.ts"))
            server.put("/a%20dir/%C3%BC%231.ts", media)
            let run = try inspect(["--strict", "--quiet", server.url("/raw.m3u8")], in: folder)
            #expect(run.status == 0 && !run.output.contains("errors"), "\(run.output)\(run.error)")
            #expect(run.output.contains("[malformed-uri, "), "\(run.output)")
        }
    }

    @Test("a stream of the network cannot name files of this machine")
    func files() async throws {
        let folder = try TestFolder()
        try folder.place("sample.mp4")
        let own = folder.file("sample.mp4").absoluteString
        try await TestServer.run { server in
            server.put("/a.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n\(own)\n#EXT-X-ENDLIST\n")
            let run = try inspect(["--quiet", server.url("/a.m3u8")], in: folder)
            #expect(run.output.contains("is a file of this machine"), "\(run.output)\(run.error)")
        }
    }

    @Test("a local playlist may name segments on a server")
    func local() async throws {
        let folder = try converted()
        try await TestServer.run { server in
            try serve(folder.file("film"), on: server)
            let text = try String(contentsOf: folder.file("film/film.m3u8"), encoding: .utf8)
            try text.replacing("stream_", with: server.url("/stream_"))
                .write(to: folder.file("remote.m3u8"), atomically: true, encoding: .utf8)
            let run = try inspect(["--strict", "remote.m3u8"], in: folder)
            #expect(run.status == 0 && run.output.hasSuffix("no findings\n"), "\(run.output)\(run.error)")
        }
    }

    @Test(
        "ends with one line and the exit code of the failure",
        arguments: [
            ("/none.m3u8", Int32(66), "does not exist"), ("/secret.m3u8", 69, "refuses"), ("/page", 65, "web page"),
        ]
    )
    func failures(path: String, status: Int32, mention: String) async throws {
        let folder = try TestFolder()
        try await TestServer.run { server in
            server.handle("/secret.m3u8") { _ in .status(403) }
            server.put("/page", "<!DOCTYPE html><html></html>", type: "text/html")
            let run = try inspect([server.url(path)], in: folder)
            #expect(run.status == status && run.output == "", "\(run.status) \(run.output)")
            #expect(run.error.hasPrefix("w2g: ") && run.error.contains(mention), "\(run.error)")
            #expect(run.error.filter { $0 == "\n" }.count == 1, "\(run.error)")
        }
    }

    @Test("a certificate that nobody vouches for is refused, unless --insecure is given")
    func certificate() async throws {
        let folder = try converted()
        try await TestServer.run(tls: true) { server in
            try serve(folder.file("film"), on: server)
            let refused = try inspect([server.url("/film.m3u8")], in: folder)
            #expect(refused.status == 69 && refused.error.contains("--insecure"), "\(refused.error)")
            let allowed = try inspect(["--insecure", "--strict", server.url("/film.m3u8")], in: folder)
            #expect(allowed.status == 0, "\(allowed.error)")
        }
    }
}
