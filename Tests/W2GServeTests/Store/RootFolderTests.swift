import Foundation
import NIOCore
import TestSupport
import Testing

@testable import W2GServe

@Suite("The served folder")
struct RootFolderTests {
    private func link(_ files: StoreFolder, _ name: String, to target: String) throws {
        let path = files.folder.file(name).path(percentEncoded: false)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    private func open(_ files: StoreFolder, _ name: String) throws -> String {
        let file = try files.root.open(try files.path(name))
        return String(buffer: try file.read(0..<file.stamp.size))
    }

    @Test("follows links that stay inside, whichever way they are written")
    func insideLinks() throws {
        let files = try StoreFolder()
        try files.put("film/a.ts", "inside")
        try link(files, "relative", to: "film")
        try link(files, "absolute", to: files.folder.file("film").path(percentEncoded: false))
        try link(files, "film/b.ts", to: "a.ts")
        try link(files, "film/c.ts", to: "../relative/b.ts")
        for name in ["relative/a.ts", "absolute/a.ts", "film/b.ts", "film/c.ts", "absolute/c.ts"] {
            #expect(try open(files, name) == "inside", "\(name)")
        }
        #expect(try files.root.open(try files.path("absolute/c.ts")).place.names == (try files.path("film/a.ts")))
    }

    @Test("follows a link of its own to a folder elsewhere, and no other that leads out")
    func linkedFolders() throws {
        let files = try StoreFolder()
        let outside = try TestFolder()
        let other = try TestFolder()
        try Data("linked".utf8).write(to: outside.file("a.ts"))
        try Data("secret".utf8).write(to: other.file("a.ts"))
        try link(files, "film", to: outside.path)
        try FileManager.default.createSymbolicLink(
            at: outside.file("b.ts"),
            withDestinationURL: outside.file("a.ts")
        )
        try FileManager.default.createSymbolicLink(at: outside.file("out.ts"), withDestinationURL: other.file("a.ts"))
        try FileManager.default.createSymbolicLink(at: outside.file("out"), withDestinationURL: other.url)
        try files.put("own/x.ts", "x")
        try link(files, "own/deeper", to: other.path)
        try link(files, "own/../up", to: files.folder.url.deletingLastPathComponent().path(percentEncoded: false))
        for name in ["film/a.ts", "film/b.ts"] { #expect(try open(files, name) == "linked") }
        #expect(files.root.stamp(of: try files.path("film/a.ts"))?.kind == .file)
        let below = "up/\(files.folder.url.lastPathComponent)/own/x.ts"
        for name in ["film/out.ts", "film/out/a.ts", "own/deeper/a.ts", "film/none.ts"] {
            #expect(throws: StoreFailure.notFound, "\(name)") { try open(files, name) }
            #expect(files.root.stamp(of: try files.path(name)) == nil)
        }
        // Where it leads back into the folder it is a link inside.
        #expect(try open(files, below) == "x")
        #expect(throws: StoreFailure.notFound) { try open(files, "up/\(other.url.lastPathComponent)/a.ts") }
    }

    @Test("follows links of the folder's owner, of root and of its own user only")
    func linkOwners() throws {
        let files = try StoreFolder(trustedOwners: [])
        let outside = try TestFolder()
        try Data("secret".utf8).write(to: outside.file("a.ts"))
        try link(files, "film", to: outside.path)
        #expect(throws: StoreFailure.notFound) { try open(files, "film/a.ts") }
        #expect(files.root.target(ofLink: try files.path("film")) == .untrusted)
    }

    @Test("follows none that leads out, to a hidden name, or to itself")
    func outsideLinks() throws {
        let files = try StoreFolder(trustedOwners: [])
        let outside = try TestFolder()
        try Data("secret".utf8).write(to: outside.file("a.ts"))
        try files.put(".hidden/a.ts", "secret")
        try link(files, "out", to: outside.path)
        try link(files, "out.ts", to: outside.file("a.ts").path(percentEncoded: false))
        try link(files, "hidden.ts", to: ".hidden/a.ts")
        try link(files, "loop.ts", to: "loop.ts")
        try link(files, "none.ts", to: "nothing.ts")
        try link(files, "root.ts", to: "/")
        // A folder beside whose name begins with that of the served one.
        let own = files.folder.url
        let beside = own.deletingLastPathComponent().appending(path: own.lastPathComponent + "-beside")
        try FileManager.default.createDirectory(at: beside, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: beside) }
        try Data("secret".utf8).write(to: beside.appending(path: "a.ts"))
        try link(files, "beside.ts", to: beside.appending(path: "a.ts").path(percentEncoded: false))
        for name in ["out/a.ts", "out.ts", "hidden.ts", "loop.ts", "none.ts", "root.ts", "beside.ts"] {
            #expect(throws: StoreFailure.notFound, "\(name)") { try open(files, name) }
        }
    }

    @Test("opens files alone, and does not wait at a pipe")
    func otherKinds() throws {
        let files = try StoreFolder()
        try files.put("film/folder.ts/a.ts", "x")
        #expect(mkfifo(files.folder.file("film/pipe.ts").path(percentEncoded: false), 0o644) == 0)
        try link(files, "film/device.ts", to: "/dev/zero")
        for name in ["film", "film/folder.ts", "film/pipe.ts", "film/device.ts", "film/a.ts/b.ts", "none/a.ts"] {
            #expect(throws: StoreFailure.notFound, "\(name)") { try open(files, name) }
        }
    }

    @Test("finds a name that is typed in the other form of Unicode, and one that comes as text of other bytes")
    func equivalentNames() throws {
        let files = try StoreFolder()
        try files.put("Cafe\u{301}/Cafe\u{301}.ts", "decomposed")
        try files.put("Ho\u{302}tel/x.ts", "decomposed")
        try files.put("H\u{F4}tel/x.ts", "composed")
        func find(_ name: String) throws -> MediaPath? { files.root.equivalent(of: try files.path(name)) }
        #expect(try find("Caf\u{E9}/Caf\u{E9}.ts") == files.path("Cafe\u{301}/Cafe\u{301}.ts"))
        #expect(try find("H\u{F4}tel/x.ts") == files.path("H\u{F4}tel/x.ts"))
        #expect(try find("Ho\u{302}tel/x.ts") == files.path("Ho\u{302}tel/x.ts"))
        for name in ["cafe/x.ts", "Caf\u{E9}/other.ts"] { #expect(try find(name) == nil) }
    }

    @Test("lists names without hidden ones, and nothing for what is no folder")
    func names() throws {
        let files = try StoreFolder()
        try files.put("film/a.ts", "x")
        try files.put("film/.hidden", "x")
        #expect(files.root.names(in: nil).map { String(decoding: $0, as: UTF8.self) } == ["film"])
        #expect(files.root.names(in: try files.path("film")).count == 1)
        #expect(files.root.names(in: try files.path("none")).isEmpty)
        #expect(files.root.names(in: try files.path("film/a.ts")).isEmpty)
    }

    @Test("may itself be reached by a link, and its path by dots")
    func ownLink() throws {
        let files = try StoreFolder()
        try files.put("real/a.ts", "x")
        try link(files, "link", to: "real")
        let direct = RootFolder(files.folder.file("real").path(percentEncoded: false))
        #expect(direct != nil && RootFolder(files.folder.path + "/link/../link/.")?.path == direct?.path)
        #expect(RootFolder(files.folder.path + "/real/a.ts") == nil)
    }
}
