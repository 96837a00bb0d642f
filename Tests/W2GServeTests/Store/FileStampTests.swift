import Foundation
import TestSupport
import Testing

@testable import W2GServe

@Suite("The state of a file")
struct FileStampTests {
    private static let millisecond: Int64 = 1_000_000

    private func stamp(_ url: URL) throws -> FileStamp {
        try #require(FileStamp(path: url.path(percentEncoded: false)))
    }

    @Test("is settled when the coarsest clock has gone on since its last change, not since the time that it claims")
    func settled() throws {
        let folder = try TestFolder()
        let file = folder.file("a.ts")
        try Data("x".utf8).write(to: file)
        for age in [-3_600.0, 0, 3_600] {
            let date = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: age)]
            try FileManager.default.setAttributes(date, ofItemAtPath: file.path(percentEncoded: false))
            let stamp = try stamp(file)
            let last = age > 0 ? stamp.changed : max(stamp.changed, stamp.modified)
            #expect(!stamp.isSettled(at: last) && !stamp.isSettled(at: last + 10 * Self.millisecond))
            #expect(stamp.isSettled(at: last + 100 * Self.millisecond))
        }
    }

    @Test("tells files, folders and links apart, and nothing of what is not there")
    func kinds() throws {
        let folder = try TestFolder()
        try Data("xyz".utf8).write(to: folder.file("a.ts"))
        try FileManager.default.createSymbolicLink(at: folder.file("link"), withDestinationURL: folder.file("a.ts"))
        #expect(try stamp(folder.file("a.ts")).kind == .file && stamp(folder.file("a.ts")).size == 3)
        #expect(try stamp(folder.url).kind == .folder && stamp(folder.file("link")).kind == .link)
        #expect(FileStamp(path: folder.file("none").path(percentEncoded: false)) == nil)
        #expect(FileStamp(descriptor: -1) == nil)
    }

    @Test("gives a tag of its own to each reading until it is settled, and one to all afterwards")
    func tags() throws {
        let folder = try TestFolder()
        try Data("x".utf8).write(to: folder.file("a.ts"))
        let stamp = try stamp(folder.file("a.ts"))
        let last = max(stamp.changed, stamp.modified)
        let early = [last, last + 1].map { Validators(stamp: stamp, readAt: $0).etag }
        let late = [last + 100 * Self.millisecond, last + 200 * Self.millisecond]
            .map { Validators(stamp: stamp, readAt: $0).etag }
        #expect(Set(early).count == 2 && Set(late).count == 1 && Set(early + late).count == 3)
        #expect((early + late).allSatisfy { $0.hasPrefix("\"") && $0.hasSuffix("\"") && !$0.hasPrefix("W/") })
        let second = stamp.modified / 1_000_000_000
        let validators = Validators(stamp: stamp, readAt: last)
        #expect(validators.modified(at: second) == nil && validators.modified(at: second + 1) == nil)
        #expect(validators.modified(at: second + 2) == second)
    }
}
