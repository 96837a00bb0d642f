package import Foundation

/// A folder for one test, removed when the test lets go of it.
package final class TestFolder: Sendable {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "w2g-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    package func file(_ name: String) -> URL {
        url.appending(path: name)
    }

    package var path: String { url.path(percentEncoded: false) }

    /// Every name in the folder, or in one below it, sorted.
    package func names(in folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: file(folder).path(percentEncoded: false)).sorted()
    }

    /// Copies a fixture into the folder.
    package func place(_ fixture: String, as name: String? = nil) throws {
        try FileManager.default.copyItem(at: Fixtures.url(fixture), to: file(name ?? fixture))
    }
}

/// The media of the repository.
package enum Fixtures {
    package static func url(_ name: String) -> URL {
        var root = URL(filePath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return root.appending(path: "Fixtures/\(name)")
    }
}
