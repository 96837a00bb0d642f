import Foundation
import HLSKit
import Synchronization
import TestSupport
import Testing

@testable import HLSConversion

@Suite("MP4 films without FFmpeg")
struct MP4FilmTests {
    /// A film that is copied without FFmpeg.
    struct Example: CustomTestStringConvertible, Sendable {
        var name: String
        var media: TestMedia?
        var fixture = "sample.mp4"
        /// The duration and the media time of the edits of picture and sound, where they are changed.
        var edits: [(duration: Int, mediaTime: Int)?] = []
        /// The number of a track, from 0 on, that is not to be played unless it is chosen.
        var disabled: Int?
        /// What stands in the first box of a type, so many bytes behind its type.
        var patch: (type: String, offset: Int, bytes: [UInt8])?

        var testDescription: String { name }

        static func made(_ name: String, _ change: (inout TestMedia) -> Void) -> Example {
            var media = TestMedia(duration: 5)
            change(&media)
            return Example(name: name, media: media)
        }

        static let all: [Example] = [
            made("with B-frames") { _ in },
            made("without B-frames") { $0.video?.options = [("preset", "ultrafast"), ("bf", "0")] },
            made("sound 250 ms behind the picture") { $0.audio[0].delay = 0.25 },
            made("44.1 kHz mono") {
                $0.audio[0].layout = "mono"
                $0.audio[0].sampleRate = 44_100
            },
            made("24000/1001 pictures a second") {
                $0.video?.rate = "24000/1001"
                $0.video?.gop = 24
            },
            made("two audio tracks") { $0.audio.append(TestMedia.Audio(frequency: 3_000, delay: 0.5)) },
            {
                var example = made("two audio tracks, the first disabled") {
                    $0.audio.append(TestMedia.Audio(frequency: 3_000, delay: 0.5))
                }
                example.disabled = 1
                return example
            }(),
            made("picture only") { $0.audio = [] },
            made("sound only") { $0.video = nil },
            made("in fragments") { $0.muxerOptions = [("movflags", "frag_keyframe+empty_moov")] },
            made("in fragments that count from themselves, picture only") {
                $0.audio = []
                $0.muxerOptions = [("movflags", "cmaf+frag_keyframe"), ("frag_duration", "500000")]
            },
            made("in one fragment, sound only") {
                $0.video = nil
                $0.muxerOptions = [("movflags", "empty_moov+default_base_moof")]
            },
            Example(name: "demo sample"),
            Example(name: "a pause in front of the sound", fixture: "edit-list.mp4"),
            Example(name: "cover art", fixture: "cover.mp4"),
            Example(name: "no priming hidden", edits: [nil, (20_000, 0)]),
            Example(name: "priming that ends within an access unit", edits: [nil, (20_000, 2_112)]),
            Example(name: "two seconds of sound hidden in front", edits: [nil, (18_000, 96_000)]),
            Example(name: "sound hidden at the end", edits: [nil, (10_000, 1_024)]),
            Example(name: "the last picture cut short", edits: [(19_970, 1_024), nil]),
        ]

        /// Writes the film.
        func write(to url: URL) throws {
            try media?.write(to: url)
            var bytes = [UInt8](try Data(contentsOf: media == nil ? Fixtures.url(fixture) : url))
            for (track, edit) in edits.enumerated() {
                guard let edit else { continue }
                let place = try #require(bytes.places(of: "elst").dropFirst(track).first)
                bytes.replace(at: place + 12, with: BoxBuilder.words([edit.duration, edit.mediaTime]))
            }
            if let disabled {
                let header = try #require(bytes.places(of: "tkhd").dropFirst(disabled).first)
                bytes[header + 7] &= ~1
            }
            if let patch {
                let place = try #require(bytes.places(of: patch.type).first)
                bytes.replace(at: place + patch.offset, with: patch.bytes)
            }
            try Data(bytes).write(to: url)
        }
    }

    @Test("become the same segments as by FFmpeg's reading", arguments: Example.all)
    func sameAsFFmpeg(_ example: Example) async throws {
        let folder = try TestFolder()
        let film = folder.file("film.mp4")
        try example.write(to: film)
        #expect(try MP4Film(path: film.path) != nil)
        // A byte behind the last box means nothing to FFmpeg, and is unusual here.
        let unusual = folder.file("unusual.mp4")
        try (Data(contentsOf: film) + [0]).write(to: unusual)
        #expect(try MP4Film(path: unusual.path) == nil)

        let result = try await HLSConverter().convert(film, to: folder.file("plain"))
        let other = try await HLSConverter().convert(unusual, to: folder.file("ffmpeg"))
        #expect(result.route == other.route)
        let (hls, expected) = (try HLSFolder(result.playlist), try HLSFolder(other.playlist))
        #expect(hls.segments == expected.segments)
        #expect(hls.durations.dropLast() == expected.durations.dropLast())
        // FFmpeg does not know how long the last access unit of sound is where an edit or the table of times cuts it.
        #expect(abs((hls.durations.last ?? 0) - (expected.durations.last ?? 0)) < 0.022)
        #expect(result.bytes == other.bytes)
    }

