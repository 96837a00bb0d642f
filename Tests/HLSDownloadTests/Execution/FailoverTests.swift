import Foundation
import HLSDownload
import HLSKit
import Synchronization
import Testing

@Suite("Places and parts of a stream that fail")
struct FailoverTests {
    private static let first = "https://one.example/film/"
    private static let second = "https://two.example/film/"

    /// A stream whose variant is listed at two places.
    private func place(_ bench: Workbench, segments count: Int = 4) throws -> [[UInt8]] {
        let media = try SampleMedia.transportStream(segments: count)
        let names = media.indices.map { "a\($0).ts" }
        for place in [Self.first, Self.second] {
            bench.fetcher.text(place + "index.m3u8", SampleMedia.playlist(names))
            for (name, bytes) in zip(names, media) { bench.fetcher[place + name] = .bytes(bytes) }
        }
        let variant = "#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=320x180\n"
        bench.fetcher.text(
            Workbench.url,
            "#EXTM3U\n\(variant)\(Self.first)index.m3u8\n\(variant)\(Self.second)index.m3u8\n"
        )
        return media
    }

    private func warnings(of bench: Workbench) async throws -> [DownloadWarning] {
        let warnings = Mutex<[DownloadWarning]>([])
        try await bench.download { event in
            if case .warning(let warning) = event { warnings.withLock { $0.append(warning) } }
        }
        return warnings.withLock { $0 }
    }

    private func expect(_ media: [[UInt8]], in bench: Workbench) throws {
        for (index, bytes) in media.enumerated() { #expect(try bench.bytes("stream_\(index).ts") == bytes) }
        #expect(try bench.playlist().media?.segments.count == media.count)
    }

    // MARK: Redundant variants

    @Test(
        "the copy of a variant is taken when the playlist of the first cannot be loaded",
        arguments: [DownloadError.Code.notFound, .unreachable, .notUsable]
    )
    func playlist(code: DownloadError.Code) async throws {
        let bench = try Workbench()
        let media = try place(bench)
        bench.fetcher[Self.first + "index.m3u8"] = .failure(DownloadError(code, "down"))
        let warnings = try await warnings(of: bench)
        try expect(media, in: bench)
        #expect(
            warnings == [
                .copyUsed(url: Self.first + "index.m3u8", copy: Self.second + "index.m3u8", reason: "down")
            ]
        )
    }

    @Test("a segment that is missing at the first place comes from the copy, with one warning", arguments: [1, 4])
    func segments(lost: Int) async throws {
        let bench = try Workbench()
        let media = try place(bench)
        for index in 0..<lost { bench.fetcher[Self.first + "a\(index).ts"] = nil }
        let warnings = try await warnings(of: bench)
        try expect(media, in: bench)
        #expect(warnings.count == 1)
    }

    @Test("a place that keeps failing is not asked for every segment")
    func dead() async throws {
        let bench = try Workbench()
        let media = try place(bench, segments: 30)
        bench.fetcher.answer { request, _ in
            request.url.hasPrefix(Self.first) && request.url.hasSuffix(".ts")
                ? .failure(DownloadError(.unreachable, "down")) : nil
        }
        try await bench.download()
        try expect(media, in: bench)
        let asked = bench.fetcher.requests.count { $0.url.hasPrefix(Self.first) && $0.url.hasSuffix(".ts") }
        #expect((3...6).contains(asked))
    }

    @Test("what differs is not taken for a copy")
    func different() async throws {
        let bench = try Workbench()
        _ = try place(bench)
        bench.fetcher.text(
            Workbench.url,
            """
            #EXTM3U
            #EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=320x180
            \(Self.first)index.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=700000,RESOLUTION=320x180
            \(Self.second)index.m3u8

            """
        )
        bench.fetcher[Self.first + "index.m3u8"] = nil
        #expect(await bench.failure()?.code == .notFound)
        // A copy whose segments are others is not mixed with the first.
        _ = try place(bench)
        bench.fetcher.text(Self.second + "index.m3u8", SampleMedia.playlist(["a0.ts", "a1.ts"]))
        bench.fetcher[Self.first + "a1.ts"] = nil
        #expect(await bench.failure()?.code == .incomplete)
    }

