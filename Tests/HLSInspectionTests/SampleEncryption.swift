import Crypto
import CryptoExtras
import Foundation
import HLSKit

/// Encrypts segments as AES-128 does.
enum SampleEncryption {
    static let key: [UInt8] = Array(0..<16)
    static let otherKey: [UInt8] = Array(100..<116)

    /// The vector that a media sequence number stands for.
    static func vector(_ number: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: 15) + [UInt8(truncatingIfNeeded: number)]
    }

    static func encrypt(
        _ bytes: [UInt8],
        key: [UInt8] = key,
        vector: [UInt8],
        hasPadding: Bool = true
    ) throws -> [UInt8] {
        try Array(
            AES._CBC.encrypt(
                bytes,
                using: SymmetricKey(data: key),
                iv: AES._CBC.IV(ivBytes: vector),
                noPadding: !hasPadding
            )
        )
    }

    /// The files of a stream whose segments are encrypted each with the vector of its number.
    ///
    /// Line 7 of the playlist is the key's, 8 and 9 are of the first segment.
    static func files(
        tag: String = "#EXT-X-KEY:METHOD=AES-128,URI=\"key.bin\"",
        tags: [Int: String] = [:],
        key makeKey: (Int) -> [UInt8] = { _ in SampleEncryption.key },
        vector makeVector: (Int) -> [UInt8] = SampleEncryption.vector,
        change: (inout [[UInt8]]) -> Void = { _ in }
    ) throws -> Files {
        let stream = SampleStream()
        var media = try stream.media().enumerated().map {
            try encrypt($0.element, key: makeKey($0.offset), vector: makeVector($0.offset))
        }
        change(&media)
        var files: Files = [
            "film.m3u8": Array(stream.playlist(tags: [0: tag].merging(tags) { $1 }).utf8),
            "key.bin": Self.key, "other.bin": otherKey,
        ]
        for (index, segment) in media.enumerated() { files["s\(index).ts"] = segment }
        return files
    }

    /// A stream of fragments whose segments and init segment are encrypted with one vector.
    static func fragments() throws -> Files {
        let shared = Self.vector(9)
        let tag = "#EXT-X-KEY:METHOD=AES-128,URI=\"key.bin\",IV=0x00000000000000000000000000000009"
        let stream = SampleFragments()
        let text = stream.playlist().replacing("#EXT-X-MAP", with: "\(tag)\n#EXT-X-MAP")
        var files: Files = ["film.m3u8": Array(text.utf8), "key.bin": key]
        files["init.mp4"] = try encrypt(stream.initialization(), vector: shared)
        for index in 0..<stream.segments {
            files["s\(index).m4s"] = try encrypt(stream.segment(index), vector: shared)
        }
        return files
    }

    static let broken: [BrokenStream] = [
        BrokenStream("a key changes without its tag", "wrong-key", in: "film.m3u8", line: 13) {
            try files(key: { $0 < 2 ? key : otherKey })
        },
        BrokenStream("a vector that is not the one of the tag", "wrong-iv", in: "film.m3u8", line: 7) {
            try files(vector: { _ in [UInt8](repeating: 0x33, count: 16) })
        },
        BrokenStream("vectors that count from one", "wrong-iv", in: "film.m3u8", line: 7) {
            try files(vector: { vector($0 + 1) })
        },
        BrokenStream("no padding", "bad-padding", in: "film.m3u8", line: 11) {
            let plain = try SampleStream().media()[1]
            let length = plain.count / 16 * 16
            let whole = try encrypt(Array(plain.prefix(length)), vector: vector(1), hasPadding: false)
            return try files().with(["s1.ts": whole])
        },
        BrokenStream("an encrypted segment is cut off", "bad-padding", in: "film.m3u8", line: 11) {
            try files(change: { $0[1].removeLast(5) })
        },
        BrokenStream(
            "a segment is not encrypted though the tag says so",
            "segment-not-encrypted",
            in: "film.m3u8",
            line: 11
        ) {
            try files().with(["s1.ts": SampleStream().media()[1]])
        },
        BrokenStream("the key is missing", "key-missing", in: "film.m3u8", line: 7) { try files().without("key.bin") },
        BrokenStream("a key of 17 bytes", "key-length", in: "film.m3u8", line: 7) {
            try files().with(["key.bin": key + [10]])
        },
        BrokenStream("a key that only a server has", "encrypted-segment", in: "film.m3u8", line: 7) {
            try files(tag: "#EXT-X-KEY:METHOD=AES-128,URI=\"https://example.com/key\"")
        },
        BrokenStream("a wrong vector of an init segment", "initialization-unusable", in: "film.m3u8", line: 8) {
            let files = try fragments()
            return files.with([
                "init.mp4": try encrypt(SampleFragments().initialization(), vector: [UInt8](repeating: 0x33, count: 16))
            ])
        },
    ]

    static let good: [(String, @Sendable () throws -> Files)] = [
        ("AES-128 with the vectors of the sequence numbers", { try files() }),
        (
            "AES-128 with a vector",
            {
                try files(
                    tag: "#EXT-X-KEY:METHOD=AES-128,URI=\"key.bin\",IV=0x00000000000000000000000000000007",
                    vector: { _ in vector(7) }
                )
            }
        ),
        (
            "keys that change",
            {
                try files(
                    tags: [2: "#EXT-X-KEY:METHOD=AES-128,URI=\"other.bin\""],
                    key: { $0 < 2 ? key : otherKey }
                )
            }
        ),
        (
            "a key in the playlist",
            {
                let text = Data(key).base64EncodedString()
                return try files(tag: "#EXT-X-KEY:METHOD=AES-128,URI=\"data:text/plain;base64,\(text)\"")
                    .without("key.bin")
            }
        ),
        ("encrypted fragments", { try fragments() }),
    ]
}