    /// FFmpeg takes no notice of what an edit list hides of fragments, and shows pictures too late whose composition offsets are
    /// negative, so the same film without fragments is what to compare with.
    @Test(
        "in fragments have the times of the same film with tables",
        arguments: ["frag_keyframe+delay_moov", "frag_keyframe+delay_moov+negative_cts_offsets"]
    )
    func fragments(flags: String) async throws {
        let folder = try TestFolder()
        var media = TestMedia(duration: 5)
        media.audio[0].delay = 0.25
        try media.write(to: folder.file("film.mp4"))
        media.muxerOptions = [("movflags", flags)]
        try media.write(to: folder.file("fragments.mp4"))
        #expect(try MP4Film(path: folder.file("fragments.mp4").path) != nil)
        let expected = try await HLSConverter().convert(folder.file("film.mp4"), to: folder.file("film"))
        let result = try await HLSConverter().convert(folder.file("fragments.mp4"), to: folder.file("fragments"))
        #expect(result.route.video?.encoder == nil)
        #expect(try HLSFolder(result.playlist).segments.count == HLSFolder(expected.playlist).segments.count)
        #expect(abs(result.duration.seconds - expected.duration.seconds) < 0.022)
        let (decoded, original) = (try DecodedMedia(result.playlist), try DecodedMedia(expected.playlist))
        #expect(decoded.faults == 0)
        #expect(decoded.pictures.count == original.pictures.count)
        #expect(decoded.offsets.count == 5)
        #expect(zip(decoded.offsets, original.offsets).allSatisfy { abs($0 - $1) < 0.001 })
    }

    @Test("in fragments with a damaged one are left to FFmpeg")
    func damagedFragment() throws {
        let folder = try TestFolder()
        let film = folder.file("film.mp4")
        try TestMedia(muxerOptions: [("movflags", "frag_keyframe+empty_moov")]).write(to: film)
        var bytes = [UInt8](try Data(contentsOf: film))
        let run = try #require(bytes.places(of: "trun").last)
        bytes.replace(at: run + 8, with: BoxBuilder.u32(1_000_000))
        try Data(bytes).write(to: film)
        #expect(try MP4Film(path: film.path) == nil)
    }

    @Test("last as long as the edit list says")
    func exactEnd() async throws {
        let folder = try TestFolder()
        let film = folder.file("film.mp4")
        try Example(name: "", edits: [nil, (20_500, 0)]).write(to: film)
        let whole = try await HLSConverter().convert(film, to: folder.file("whole"))
        // The sound has 1,024 samples of priming more than 20 s, as the picture's table of times has no more than 20 s.
        #expect(abs(whole.duration.seconds - 20.0213) < 0.0001)
        try Example(name: "", edits: [nil, (20_004, 0)]).write(to: film)
        let cut = try await HLSConverter().convert(film, to: folder.file("cut"))
        #expect(abs(cut.duration.seconds - 20.004) < 0.0001)
    }

    @Test(
        "are left to FFmpeg when something is unusual",
        arguments: [
            "hdr10.mp4", "edit-list-mid-gop.mp4", "interlaced.ts", "two-audio.mkv", "client-messages.json",
        ]
    )
    func unusualFixtures(name: String) throws {
        #expect(try MP4Film(path: Fixtures.url(name).path) == nil)
    }

    private static let unusual: [Example] = [
        .made("10 bits") { $0.video?.pixelFormat = "yuv420p10le" },
        .made("low sampling rate, where a band may be replicated") { $0.audio[0].sampleRate = 24_000 },
        .made("AC-3") { $0.audio[0].encoder = "ac3" },
        .made("HEVC") { $0.video?.encoder = "libx265" },
        .made("open groups of pictures") {
            $0.video?.options = [("preset", "ultrafast"), ("bf", "2"), ("x264-params", "open-gop=1")]
        },
        Example(name: "pictures hidden in front", edits: [(19_000, 13_824), nil]),
        Example(name: "pictures hidden at the end", edits: [(10_000, 1_024), nil]),
        Example(name: "an edit that begins before the first picture", edits: [(20_000, 0), nil]),
        Example(name: "an edit without a length", edits: [nil, (0, 1_024)]),
        Example(name: "a composition offset of days", patch: ("ctts", 12, BoxBuilder.u32(Int(Int32.max)))),
        Example(name: "pictures of nearly a minute in unsigned offsets", patch: ("ctts", 12, BoxBuilder.u32(1 << 31))),
        Example(name: "pictures that last no time", patch: ("stts", 12, BoxBuilder.u32(0))),
        Example(name: "an empty picture", patch: ("stsz", 16, BoxBuilder.u32(0))),
        Example(name: "a picture in a track of another kind", patch: ("hdlr", 12, Array("pict".utf8))),
        Example(name: "a speed other than usual", patch: ("elst", 20, BoxBuilder.u32(0x2_0000))),
    ]

