import Crypto
import Foundation
import HLSConversion
import TestSupport
import Testing

/// Folders of transport streams are the same bytes as ever: people compare them, cache them, and resume in them.
@Suite("Unchanged output")
struct UnchangedOutputTests {
    /// The SHA-256 of the playlist and the segments, in order, of fixtures that are copied.
    ///
    /// What is encoded depends on the version of the encoder: fixtures that would be are copied as asked for.
    static let hashes: [(fixture: String, hash: String)] = [
        ("sample.mp4", "c67714673a67c3998b1560f474c8a13740446c0dd7a7434e339b47f5eb8a89ec"),
        ("edit-list.mp4", "6b92e756460a8394655ff1c418f84b09e0c035a03d760e78b90eec45c2ad7a3d"),
        ("wrap.ts", "4b7d7ec3c8c4483b071c2dca730632c88c8cd72e7c26ae5ff3a43ed1b0cdeb43"),
        ("cover.mp4", "85ce9b1f0eebd543ffff241e20549604ca88cfb033b1fc1d0e9163c018dbf751"),
        ("edit-list-mid-gop.mp4", "176fbba64f2b859db5348dc422da4df30c38bea175526dc5cba758d8d4491063"),
        ("hdlike-vfr.mkv", "46aa224574222634e3b44f3695ee7f3297493e03f0ce347e13f095baa5256110"),
        ("interlaced.ts", "cc86de9b1c5aba42f422f33a36f7f65f8f6b3715d85654d03d7eee8ca09ae7df"),
        ("rotated.mp4", "0d01710465736520d6d755c97f737e455c4f3497511e5738ca1b1bdf95850a72"),
        ("two-audio.mkv", "3320327c1ab934b0959da5b4aa2fa1d4298ef0620031569519ce37e84eb0cc1e"),
    ]

    private static let encodedOtherwise: Set = [
        "edit-list-mid-gop.mp4", "hdlike-vfr.mkv", "interlaced.ts", "rotated.mp4", "two-audio.mkv",
    ]

    @Test("a fixture that is copied into transport streams gives the bytes of version 0.1", arguments: hashes)
    func bytes(fixture: String, hash: String) async throws {
        let folder = try TestFolder()
        var options = ConversionOptions()
        if Self.encodedOtherwise.contains(fixture) { (options.videoEncoder, options.audioEncoder) = (.copy, .copy) }
        let result = try await HLSConverter(options: options).convert(Fixtures.url(fixture), to: folder.file("film"))
        #expect(result.route.video?.isCopied != false && result.route.audio?.isCopied != false)
        var sum = SHA256()
        sum.update(data: try Data(contentsOf: result.playlist))
        for number in 0..<result.segments {
            sum.update(data: try Data(contentsOf: result.folder.appending(path: "stream_\(number).ts")))
        }
        #expect(sum.finalize().map { String(format: "%02x", $0) }.joined() == hash)
    }
}
