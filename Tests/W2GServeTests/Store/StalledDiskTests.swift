import Dispatch
import Foundation
import NIOConcurrencyHelpers
import NIOPosix
import TestSupport
import Testing

@testable import W2GServe

@Suite("A disk that does not answer")
struct StalledDiskTests {
    private static func path(_ text: String) throws -> MediaPath { try #require(MediaPath(text.utf8)) }

    /// Threads for disks, and a gate that all calls to the folder `nas` stand at.
    private static func withStalledFolder(
        _ body: (DiskThreads, _ stall: @escaping @Sendable () -> Void, _ open: () -> Void) async throws -> Void
    ) async throws {
        let pool = NIOThreadPool(numberOfThreads: 6)
        pool.start()
        let gate = DispatchGroup()
        gate.enter()
        try await body(DiskThreads(pool), { gate.wait() }, { gate.leave() })
        try await pool.shutdownGracefully()
    }

    @Test("another disk is read while it holds all threads that it may have")
    func otherDisks() async throws {
        try await Self.withStalledFolder { threads, stall, open in
            let nas = try Self.path("nas/film/a.ts")
            threads.learn(7, of: nas)
            let served = NIOLockedValueBox(0)
            for _ in 0..<100 {
                #expect(
                    threads.submit(on: nas) {
                        stall()
                        served.withLockedValue { $0 += 1 }
                    }
                )
            }
            // Nothing of these would ever run if the disk could take every thread.
            for name in ["local/a.ts", "other/a.ts", "third/a.ts"] {
                let path = try Self.path(name)
                let answer = await threads.run(on: path) { 42 }
                #expect(answer == 42)
            }
            #expect(await threads.run(on: nil) { 43 } == 43)
            open()
            let last = await threads.run(on: nas) { 44 }
            #expect(last == 44)
        }
    }

    @Test("who goes away does not wait for it")
    func cancelling() async throws {
        try await Self.withStalledFolder { threads, stall, open in
            let nas = try Self.path("nas/a.ts")
            let task = Task { await threads.run(on: nas) { stall() } }
            task.cancel()
            #expect(await task.value == nil)
            open()
        }
    }

    @Test("more callers than can wait are refused")
    func refusing() async throws {
        try await Self.withStalledFolder { threads, stall, open in
            let nas = try Self.path("nas/a.ts")
            var taken = 0
            while taken < 10_000, threads.submit(on: nas, stall) { taken += 1 }
            #expect((1_000..<10_000).contains(taken))
            open()
        }
    }

    @Test("the list has its videos as they were, and the others")
    func listing() async throws {
        let folder = try TestFolder()
        for name in ["local", "nas"] {
            try FileManager.default.createDirectory(at: folder.file(name), withIntermediateDirectories: true)
            try Data("#EXTM3U\n".utf8).write(to: folder.file("\(name)/\(name).m3u8"))
        }
        try await Self.withStalledFolder { threads, stall, open in
            let root = try #require(RootFolder(folder.path))
            let list = VideoList(
                root: root,
                threads: threads,
                patience: .milliseconds(300),
                logger: RecordedLog().logger
            )
            // The first call may run out of patience on a busy machine, and what it began is known to a later one.
            while await list.names().count < 2 {}
            threads.learn(1, of: try Self.path("local"))
            threads.learn(2, of: try Self.path("nas"))
            for _ in 0..<4 { #expect(threads.submit(on: try Self.path("nas"), stall)) }
            try FileManager.default.removeItem(at: folder.file("local"))
            var names = await list.names()
            while names.contains("local") { names = await list.names() }
            #expect(names == ["nas"])
            open()
        }
    }

    @Test("a file in memory is given out without asking it, for as long as it was compared with it a moment ago")
    func freshness() async throws {
        let folder = try TestFolder()
        try Data("film".utf8).write(to: folder.file("a.ts"))
        let store = MediaStore(
            root: try #require(RootFolder(folder.path)),
            cacheSize: 1 << 20,
            streamingSize: 1 << 20,
            freshness: .seconds(3_600),
            threads: .shared,
            metrics: StoreMetrics(factory: PrometheusMetrics()),
            logger: RecordedLog().logger
        )
        let path = try Self.path("a.ts")
        while store.inMemory(path) == nil { _ = try await store.content(path) }
        try FileManager.default.removeItem(at: folder.url)
        #expect(store.inMemory(path) != nil)
    }
}
