import Crypto
import CryptoExtras
import Foundation
import HLSDownload
import HLSKit
import TestSupport

/// Small media of every container, and the same encrypted.
enum SampleMedia {
    /// Segments of H.264 and AAC, two seconds each.
    static func transportStream(segments: Int, pictures: Int = 50) throws -> [[UInt8]] {
        var muxer = try TransportStreamMuxer(
            streams: [ElementaryStream(codec: .h264, pid: 0x100), ElementaryStream(codec: .aac, pid: 0x101)]
        )
        var result: [[UInt8]] = []
        var sound = 0
        for segment in 0..<segments {
            muxer.startSegment()
            for number in segment * pictures..<(segment + 1) * pictures {
                let time = 90_000 + Int64(number) * 3_600
                while 90_000 + Int64(sound) * 1_920 < time {
                    let pts = MediaTime(ticks: 90_000 + Int64(sound) * 1_920)
                    let frame = SampleUnits.adts(length: 60)
                    try muxer.write(frame.span, stream: 1, pts: pts, dts: pts, isRandomAccess: true)
                    sound += 1
                }
                let unit = SampleUnits.h264(number: number, isKey: number % 10 == 0, length: 300)
                let pts = MediaTime(ticks: time)
                try muxer.write(unit.span, stream: 0, pts: pts, dts: pts, isRandomAccess: number % 10 == 0)
            }
            muxer.flush()
            result.append(muxer.takeOutput())
        }
        return result
    }

    static func box(_ type: String, _ payload: [UInt8] = []) -> [UInt8] {
        let size = UInt32(payload.count + 8)
        return (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) } + Array(type.utf8) + payload
    }

    static func section(_ mark: UInt8 = 0) -> [UInt8] {
        box("ftyp", Array("iso6".utf8)) + box("moov", [UInt8](repeating: mark, count: 100))
    }

    static func fragment(_ number: Int) -> [UInt8] {
        box("styp", Array("msdh".utf8)) + box("moof", [UInt8](repeating: UInt8(number & 255), count: 200))
            + box("mdat", [UInt8](repeating: UInt8(number & 255), count: 3_000 + number))
    }

    static let webVTT = Array("WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n".utf8)

    // MARK: Encryption

    static let key: [UInt8] = (0..<16).map { $0 * 7 }

    static func encrypted(_ bytes: [UInt8], key: [UInt8] = key, vector: [UInt8]) throws -> [UInt8] {
        let iv = try AES._CBC.IV(ivBytes: vector)
        return Array(try AES._CBC.encrypt(bytes, using: SymmetricKey(data: key), iv: iv))
    }

    static func vector(_ sequence: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: 15) + [UInt8(sequence)]
    }

    // MARK: Playlists

    /// A media playlist with two seconds a segment.
    static func playlist(
        _ names: [String],
        lines: [Int: String] = [:],
        sequence: Int = 0,
        isEnded: Bool = true,
        header: String = ""
    ) -> String {
        var text = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:\(sequence)\n" + header
        for (index, name) in names.enumerated() {
            if let line = lines[index] { text += line + "\n" }
            text += "#EXTINF:2.0,\n\(name)\n"
        }
        return text + (isEnded ? "#EXT-X-ENDLIST\n" : "")
    }
}

/// A stream in memory and a folder to download it to.
struct Workbench {
    static let url = "https://media.example/film/index.m3u8"

    let fetcher: MemoryFetcher
    let folder: TestFolder
    var configuration = HLSDownloader.Configuration()

    /// - Parameter pieceBytes: The bytes that come at once.
    init(pieceBytes: Int = 1_000) throws {
        fetcher = MemoryFetcher(pieceBytes: pieceBytes)
        folder = try TestFolder()
        configuration.fetcher = fetcher
        configuration.workers = 3
    }

    var directory: URL { folder.file("out") }

    /// Puts a stream of transport segments on the server.
    @discardableResult
    func placeFilm(segments count: Int = 4) throws -> [[UInt8]] {
        let media = try SampleMedia.transportStream(segments: count)
        place("a", media)
        fetcher.text(Self.url, SampleMedia.playlist(media.indices.map { "a\($0).ts" }))
        return media
    }

    func place(_ name: String, _ media: [[UInt8]], extension: String = "ts") {
        for (index, bytes) in media.enumerated() { fetcher[Self.at("\(name)\(index).\(`extension`)")] = .bytes(bytes) }
    }

    static func at(_ name: String) -> String { "https://media.example/film/" + name }

    @discardableResult
    func download(
        _ source: String = url,
        onEvent: @escaping @Sendable (DownloadEvent) -> Void = { _ in }
    ) async throws -> DownloadResult {
        try await HLSDownloader(configuration: configuration).download(source, to: directory, onEvent: onEvent)
    }

    /// The error of a download that must fail.
    func failure(_ source: String = url) async -> DownloadError? {
        do {
            try await download(source)
            return nil
        } catch {
            return error as? DownloadError
        }
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: directory.appending(path: name)))
    }

    func text(_ name: String) throws -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }

    func playlist(_ name: String = "out.m3u8") throws -> Playlist {
        Playlist(try bytes(name))
    }

    /// The names in the folder that people see.
    func names(_ folder: String = "out") throws -> [String] {
        try self.folder.names(in: folder).filter { !$0.hasPrefix(".") }
    }
}
