import Foundation
import HLSKit
import TestSupport
import Testing

@testable import HLSConversion

@Suite("Languages of a downloaded stream")
struct LanguagesInOneFileTests {
    /// A folder with a video rendition and two of audio, as a download leaves it.
    private func stream(in folder: TestFolder) async throws -> URL {
        var video = TestMedia(duration: 2)
        video.audio = []
        try video.write(to: folder.file("video.mp4"))
        _ = try await HLSConverter().convert(folder.file("video.mp4"), to: folder.file("film/video"))
        for (name, frequency) in [("en", 1_000), ("zh", 500)] {
            var sound = TestMedia(duration: 2)
            sound.video = nil
            sound.audio[0].frequency = frequency
            try sound.write(to: folder.file("\(name).mp4"))
            _ = try await HLSConverter().convert(folder.file("\(name).mp4"), to: folder.file("film/\(name)"))
        }
        let playlist = folder.file("film/film.m3u8")
        try Data(
            """
            #EXTM3U
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en-GB",DEFAULT=YES,AUTOSELECT=YES,URI="en/en.m3u8"
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="中文",LANGUAGE="zh",AUTOSELECT=YES,URI="zh/zh.m3u8"
            #EXT-X-STREAM-INF:BANDWIDTH=1000000,CODECS="avc1.64000B,mp4a.40.2",AUDIO="a"
            video/video.m3u8

            """.utf8
        ).write(to: playlist)
        return playlist
    }

    @Test("are all in the one MP4, with their languages and names, and every frame")
    func languages() async throws {
        let folder = try TestFolder()
        let playlist = try await stream(in: folder)
        var options = ConversionOptions()
        options.output = .file(format: "mp4")
        (options.videoEncoder, options.audioEncoder) = (.copy, .copy)
        options.readsLocalPlaylist = true
        let result = try await HLSConverter(options: options).convert(playlist, to: folder.file("one"))
        #expect(result.route.omitted == [])

        let file = try InputFile(path: result.playlist.path(percentEncoded: false)) { false }
        #expect(file.streams.map(\.kind) == [.video, .audio, .audio])
        #expect(file.streams.dropFirst().map(\.language) == ["eng", "zho"])
        let names = file.streams.dropFirst().map { $0.tag("handler_name") }
        #expect(names == ["English", "中文"])
        var counts: [Int: Int] = [:]
        let packet = Packet()
        while try file.read(into: packet) { counts[packet.streamIndex, default: 0] += 1 }
        #expect(counts[0] == 50 && counts[1] == counts[2] && (counts[1] ?? 0) >= 94)
    }

    @Test(
        "have three letters in MP4",
        arguments: [("en", "eng"), ("en-GB", "eng"), ("zh-Hans", "zho"), ("deu", "deu"), ("x-klingon", "x-klingon")]
    )
    func codes(tag: String, code: String) {
        #expect(LanguageCode.threeLetters(tag) == code)
    }
}
