import Foundation
import HLSKit
import TestSupport
import Testing

@testable import W2GServe

@Suite("Videos as fragmented MP4")
struct FragmentTests {
    /// A segment of pictures and sound, the first of which is presented at so many seconds.
    private static func segment(at start: Int64, size: H264Size = .small, seed: Int = 0) throws -> [UInt8] {
        var muxer = try TransportStreamMuxer(
            streams: [ElementaryStream(codec: .h264, pid: 0x100), ElementaryStream(codec: .aac, pid: 0x101)]
        )
        muxer.startSegment()
        for number in 0..<10 {
            let time = MediaTime(ticks: start * 90_000 + Int64(number) * 9_000)
            let picture = size.unit(number: number, length: 200 + seed)
            try muxer.write(picture.span, stream: 0, pts: time, dts: time, isRandomAccess: number == 0)
            let frame = SampleUnits.unit(.aac, number: number, length: 60 + seed)
            try muxer.write(frame.span, stream: 1, pts: time, dts: time, isRandomAccess: true)
        }
        muxer.flush()
        return muxer.takeOutput()
    }

    /// Two streams with parameter sets of their own.
    private enum H264Size {
        case small, other

        func unit(number: Int, length: Int) -> [UInt8] {
            guard self == .other, number == 0 else {
                return SampleUnits.h264(number: number, isKey: number % 10 == 0, length: length)
            }
            let slice = SampleUnits.Slice(frameNumber: 0, order: 0, refreshID: 0)
            return SampleUnits.joined([
                [0x09, 0xF0], SampleUnits.h264SequenceSet(width: 40), SampleUnits.h264PictureSet,
                SampleUnits.h264Slice(slice, length: length),
            ])
        }
    }

