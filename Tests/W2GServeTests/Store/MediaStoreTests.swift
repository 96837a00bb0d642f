import Dispatch
import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import W2GServe

@Suite("A store of media")
struct MediaStoreTests {
    @Test("reads a file once however many ask at once")
    func singleFlight() async throws {
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let files = try StoreFolder(threads: DiskThreads(threads))
        try files.put("film/a.ts", String(repeating: "x", count: 10_000))
        try await files.settle("film/a.ts")
        let gate = DispatchSemaphore(value: 0)
        threads.submit { _ in gate.wait() }
        let arrived = NIOLockedValueBox(0)
        try await withThrowingTaskGroup(of: Int.self) { tasks in
            for _ in 0..<50 {
                tasks.addTask {
                    // The last one opens the gate: until then nothing can be read.
                    if arrived.withLockedValue({
                        $0 += 1
                        return $0
                    }) == 50 {
                        gate.signal()
                    }
                    return try await files.text("film/a.ts").utf8.count
                }
            }
            for try await count in tasks { #expect(count == 10_000) }
        }
        #expect(files.value("w2g_cache_misses_total") == 1 && files.value("w2g_disk_read_bytes_total") == 10_000)
        try await threads.shutdownGracefully()
    }

    @Test("keeps files up to its size, the last used ones")
    func bound() async throws {
        let files = try StoreFolder(cacheSize: 40_000)
        for name in ["a.ts", "b.ts", "c.ts", "d.ts"] { try files.put(name, String(repeating: "x", count: 10_000)) }
        try await files.settle("a.ts", "b.ts", "c.ts", "d.ts")
        for name in ["a.ts", "b.ts", "c.ts", "a.ts", "d.ts"] { _ = try await files.text(name) }
        func isKept(_ name: String) throws -> Bool { files.store.kept(try files.path(name)) != nil }
        #expect(try isKept("a.ts") && isKept("c.ts") && isKept("d.ts"))
        #expect(try !isKept("b.ts"))
        #expect(files.value("w2g_cache_bytes") <= 40_000 && files.value("w2g_cache_files") == 3)
        #expect(files.value("w2g_cache_evictions") == 1)
    }

    @Test("keeps nothing that has just been changed, so that a second change cannot hide")
    func unsettled() async throws {
        let files = try StoreFolder()
        // Each has the size of the one before, and on a coarse clock the same time.
        for number in 100..<400 {
            let file = try FileHandle(forWritingTo: try touched(files, "live.m3u8"))
            try file.write(contentsOf: Data("\(number)".utf8))
            try file.close()
            #expect(try await files.text("live.m3u8") == "\(number)")
        }
    }

    private func touched(_ files: StoreFolder, _ name: String) throws -> URL {
        let file = files.folder.file(name)
        if !FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) { try Data().write(to: file) }
        return file
    }

