import Foundation
import NIOCore
import NIOPosix
import TestSupport

@testable import W2GServe

/// A folder and a store for it, without a server, for one test.
struct StoreFolder: Sendable {
    let folder: TestFolder
    let root: RootFolder
    let metrics = PrometheusMetrics()
    let log = RecordedLog()
    let store: MediaStore

    init(
        cacheSize: Int = 1 << 20,
        streamingSize: Int = 1 << 20,
        threads: DiskThreads = .shared,
        trustedOwners: Set<UInt32>? = nil
    ) throws {
        folder = try TestFolder()
        guard let root = RootFolder(folder.path, trustedOwners: trustedOwners) else { throw TimedOut(what: "folder") }
        self.root = root
        store = MediaStore(
            root: root,
            cacheSize: cacheSize,
            streamingSize: streamingSize,
            // Every change has to be seen at once.
            freshness: .zero,
            threads: threads,
            metrics: StoreMetrics(factory: metrics),
            logger: log.logger
        )
    }

    /// Puts a file in its place, by rename.
    func put(_ name: String, _ text: String) throws {
        let file = folder.file(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file, options: .atomic)
    }

    /// Waits until a later change of a file cannot hide any more, so that the store may keep it.
    func settle(_ names: String...) async throws {
        for name in names {
            let path = root.systemPath(try path(name))
            try await waitUntil(name) { FileStamp(path: path)?.isSettled(at: FileStamp.now()) == true }
        }
    }

    func path(_ name: String) throws -> MediaPath {
        guard let path = MediaPath(name.utf8) else { throw TimedOut(what: name) }
        return path
    }

    /// The text of a file as the store gives it.
    func text(_ name: String) async throws -> String {
        switch try await store.content(try path(name)) {
        case .memory(let file): String(buffer: file.bytes)
        case .disk(let file): String(buffer: try file.read(0..<file.stamp.size))
        }
    }

    /// The value of a metric without dimensions; -1 for none.
    func value(_ name: String) -> Double {
        metrics.text().split(separator: "\n").first { $0.hasPrefix(name + " ") }
            .flatMap { Double($0.split(separator: " ")[1]) } ?? -1
    }
}