    private static func put(_ bytes: [UInt8], _ name: String, _ served: ServedFolder) throws {
        let file = served.videos.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: file, options: .atomic)
        try served.age(name)
    }

    /// Puts a film of one second a segment, with lines in front of some.
    private static func putFilm(_ served: ServedFolder, _ segments: [[UInt8]], lines: [Int: String] = [:]) throws {
        var text = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        for (number, bytes) in segments.enumerated() {
            text += (lines[number] ?? "") + "#EXTINF:1.0,\nstream_\(number).ts\n"
            try put(bytes, "a/stream_\(number).ts", served)
        }
        try put(Array((text + "#EXT-X-ENDLIST\n").utf8), "a/a.m3u8", served)
    }

    /// The playlist, once nothing in it was written just now: until then, each reading is a version of its own.
    private static func playlist(
        _ served: ServedFolder,
        _ path: String = "/fmp4/a/a.m3u8"
    ) async throws -> MediaPlaylist {
        let answer = try await served.settled(path)
        #expect(status(answer.head) == 200 && field("Cache-Control", of: answer.head) == "no-cache", "\(answer.body)")
        return try #require(Playlist(answer.body).media)
    }

    private static func bytes(_ served: ServedFolder, _ path: String) async throws -> (head: String, body: [UInt8]) {
        let client = try await RawClient.connect(port: served.port)
        try await client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        let head = try await client.head()
        let body = try await client.bytes(Int(field("Content-Length", of: head) ?? "0") ?? 0)
        try await client.close()
        return (head, body)
    }

    @Test("have the fragment of each transport stream that its place in the playlist makes, kept for ever by version")
    func film() async throws {
        try await ServedFolder.run { served in
            let segments = try (0..<3).map { try Self.segment(at: 10 + Int64($0)) }
            try Self.putFilm(served, segments)
            let playlist = try await Self.playlist(served)
            #expect(playlist.segments.count == 3 && playlist.isEnded && playlist.kind == .vod)
            for (number, segment) in playlist.segments.enumerated() {
                let bytes = segments[number]
                let expected = try SegmentTransmuxer().transmux(
                    bytes.span,
                    at: .init(
                        number: number,
                        start: MediaTime(seconds: Double(number)),
                        duration: MediaTime(seconds: 1)
                    )
                )
                #expect(segment.uri.hasPrefix("stream_\(number).m4s?v=1-"))
                let fragment = try await Self.bytes(served, "/fmp4/a/" + segment.uri)
                #expect(status(fragment.head) == 200 && fragment.body == expected.fragment)
                #expect(field("Content-Type", of: fragment.head) == "video/mp4")
                #expect(field("Cache-Control", of: fragment.head)?.contains("immutable") == true)
                let section = try await Self.bytes(served, "/fmp4/a/" + (segment.map?.uri ?? ""))
                #expect(section.body == expected.initializationSection)
                #expect(field("Cache-Control", of: section.head)?.contains("immutable") == true)
                // Without its version it is asked for each time.
                let plain = try await Self.bytes(served, "/fmp4/a/stream_\(number).m4s?n=\(number)")
                #expect(plain.body == expected.fragment && field("Cache-Control", of: plain.head) == "no-cache")
            }
            let path = "/fmp4/a/" + playlist.segments[1].uri
            let head = try await served.ask(path, method: "HEAD").head
            let etag = try #require(field("ETag", of: head))
            #expect(Int(field("Content-Length", of: head) ?? "") ?? 0 > 0)
            #expect(status(try await served.ask(path, ["If-None-Match: \(etag)"]).head) == 304)
            let part = try await served.ask(path, ["Range: bytes=4-7"])
            #expect(status(part.head) == 206 && part.body == "styp")
        }
    }

    @Test("of another film of the same name have other addresses, and former ones are not kept")
    func anotherFilm() async throws {
        try await ServedFolder.run { served in
            try Self.putFilm(served, [try Self.segment(at: 0)])
            let former = try await Self.playlist(served).segments[0].uri
            try Self.putFilm(served, [try Self.segment(at: 0, seed: 9)])
            let latter = try await Self.playlist(served).segments[0].uri
            #expect(former != latter)
            let late = try await Self.bytes(served, "/fmp4/a/" + former)
            let now = try await Self.bytes(served, "/fmp4/a/" + latter)
            #expect(late.body == now.body && field("Cache-Control", of: late.head) == "no-cache")
        }
    }

    @Test("have a discontinuity and an init section more only where the coding changes, and one timeline")
    func discontinuities() async throws {
        try await ServedFolder.run { served in
            let segments = [
                try Self.segment(at: 0), try Self.segment(at: 90), try Self.segment(at: 5, size: .other),
                try Self.segment(at: 6, size: .other),
            ]
            let tag = "#EXT-X-DISCONTINUITY\n"
            try Self.putFilm(served, segments, lines: [1: tag, 2: tag])
            let playlist = try await Self.playlist(served)
            #expect(playlist.segments.map(\.isDiscontinuity) == [false, false, true, false])
            let maps = playlist.segments.map { $0.map?.uri ?? "" }
            #expect(maps[0] == maps[1] && maps[1] != maps[2] && maps[2] == maps[3])
            var bytes: [UInt8] = []
            for uri in [maps[0], playlist.segments[0].uri, playlist.segments[1].uri] {
                bytes += try await Self.bytes(served, "/fmp4/a/" + uri).body
            }
            let file = MP4File(bytes)
            let tracks = file.fragments.map { $0.tracks[0].startTime }
            #expect(tracks == [0, 90_000])
        }
    }

    @Test("that are fragmented MP4 already, subtitles and lists of variants are the same bytes")
    func sameBytes() async throws {
        try await ServedFolder.run { served in
            let head = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
            let media = head + "#EXT-X-MAP:URI=\"i.mp4\"\n#EXTINF:1,\n0.m4s\n#EXT-X-ENDLIST\n"
            let subtitles = head + "#EXTINF:1,\n0.vtt\n#EXT-X-ENDLIST\n"
            let files = [
                "b/b.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv/v.m3u8\n", "b/v/v.m3u8": media,
                "b/v/i.mp4": "section", "b/v/0.m4s": "fragment", "b/s/s.m3u8": subtitles, "b/s/0.vtt": "WEBVTT\n",
            ]
            for (name, text) in files { try Self.put(Array(text.utf8), name, served) }
            for (name, text) in files {
                let answer = try await served.settled("/fmp4/" + name)
                #expect(status(answer.head) == 200 && answer.body == text, "\(name)")
                let other = try await served.settled("/videos/" + name)
                #expect(field("ETag", of: answer.head) == field("ETag", of: other.head), "\(name)")
            }
        }
    }

    @Test("that cannot be turned are 502 with the reason, and the others are served")
    func broken() async throws {
        try await ServedFolder.run { served in
            try Self.putFilm(served, [try Self.segment(at: 0), Array("no transport stream".utf8)])
            let playlist = try await Self.playlist(served)
            let answer = try await served.ask("/fmp4/a/" + playlist.segments[1].uri)
            #expect(status(answer.head) == 502 && answer.body.contains("not a transport stream"), "\(answer.body)")
            #expect(status(try await served.ask("/fmp4/a/" + playlist.segments[0].uri).head) == 200)
            let key = "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n"
            try Self.putFilm(served, [try Self.segment(at: 0)], lines: [0: key])
            let encrypted = try await served.ask("/fmp4/a/a.m3u8")
            #expect(status(encrypted.head) == 502 && encrypted.body.contains("encrypted"), "\(encrypted.body)")
            for path in [
                "/fmp4/a/stream_0.m4s?n=7", "/fmp4/a/stream_9.m4s?n=0", "/fmp4/a/init-0.mp4?n=0", "/fmp4/no/no.m3u8",
                "/fmp4/", "/fmp4/a/..%2fa.m3u8", "/fmp4/a/stream_0.m4s?n=0&p=../../etc/passwd",
            ] {
                let missing = try await served.ask(path)
                #expect([404, 502].contains(status(missing.head)), "\(path)")
            }
        }
    }

    @Test("in one file are turned by their byte ranges, and a playlist of another name is named")
    func byteRanges() async throws {
        try await ServedFolder.run { served in
            let segments = try (0..<2).map { try Self.segment(at: Int64($0)) }
            var text = "#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-TARGETDURATION:1\n"
            for (number, bytes) in segments.enumerated() {
                let start = number * segments[0].count
                text += "#EXT-X-BYTERANGE:\(bytes.count)@\(start)\n#EXTINF:1.0,\nall.ts\n"
            }
            try Self.put(segments[0] + segments[1], "a/all.ts", served)
            try Self.put(Array((text + "#EXT-X-ENDLIST\n").utf8), "a/index.m3u8", served)
            let playlist = try await Self.playlist(served, "/fmp4/a/index.m3u8")
            #expect(playlist.segments.allSatisfy { $0.byteRange == nil && $0.uri.contains("&p=a%2Findex.m3u8") })
            for number in 0..<2 {
                let bytes = segments[number]
                let expected = try SegmentTransmuxer().transmux(
                    bytes.span,
                    at: .init(
                        number: number,
                        start: MediaTime(seconds: Double(number)),
                        duration: MediaTime(seconds: 1)
                    )
                )
                let fragment = try await Self.bytes(served, "/fmp4/a/" + playlist.segments[number].uri)
                #expect(fragment.body == expected.fragment)
            }
        }
    }

    @Test("grow with their playlists")
    func growing() async throws {
        try await ServedFolder.run { served in
            let segments = try (0..<3).map { try Self.segment(at: Int64($0)) }
            var text = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-PLAYLIST-TYPE:EVENT\n"
            var addresses: [String] = []
            for (number, bytes) in segments.enumerated() {
                try Self.put(bytes, "a/stream_\(number).ts", served)
                text += "#EXTINF:1.0,\nstream_\(number).ts\n"
                try Self.put(Array(text.utf8), "a/a.m3u8", served)
                let playlist = try await Self.playlist(served)
                #expect(playlist.segments.count == number + 1 && !playlist.isEnded)
                // What a player has already keeps its address.
                #expect(playlist.segments.map(\.uri).starts(with: addresses))
                addresses = playlist.segments.map(\.uri)
            }
        }
    }

    @Test("that are being made are waited for")
    func inProgress() async throws {
        let video = VideoInProgress(name: "a".utf8)
        try await ServedFolder.run { configuration, _ in
            configuration.routes.videosInProgress = [video]
        } _: { served in
            let segments = try (0..<2).map { try Self.segment(at: Int64($0)) }
            let early = Task { try await Self.playlist(served) }
            try await video.wait(untilWaiting: 1)
            let text = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\ns0.ts\n#EXTINF:1.0,\ns1.ts\n#EXT-X-ENDLIST\n"
            video.plan(playlist: text, resources: [Array("s0.ts".utf8), Array("s1.ts".utf8)])
            // The first segment has the init section.
            try await video.wait(untilWaiting: 1)
            try Self.put(segments[0], "a/s0.ts", served)
            video.complete("s0.ts".utf8)
            let playlist = try await early.value
            #expect(playlist.segments.count == 2 && playlist.segments[1].uri == "s1.m4s?n=1")
            let late = Task { try await Self.bytes(served, "/fmp4/a/" + playlist.segments[1].uri) }
            try await video.wait(untilWaiting: 1)
            try Self.put(segments[1], "a/s1.ts", served)
            video.complete("s1.ts".utf8)
            let fragment = try await late.value
            #expect(status(fragment.head) == 200 && !fragment.body.isEmpty)
        }
    }
}