    @Test("never gives a state older than the call, while a playlist grows and many read it")
    func neverStale() async throws {
        let files = try StoreFolder()
        try files.put("live/live.m3u8", "0")
        let written = NIOLockedValueBox(0)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for number in 1...500 {
                    try files.put("live/live.m3u8", "\(number)")
                    written.withLockedValue { $0 = number }
                    await Task.yield()
                }
            }
            for _ in 0..<4 {
                tasks.addTask {
                    var before = 0
                    while before < 500 {
                        before = written.withLockedValue { $0 }
                        let number = try #require(Int(try await files.text("live/live.m3u8")))
                        #expect(number >= before)
                        // What is in memory is given at once: the writer needs a turn.
                        await Task.yield()
                        try Task.checkCancellation()
                    }
                }
            }
            try await tasks.waitForAll()
        }
    }

    @Test("gives a changed file anew after it was kept: replaced, overwritten, cut, and with its old time put back")
    func changes() async throws {
        let files = try StoreFolder()
        let name = "film/a.ts"
        let file = files.folder.file(name)
        func keep() async throws {
            try await files.settle(name)
            _ = try await files.text(name)
            #expect(files.store.kept(try files.path(name)) != nil)
        }
        try files.put(name, "aaaa")
        try await keep()
        let old = try FileManager.default.attributesOfItem(atPath: file.path(percentEncoded: false))[.modificationDate]
        try files.put(name, "bbbb")
        let date = [FileAttributeKey.modificationDate: old ?? Date()]
        try FileManager.default.setAttributes(date, ofItemAtPath: file.path(percentEncoded: false))
        #expect(try await files.text(name) == "bbbb")
        try await keep()
        let handle = try FileHandle(forWritingTo: file)
        try handle.write(contentsOf: Data("cccc".utf8))
        #expect(try await files.text(name) == "cccc")
        try await keep()
        try handle.truncate(atOffset: 2)
        try handle.close()
        #expect(try await files.text(name) == "cc")
        try await keep()
        try FileManager.default.removeItem(at: file)
        await #expect(throws: StoreFailure.notFound) { try await files.text(name) }
        #expect(files.value("w2g_cache_files") == 0)
    }

    @Test("gives nothing from memory when a folder on the way has become a link, or is gone")
    func swappedFolder() async throws {
        let files = try StoreFolder(trustedOwners: [])
        let outside = try TestFolder()
        try Data("secret".utf8).write(to: outside.file("a.ts"))
        try files.put("film/a.ts", "public")
        try await files.settle("film/a.ts")
        #expect(try await files.text("film/a.ts") == "public")
        let film = files.folder.file("film")
        try FileManager.default.moveItem(at: film, to: files.folder.file("moved"))
        await #expect(throws: StoreFailure.notFound) { try await files.text("film/a.ts") }
        try FileManager.default.createSymbolicLink(at: film, withDestinationURL: outside.url)
        await #expect(throws: StoreFailure.notFound) { try await files.text("film/a.ts") }
        #expect(try await files.text("moved/a.ts") == "public")
        try FileManager.default.removeItem(at: film)
        try FileManager.default.moveItem(at: files.folder.file("moved"), to: film)
        #expect(try await files.text("film/a.ts") == "public")
        // The same file in the same state, but no longer below the served folder.
        try FileManager.default.moveItem(at: film, to: outside.file("film"))
        try FileManager.default.createSymbolicLink(at: film, withDestinationURL: outside.file("film"))
        await #expect(throws: StoreFailure.notFound) { try await files.text("film/a.ts") }
    }

    @Test("keeps what lies behind a link, for as long as the link leads there")
    func linkedFolder() async throws {
        let files = try StoreFolder()
        let outside = [try TestFolder(), try TestFolder()]
        for (number, folder) in outside.enumerated() { try Data("film \(number)".utf8).write(to: folder.file("a.ts")) }
        let link = files.folder.file("film")
        func settle(_ file: URL) async throws {
            let path = file.path(percentEncoded: false)
            try await waitUntil(path) { FileStamp(path: path)?.isSettled(at: FileStamp.now()) == true }
        }
        for number in [0, 1] {
            try? FileManager.default.removeItem(at: link)
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: outside[number].url)
            try await settle(outside[number].file("a.ts"))
            for _ in 0..<2 { #expect(try await files.text("film/a.ts") == "film \(number)") }
            #expect(files.store.kept(try files.path("film/a.ts")) != nil)
        }
        #expect(files.value("w2g_cache_hits_total") == 2)
        try FileManager.default.removeItem(at: link)
        await #expect(throws: StoreFailure.notFound) { try await files.text("film/a.ts") }
    }

    @Test("gives again what comes back after the whole folder was gone")
    func folderRemoved() async throws {
        let files = try StoreFolder()
        try files.put("film/a.ts", "one")
        try await files.settle("film/a.ts")
        _ = try await files.text("film/a.ts")
        try FileManager.default.removeItem(at: files.folder.url)
        #expect(!files.root.isThere)
        await #expect(throws: StoreFailure.notFound) { try await files.text("film/a.ts") }
        try files.put("film/a.ts", "two")
        #expect(files.root.isThere)
        #expect(try await files.text("film/a.ts") == "two")
    }

    @Test("streams what is large from one file, whatever takes its place, until that file itself is changed")
    func stream() async throws {
        let files = try StoreFolder(streamingSize: 1_000)
        let (old, new) = (String(repeating: "a", count: 1_000_000), String(repeating: "b", count: 1_000_000))
        try files.put("large.ts", old)
        guard case .disk(let file) = try await files.store.content(try files.path("large.ts")) else {
            throw TimedOut(what: "a file on disk")
        }
        try files.put("large.ts", new)
        var text = ""
        var stream = FileStream(file: file, range: 10..<900_000, store: files.store)
        #expect(stream.length == 899_990)
        while let bytes = try await stream.next() { text += String(buffer: bytes) }
        #expect(text == String(repeating: "a", count: 899_990))
        guard case .disk(let second) = try await files.store.content(try files.path("large.ts")) else {
            throw TimedOut(what: "a file on disk")
        }
        stream = FileStream(file: second, range: 0..<1_000_000, store: files.store)
        #expect(try await stream.next()?.readableBytes == 256 * 1_024)
        let handle = try FileHandle(forWritingTo: files.folder.file("large.ts"))
        try handle.truncate(atOffset: 500_000)
        try handle.close()
        await #expect(throws: FileStream.CutOff.self) { while try await stream.next() != nil {} }
        #expect(files.value("w2g_cache_files") <= 0)
    }

    #if os(Linux)
    @Test("tells when the disk fails, and cuts off what is on its way")
    func diskError() async throws {
        let files = try StoreFolder()
        // Page 0 of a process is never mapped, so reading it fails as a broken disk does.
        let descriptor = open("/proc/self/mem", O_RDONLY)
        let stamp = try #require(FileStamp(descriptor: descriptor))
        let path = try files.path("film/a.ts")
        let place = files.root.place(withoutLinks: path)
        let file = OpenFile(descriptor: descriptor, path: path, place: place, stamp: stamp)
        #expect(throws: StoreFailure.inputOutput(EIO)) { try file.read(0..<1_000) }
        var stream = FileStream(file: file, range: 0..<1_000, store: files.store)
        await #expect(throws: FileStream.CutOff.self) { try await stream.next() }
        #expect(files.log.lines == ["error 'film/a.ts' cannot be read: Input/output error "])
    }
    #endif

    @Test("tells apart what is not there, what may come in a moment, and what is broken")
    func failures() {
        for number in [ENOENT, ENOTDIR, ELOOP, EACCES, ENAMETOOLONG] { #expect(StoreFailure(number) == .notFound) }
        for number in [EMFILE, ENFILE, ENOMEM] { #expect(StoreFailure(number) == .busy) }
        #expect(StoreFailure(EIO) == .inputOutput(EIO))
    }
}
