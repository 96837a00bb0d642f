import CZlib
import Foundation
import Hummingbird
import NIOCore
import TestSupport
import Testing

@testable import W2GServe

@Suite("Playlists in gzip")
struct CompressionTests {
    private static let path = "/videos/film/film.m3u8"

    /// Asks for the playlist, and undoes the encoding that the response declares.
    private static func ask(
        _ served: ServedFolder,
        path: String = path,
        method: String = "GET",
        _ fields: [String] = ["Accept-Encoding: gzip, deflate"]
    ) async throws -> (head: String, body: String) {
        let client = try await RawClient.connect(port: served.port)
        let lines = ["\(method) \(path) HTTP/1.1", "Host: x"] + fields
        try await client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        let head = try await client.head()
        let length = method == "HEAD" ? 0 : field("Content-Length", of: head).flatMap { Int($0) } ?? 0
        let bytes = try await client.bytes(length)
        try await client.close()
        guard field("Content-Encoding", of: head) != nil, !bytes.isEmpty else {
            return (head, String(decoding: bytes, as: UTF8.self))
        }
        return (head, try #require(gunzip(bytes)))
    }

    private static func gunzip(_ bytes: [UInt8]) -> String? {
        var (stream, input, output) = (z_stream(), bytes, [UInt8](repeating: 0, count: 1 << 20))
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        let (inputSize, outputSize) = (UInt32(input.count), UInt32(output.count))
        let result = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = inputSize
                stream.next_out = output.baseAddress
                stream.avail_out = outputSize
                return inflate(&stream, Z_FINISH)
            }
        }
        guard result == Z_STREAM_END, stream.avail_in == 0 else { return nil }
        return String(decoding: output.prefix(Int(stream.total_out)), as: UTF8.self)
    }

    @Test("a playlist that grows is sent in gzip to who accepts it, each state with a tag of its own")
    func growing() async throws {
        try await ServedFolder.run { served in
            var tags: Set<String> = []
            for count in [100, 101, 200] {
                let text = ServedFolder.film(segments: count, isEnded: false)
                try served.put("film/film.m3u8", text)
                let plain = try await Self.ask(served, [])
                let short = try await Self.ask(served)
                #expect(plain.body == text && short.body == text)
                #expect(field("Content-Encoding", of: plain.head) == nil)
                #expect(field("Content-Encoding", of: short.head) == "gzip")
                #expect(field("Content-Type", of: short.head) == "application/vnd.apple.mpegurl")
                for head in [plain.head, short.head] { #expect(field("Vary", of: head) == "Accept-Encoding, Origin") }
                let length = try #require(field("Content-Length", of: short.head).flatMap { Int($0) })
                #expect(length * 4 < text.utf8.count)
                tags.insert(try #require(field("ETag", of: plain.head)))
                tags.insert(try #require(field("ETag", of: short.head)))
            }
            #expect(tags.count == 6 && tags.allSatisfy { !$0.hasPrefix("W/") })
        }
    }

    @Test("conditions hold for what the client has, in gzip or not; ranges are those of the text")
    func conditions() async throws {
        try await ServedFolder.run { served in
            let text = ServedFolder.film(segments: 100)
            try served.put("film/film.m3u8", text)
            try served.age("film/film.m3u8")
            let tag = try #require(field("ETag", of: try await served.settled(Self.path).head))
            let gzip = "Accept-Encoding: gzip"
            let shortTag = try #require(field("ETag", of: try await Self.ask(served).head))
            #expect(shortTag == tag.dropLast() + "-gzip\"")
            let same = try await Self.ask(served, [gzip, "If-None-Match: \(shortTag)"])
            #expect(status(same.head) == 304 && field("ETag", of: same.head) == shortTag)
            #expect(field("Vary", of: same.head) == "Accept-Encoding, Origin")
            #expect(field("Content-Encoding", of: same.head) == nil)
            #expect(status(try await Self.ask(served, ["If-None-Match: \(tag)"]).head) == 304)
            #expect(try await Self.ask(served, ["If-None-Match: \(shortTag)"]).body == text)
            let part = try await Self.ask(served, [gzip, "Range: bytes=1-6", "If-Range: \(tag)"])
            #expect(status(part.head) == 206 && part.body == "EXTM3U" && field("ETag", of: part.head) == tag)
            let whole = try await Self.ask(served, [gzip, "Range: bytes=1-6", "If-Range: \(shortTag)"])
            #expect(status(whole.head) == 200 && whole.body == text && field("Content-Encoding", of: whole.head) == nil)
            let head = try await Self.ask(served, method: "HEAD")
            let get = try await Self.ask(served)
            for name in ["Content-Length", "Content-Encoding", "ETag", "Vary"] {
                #expect(field(name, of: head.head) == field(name, of: get.head) && field(name, of: get.head) != nil)
            }
        }
    }

    @Test("what is not text, is short, or does not become shorter is sent as it is")
    func others() async throws {
        try await ServedFolder.run { served in
            try served.put("film/s.vtt", String(repeating: "00:00:00.000 --> 00:00:01.000\nhello\n\n", count: 100))
            let subtitles = try await Self.ask(served, path: "/videos/film/s.vtt")
            #expect(field("Content-Encoding", of: subtitles.head) == "gzip")
            for path in [Self.path, "/videos/film/stream_0.ts"] {
                let answer = try await Self.ask(served, path: path)
                #expect(status(answer.head) == 200 && field("Content-Encoding", of: answer.head) == nil)
            }
            #expect(field("Vary", of: try await Self.ask(served, path: "/videos/film/stream_0.ts").head) == "Origin")
        }
        #expect(Gzip.compress(ByteBuffer(bytes: (0..<2_000).map { _ in UInt8.random(in: 0...255) })) == nil)
    }

    @Test("the planned playlist of a video that is being made is sent in gzip too")
    func planned() async throws {
        let video = VideoInProgress(name: "new".utf8)
        let text = ServedFolder.film(segments: 500)
        video.plan(playlist: text, resources: [Array("stream_0.ts".utf8)])
        try await ServedFolder.run { configuration, _ in
            configuration.routes.videosInProgress = [video]
        } _: { served in
            let answer = try await Self.ask(served, path: "/videos/new/new.m3u8")
            #expect(field("Content-Encoding", of: answer.head) == "gzip" && answer.body == text)
        }
    }

    @Test(
        "a client accepts it by its name or by *, unless the weight is 0",
        arguments: [
            ("gzip", true), ("br, gzip;q=0.5", true), ("deflate , GZIP", true), ("*", true), ("x-gzip", true),
            ("gzip;q=0", false), ("gzip; q=0.000", false), ("*;q=0", false), ("gzip;q=0, *", false), ("br", false),
            ("identity", false), ("", false), ("*;q=0, gzip", true),
        ]
    )
    func accepting(value: String, isAccepted: Bool) {
        #expect(Gzip.isAccepted([.acceptEncoding: value]) == isAccepted)
    }
}
