import Foundation
import HLSKit
import TestSupport
import Testing

@testable import W2GServe

#if canImport(Glibc)
import Glibc
#endif

@Suite("Names of videos")
struct NameTests {
    #if os(Linux)
    // Other systems do not take such names.
    @Test("that are not UTF-8 are listed as text, and served by their bytes and by that text")
    func otherBytes() async throws {
        try await ServedFolder.run { served in
            let name: [UInt8] = [0x66, 0xB5, 0xE7]
            try served.put("plain/plain.m3u8", "#EXTM3U GBK")
            let folder = served.videos.path(percentEncoded: false)
            func move(_ from: String, _ to: [UInt8]) {
                let place = FileName.bytes(folder + "/") + to
                #expect(rename(folder + "/" + from, place.map { CChar(bitPattern: $0) } + [0]) == 0)
            }
            move("plain/plain.m3u8", Array("plain/".utf8) + name + Array(".m3u8".utf8))
            move("plain", name)
            let text = FileName.text(name)
            #expect(try await served.ask("/videos/?sort=1").body == #"{"videos":["film","\#(text)"]}"#)
            #expect(await served.server.routes.videoNames() == ["film", text])
            let playlist = "/videos/f%B5%E7/f%B5%E7.m3u8"
            for typed in ["f%B5%E7", PercentCoding.name(text.utf8)] {
                let redirect = try await served.ask("/video/\(typed)/")
                #expect(field("Location", of: redirect.head) == "../..\(playlist)")
                #expect(try await served.ask("/videos/\(typed)/\(typed).m3u8").body == "#EXTM3U GBK")
            }
            #expect(try await served.ask("/?video=f%B5%E7").body.contains(#"href="?video=f%B5%E7" aria-current"#))
            #expect(status(try await served.ask("/videos/f%B5%E8/f%B5%E8.m3u8").head) == 404)
        }
    }

    @Test("the served folder may have a name of any bytes, and so may the log")
    func servedFolder() throws {
        let folder = try TestFolder()
        let name = FileName.text(Array((folder.path + "/").utf8) + [0xB5])
        #expect(mkdir(FileName.cString(name), 0o755) == 0)
        let root = try #require(RootFolder(name))
        #expect(FileName.text(root.path) == name)
        _ = try LogOutput(path: name + "/log")
        #expect(access(FileName.cString(name + "/log"), F_OK) == 0)
    }

    @Test("are found in the form in which people type them, composed or not")
    func forms() async throws {
        try await ServedFolder.run { served in
            let forms = ["\u{E9}t\u{E9}", "e\u{301}te\u{301}"]
            for (onDisk, typed) in [(forms[0], forms[1]), (forms[1], forms[0])] {
                try served.put("\(onDisk)/\(onDisk).m3u8", "#EXTM3U")
                try served.put("\(onDisk)/s.ts", "segment")
                let (real, other) = (PercentCoding.name(onDisk.utf8), PercentCoding.name(typed.utf8))
                for name in [real, other] {
                    let redirect = try await served.ask("/video/\(name)/")
                    #expect(field("Location", of: redirect.head) == "../../videos/\(real)/\(real).m3u8")
                    #expect(try await served.ask("/videos/\(name)/\(name).m3u8").body == "#EXTM3U")
                    #expect(try await served.ask("/videos/\(name)/s.ts").body == "segment")
                }
                try FileManager.default.removeItem(at: served.videos.appending(path: onDisk))
            }
        }
    }
    #endif

    @Test("may hold a backslash")
    func backslash() async throws {
        try await ServedFolder.run { served in
            try served.put(#"a\b/a\b.m3u8"#, "#EXTM3U")
            #expect(try await served.ask("/videos/?sort=1").body == #"{"videos":["a\\b","film"]}"#)
            let redirect = try await served.ask("/video/a%5Cb/")
            #expect(field("Location", of: redirect.head) == "../../videos/a%5Cb/a%5Cb.m3u8")
            #expect(try await served.ask("/videos/a%5Cb/a%5Cb.m3u8").body == "#EXTM3U")
        }
    }
}

@Suite("Linked videos")
struct LinkedVideoTests {
    private static func link(_ served: ServedFolder, _ name: String, to target: URL) throws {
        try FileManager.default.createSymbolicLink(
            at: served.videos.appending(path: name),
            withDestinationURL: target
        )
    }

    @Test("are listed and served; a link that does not lead to one is logged once, with the reason")
    func links() async throws {
        let outside = try TestFolder()
        for name in ["linked/linked.m3u8", "other/film.m3u8"] {
            let file = outside.file(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data("#EXTM3U linked".utf8).write(to: file)
        }
        try await ServedFolder.run { configuration, folder in
            configuration.log = try LogOutput(path: folder.file("log").path(percentEncoded: false))
        } _: { served in
            try Self.link(served, "linked", to: outside.file("linked"))
            try Self.link(served, "renamed", to: outside.file("other"))
            try Self.link(served, "gone", to: outside.file("nothing"))
            try Self.link(served, "around", to: served.folder.url)
            try Self.link(served, "file.m3u8", to: outside.file("other/film.m3u8"))
            try Self.link(served, "inside", to: served.videos.appending(path: "film"))
            for _ in 0..<2 {
                #expect(try await served.ask("/videos/?sort=1").body == #"{"videos":["film","linked"]}"#)
            }
            #expect(try await served.ask("/videos/linked/linked.m3u8").body == "#EXTM3U linked")
            #expect(status(try await served.ask("/videos/file.m3u8").head) == 404)
            let log = try await served.log(with: "'inside'", "'around'")
            for line in [
                "the link 'renamed' leads to a folder without 'renamed.m3u8': give the link the playlist's name",
                "the link 'gone' leads to nothing that can be read",
                "the link 'around' is not followed: it leads to a folder around the videos folder",
                "the link 'file.m3u8' is not followed: it leads to a file, and only links to folders are followed",
                "the link 'inside' leads to a folder without 'inside.m3u8'",
            ] {
                #expect(log.split(separator: line, omittingEmptySubsequences: false).count == 2, "\(line)")
            }
            #expect(!log.contains("the link 'linked'"))
        }
    }
}