    @Test("are left to FFmpeg with other codings and edits", arguments: unusual)
    func unusualMedia(_ example: Example) throws {
        let folder = try TestFolder()
        let film = folder.file("film.mp4")
        try example.write(to: film)
        #expect(try MP4Film(path: film.path) == nil)
    }

    @Test("that end early are left to FFmpeg, which says so")
    func cutOff() async throws {
        let folder = try TestFolder()
        let film = folder.file("film.mp4")
        let bytes = try Data(contentsOf: Fixtures.url("sample.mp4"))
        try bytes.prefix(bytes.count / 2).write(to: film)
        #expect(try MP4Film(path: film.path) == nil)
    }

    @Test("of chapters are no film")
    func chapters() throws {
        let folder = try TestFolder()
        let path = folder.file("film.mp4")
        try Example(name: "").write(to: path)
        var bytes = [UInt8](try Data(contentsOf: path))
        // The index stands at the end, so that a longer one moves nothing.
        let (movie, track) = (try #require(bytes.places(of: "moov").first), try #require(bytes.places(of: "trak").last))
        let reference = BoxBuilder.box("tref", BoxBuilder.box("chap", BoxBuilder.u32(1)))
        for place in [movie, track] {
            let size = bytes[(place - 4)..<place].reduce(0) { $0 << 8 | Int($1) }
            bytes.replace(at: place - 4, with: BoxBuilder.u32(size + reference.count))
        }
        bytes.insert(contentsOf: reference, at: track + 4)
        try Data(bytes).write(to: path)
        #expect(MP4File(bytes).movie?.tracks.last?.references.first?.tracks == [1])
        #expect(try MP4Film(path: path.path) == nil)
    }

    @Test("with damaged pictures are copied, with a warning")
    func damagedPictures() async throws {
        let folder = try TestFolder()
        let path = folder.file("film.mp4")
        var bytes = [UInt8](try Data(contentsOf: Fixtures.url("sample.mp4")))
        let samples = try #require(MP4File(bytes).movie?.tracks.first).samples
        let hit = try #require(samples.dropFirst(60).first { !$0.isSync })
        bytes.replace(at: hit.byteRange.lowerBound, with: [0x7F])
        try Data(bytes).write(to: path)
        let warnings = Mutex<[ConversionWarning]>([])
        let result = try await HLSConverter().convert(path, to: folder.file("out")) { event in
            if case .warning(let warning) = event { warnings.withLock { $0.append(warning) } }
        }
        #expect(result.route.video?.encoder == nil)
        #expect(warnings.withLock { $0 } == [.damaged(input: path.path, places: 1)])
    }

    @Test("whose tables are long end a cancelled conversion at once")
    func cancelled() throws {
        let path = Fixtures.url("sample.mp4").path
        #expect(throws: ConversionError.self) { try MP4Film(path: path, isCancelled: { true }) }
    }

    @Test("may become shorter while they are read")
    func shrinking() throws {
        let folder = try TestFolder()
        let path = folder.file("film.mp4")
        let bytes = [UInt8](try Data(contentsOf: Fixtures.url("sample.mp4")))
        try Data(bytes).write(to: path)
        let film = try #require(try MP4Film(path: path.path))
        var count = 0
        let reading = try film.forEachUnit { _, unit in
            count += 1
            #expect(unit.byteCount > 0)
            if count == 100 { #expect(truncate(path.path, off_t(bytes.count / 2)) == 0) }
        }
        #expect(!reading.isWhole)
        #expect(film.file.hasChanged)
        #expect(count >= 100)
        #expect(count < 1_400)
    }

    @Test("with damaged tables trap nowhere and end")
    func damaged() throws {
        let folder = try TestFolder()
        let path = folder.file("film.mp4").path
        let bytes = [UInt8](try Data(contentsOf: Fixtures.url("edit-list.mp4")))
        let movie = try #require(bytes.places(of: "moov").first)
        let end = movie + Int(bytes[(movie - 4)..<movie].reduce(0) { $0 << 8 | UInt32($1) }) - 4
        var random = SeededGenerator(seed: 7)
        var readable = 0
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: movie..<end, using: &random)
                damaged[place] = Bool.random(using: &random) ? .random(in: 0...255, using: &random) : 0xFF
            }
            try Data(damaged).write(to: URL(filePath: path))
            guard let film = try MP4Film(path: path) else { continue }
            readable += 1
            var count = 0
            _ = try film.forEachUnit { _, unit in
                count += 1
                #expect((unit.dts ?? .zero) <= (unit.pts ?? .zero))
            }
            #expect(count <= bytes.count)
        }
        // Some damage changes no more than a time or a name.
        #expect(readable > 10)
    }
}

extension [UInt8] {
    /// Where the type of each box of a kind stands, in a file that has these letters nowhere else.
    fileprivate func places(of type: String) -> [Int] {
        let letters = Array(type.utf8)
        return (0...(count - 4)).filter { Array(self[$0..<$0 + 4]) == letters }
    }

    fileprivate mutating func replace(at place: Int, with bytes: [UInt8]) {
        replaceSubrange(place..<place + bytes.count, with: bytes)
    }
}