    @Test("keys and audio renditions come from the copy too")
    func keysAndRenditions() async throws {
        let bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 2)
        for (number, place) in [Self.first, Self.second].enumerated() {
            let key = "#EXT-X-KEY:METHOD=AES-128,URI=\"k\""
            for name in ["index", "audio"] {
                bench.fetcher.text(
                    place + name + ".m3u8",
                    SampleMedia.playlist(["a0.ts", "a1.ts"], lines: [0: key])
                )
            }
            guard number == 1 else { continue }
            bench.fetcher[place + "k"] = .bytes(SampleMedia.key)
            for index in 0..<2 {
                let vector = SampleMedia.vector(index)
                let bytes = try SampleMedia.encrypted(media[index], vector: vector)
                bench.fetcher[place + "a\(index).ts"] = .bytes(bytes)
            }
        }
        bench.fetcher[Self.first + "audio.m3u8"] = nil
        var text = "#EXTM3U\n"
        for (group, place) in [("x", Self.first), ("y", Self.second)] {
            text +=
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"\(group)\",NAME=\"main\",DEFAULT=YES,URI=\"\(place)audio.m3u8\"\n"
            text += "#EXT-X-STREAM-INF:BANDWIDTH=800000,AUDIO=\"\(group)\"\n\(place)index.m3u8\n"
        }
        bench.fetcher.text(Workbench.url, text)
        try await bench.download()
        #expect(try bench.playlist().multivariant?.renditions.count == 1)
        for folder in try bench.names().filter({ !$0.hasSuffix(".m3u8") }) {
            for index in 0..<2 { #expect(try bench.bytes("\(folder)/stream_\(index).ts") == media[index]) }
        }
    }

    @Test("a recording goes on at the copy when the playlist of the first is gone")
    func live() async throws {
        let bench = try Workbench()
        let media = try place(bench, segments: 4)
        var recording = bench
        recording.configuration.recordsLive = true
        let names = (0..<4).map { "a\($0).ts" }
        bench.fetcher.answer { request, earlier in
            switch request.url {
            case Self.first + "index.m3u8":
                earlier == 0
                    ? .bytes(Array(SampleMedia.playlist(Array(names[..<2]), isEnded: false).utf8))
                    : .failure(DownloadError(.notFound, "gone"))
            case Self.second + "index.m3u8":
                .bytes(Array(SampleMedia.playlist(names, isEnded: true).utf8))
            default: nil
            }
        }
        let result = try await recording.download()
        #expect(result.interruption == nil)
        try expect(media, in: bench)
        #expect(try bench.playlist().media?.segments.contains(where: \.isDiscontinuity) == false)
    }

    // MARK: Subtitles

    private func placeFilm(_ bench: Workbench, subtitles uri: String, language: String = "cs") throws -> [[UInt8]] {
        let media = try bench.placeFilm(segments: 3)
        bench.fetcher.text(Workbench.at("video.m3u8"), SampleMedia.playlist(["a0.ts", "a1.ts", "a2.ts"]))
        bench.fetcher.text(
            Workbench.url,
            """
            #EXTM3U
            #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="Czech",LANGUAGE="\(language)",DEFAULT=YES,URI="\(uri)"
            #EXT-X-STREAM-INF:BANDWIDTH=800000,SUBTITLES="s"
            video.m3u8

            """
        )
        return media
    }

    @Test("subtitles that are one WebVTT file become a playlist of it")
    func webVTT() async throws {
        let bench = try Workbench()
        let media = try placeFilm(bench, subtitles: "cz.vtt")
        bench.fetcher[Workbench.at("cz.vtt")] = .bytes(SampleMedia.webVTT)
        let warnings = try await warnings(of: bench)
        #expect(warnings == [.subtitlesWithoutPlaylist(name: "Czech", url: Workbench.at("cz.vtt"))])
        let top = try #require(try bench.playlist().multivariant)
        let uri = try #require(top.renditions.first?.uri)
        #expect(top.variants.first?.subtitles == "s")
        let playlist = try #require(try bench.playlist(uri).media)
        #expect(playlist.isEnded)
        #expect(playlist.segments.map(\.duration.seconds) == [6])
        let folder = try #require(uri.split(separator: "/").first)
        #expect(try bench.bytes("\(folder)/\(playlist.segments[0].uri)") == SampleMedia.webVTT)
        let variant = try #require(top.variants.first?.uri.split(separator: "/").first)
        #expect(try bench.bytes("\(variant)/stream_2.ts") == media[2])
    }

    @Test(
        "default subtitles that cannot be loaded are left out with a warning",
        arguments: [nil, "<html>"] as [String?]
    )
    func missingSubtitles(page: String?) async throws {
        let bench = try Workbench()
        let media = try placeFilm(bench, subtitles: "cz.m3u8")
        if let page { bench.fetcher.text(Workbench.at("cz.m3u8"), page) }
        let warnings = try await warnings(of: bench)
        try expect(media, in: bench)
        guard case .subtitlesLeftOut(name: "Czech", _) = warnings.first else {
            Issue.record("no warning: \(warnings)")
            return
        }
        #expect(try await bench.download().fetchedSegments == 0)
    }

    @Test("subtitles that were asked for by their language must be there")
    func wantedSubtitles() async throws {
        var bench = try Workbench()
        _ = try placeFilm(bench, subtitles: "cz.m3u8")
        bench.configuration.subtitles = .languages(["cs"])
        #expect(await bench.failure()?.code == .notFound)
    }

    @Test("a WebVTT file in place of audio is refused")
    func webVTTAsVariant() async throws {
        let bench = try Workbench()
        bench.fetcher[Workbench.url] = .bytes(SampleMedia.webVTT)
        let error = await bench.failure()
        #expect(error?.code == .notUsable)
        #expect(error?.message.contains("WebVTT") == true)
    }
}
