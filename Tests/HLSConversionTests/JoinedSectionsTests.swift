import CFFmpeg
import Foundation
import HLSKit
import TestSupport
import Testing

@testable import HLSConversion

@Suite("Sections of a playlist that become one file")
struct JoinedSectionsTests {
    /// A folder as a download makes it, with a file for each section.
    private struct Folder {
        let folder: TestFolder
        var lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:8", "#EXT-X-PLAYLIST-TYPE:VOD"]
        private var sections = 0
        private let name: String

        init(_ folder: TestFolder, _ name: String = "film") {
            (self.folder, self.name) = (folder, name)
        }

        /// Adds a section of one segment.
        ///
        /// - Parameter declared: The duration as the playlist gives it; nil for the right one.
        mutating func add(_ media: TestMedia, declared: String? = nil, isDiscontinuity: Bool = true) throws {
            if sections > 0, isDiscontinuity { lines.append("#EXT-X-DISCONTINUITY") }
            let file = "\(name)-\(sections)"
            if media.format == "mpegts" {
                try media.write(to: folder.file(file + ".ts"))
                lines += ["#EXTINF:\(declared ?? "\(media.duration)"),", file + ".ts"]
            } else {
                var media = media
                media.muxerOptions = [("movflags", "frag_keyframe+empty_moov+default_base_moof")]
                let whole = folder.file(file + ".whole.mp4")
                try media.write(to: whole)
                let bytes = try Data(contentsOf: whole)
                let start = try #require(bytes.firstRange(of: Data("moof".utf8))).lowerBound - 4
                try bytes[..<start].write(to: folder.file(file + "-init.mp4"))
                try bytes[start...].write(to: folder.file(file + ".m4s"))
                lines += ["#EXT-X-MAP:URI=\"\(file)-init.mp4\"", "#EXTINF:\(declared ?? "\(media.duration)"),"]
                lines.append(file + ".m4s")
            }
            sections += 1
        }

        mutating func addGap(seconds: Int) {
            lines += ["#EXT-X-GAP", "#EXTINF:\(seconds),", "\(name)-lost-\(lines.count).ts"]
        }

        @discardableResult
        func write() throws -> URL {
            let url = folder.file(name + ".m3u8")
            try (lines + ["#EXT-X-ENDLIST", ""]).joined(separator: "\n").write(
                to: url,
                atomically: true,
                encoding: .utf8
            )
            return url
        }
    }

    private func join(_ playlist: URL, in folder: TestFolder) async throws -> ConversionResult {
        var options = ConversionOptions()
        options.output = .file(format: "mp4")
        options.videoEncoder = .copy
        options.audioEncoder = .copy
        options.readsLocalPlaylist = true
        return try await HLSConverter(options: options).convert(playlist, to: folder.file("joined"))
    }

    private func section(start: Double = 0, seconds: Double = 3, format: String = "mpegts") -> TestMedia {
        TestMedia(format: format, duration: seconds, start: start)
    }

    /// Checks that a flash and a tone come at every second, and nothing else.
    ///
    /// - Parameter tolerance: How far a tone may be from its second.
    private func expectSeconds(
        _ seconds: some Sequence<Int>,
        _ media: DecodedMedia,
        tones: [Int]? = nil,
        tolerance: Double = 0.03
    ) throws {
        let origin = try #require(media.pictures.first?.time)
        let expected = Array(seconds)
        #expect(media.faults == 0)
        #expect(media.flashes.count == expected.count)
        for (flash, second) in zip(media.flashes, expected) { #expect(abs(flash - origin - Double(second)) < 0.03) }
        let tones = tones ?? expected
        #expect(media.beeps.count == tones.count)
        for (tone, second) in zip(media.beeps, tones) { #expect(abs(tone - origin - Double(second)) < tolerance) }
    }

    @Test(
        "a clock that starts anew at a discontinuity keeps every frame at its declared time",
        arguments: [[0, 0, 0], [0, 50_000, 3], [70_000, 0, 80_000], [7, 95_442.3, 95_440]] as [[Double]]
    )
    func clocks(starts: [Double]) async throws {
        let folder = try TestFolder()
        var playlist = Folder(folder)
        for start in starts { try playlist.add(section(start: start)) }
        let result = try await join(playlist.write(), in: folder)
        let media = try DecodedMedia(result.playlist)
        #expect(media.pictures.count == 3 * 75)
        try expectSeconds(0..<9, media)
        #expect(abs(media.duration - 9) < 0.1)
        let steps = zip(media.pictures, media.pictures.dropFirst()).map { $1.time - $0.time }
        #expect(steps.allSatisfy { abs($0 - 0.04) < 0.005 })
        #expect(result.route.audio?.isCopied == true)
    }

    @Test("initialization sections with other units of time and sizes are joined")
    func initializationSections() async throws {
        let folder = try TestFolder()
        var playlist = Folder(folder)
        try playlist.add(section(format: "mp4"))
        var other = section(format: "mp4")
        other.video?.width = 320
        other.video?.height = 180
        other.video?.rate = "30"
        try playlist.add(other)
        try playlist.add(section(format: "mp4"))
        let media = try DecodedMedia(try await join(playlist.write(), in: folder).playlist)
        #expect(media.pictures.count == 75 + 90 + 75)
        try expectSeconds(0..<9, media)
        #expect(
            media.pictures.map(\.width)
                == [160, 320, 160].enumerated().flatMap { part, width in
                    Array(repeating: width, count: part == 1 ? 90 : 75)
                }
        )
        let movie = try #require(try MP4File([UInt8](Data(contentsOf: folder.file("joined/joined.mp4")))).movie)
        // Parameter sets in the stream.
        #expect(movie.tracks.compactMap { $0.sampleEntries.first?.codecString }.contains { $0.hasPrefix("avc3.") })
    }

    @Test("a transport stream and fragmented MP4 are joined")
    func containers() async throws {
        let folder = try TestFolder()
        var playlist = Folder(folder)
        try playlist.add(section(start: 20))
        try playlist.add(section(format: "mp4"))
        let media = try DecodedMedia(try await join(playlist.write(), in: folder).playlist)
        #expect(media.pictures.count == 150)
        try expectSeconds(0..<6, media)
    }

    @Test("a section without sound leaves the others in step", arguments: [0, 1, 2])
    func withoutSound(silent: Int) async throws {
        let folder = try TestFolder()
        var playlist = Folder(folder)
        for number in 0..<3 {
            var media = section(start: Double(number) * 100)
            if number == silent { media.audio = [] }
            try playlist.add(media)
        }
        let media = try DecodedMedia(try await join(playlist.write(), in: folder).playlist)
        #expect(media.pictures.count == 225)
        try expectSeconds(0..<9, media, tones: (0..<9).filter { $0 / 3 != silent })
    }

    @Test("sound whose rate or channels change is encoded, the picture is copied", arguments: [false, true])
    func changingSound(isSilentFirst: Bool) async throws {
        let folder = try TestFolder()
        var playlist = Folder(folder)
        for (number, sound) in [TestMedia.Audio(), TestMedia.Audio(sampleRate: 44_100, layout: "mono")].enumerated() {
            if isSilentFirst, number == 0 {
                var silent = section()
                silent.audio = []
                try playlist.add(silent)
            }
            var media = section(start: 40 * Double(number))
            media.audio = [sound]
            try playlist.add(media)
        }
        let result = try await join(playlist.write(), in: folder)
        #expect(result.route.audio == .init(encoder: "aac", reason: .changingSound))
        #expect(result.route.video?.isCopied == true)
        let media = try DecodedMedia(result.playlist)
        // Where the encoder begins anew, its last frame is filled up.
        try expectSeconds(
            isSilentFirst ? 0..<9 : 0..<6,
            media,
            tones: Array(isSilentFirst ? 3..<9 : 0..<6),
            tolerance: 0.045
        )
    }

    @Test(
        "an audio rendition is joined by its own discontinuities",
        arguments: [true, false],
        [[0, 0, 0], [0, 5_000, 10]] as [[Double]]
    )
    func rendition(hasOwnDiscontinuities: Bool, starts: [Double]) async throws {
        let folder = try TestFolder()
        var (pictures, sound) = (Folder(folder, "pictures"), Folder(folder, "sound"))
        for start in starts {
            var media = section(start: start)
            media.audio = []
            // Each file starts at the time of its first packet.
            media.video?.options = [("bf", "0")]
            try pictures.add(media)
            guard hasOwnDiscontinuities else { continue }
            media = section(start: start)
            media.video = nil
            try sound.add(media)
        }
        if !hasOwnDiscontinuities {
            var media = section(start: starts[0], seconds: 9)
            media.video = nil
            try sound.add(media)
        }
        try pictures.write()
        try sound.write()
        let film = folder.file("film.m3u8")
        try """
        #EXTM3U
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",DEFAULT=YES,URI="sound.m3u8"
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Deutsch",LANGUAGE="de",URI="other.m3u8"
        #EXT-X-STREAM-INF:BANDWIDTH=500000,AUDIO="a"
        pictures.m3u8

        """.write(to: film, atomically: true, encoding: .utf8)
        let result = try await join(film, in: folder)
        let media = try DecodedMedia(result.playlist)
        #expect(media.pictures.count == 225)
        // The sound of each file starts with the frame that its encoder puts in front.
        try expectSeconds(0..<9, media, tolerance: 0.045)
        #expect(result.route.omitted == [OmittedStream(kind: .audio, language: "de", title: "Deutsch")])
    }

    @Test("missing segments leave a hole of their duration", arguments: [false, true])
    func gaps(startsAnew: Bool) async throws {
        let folder = try TestFolder()
        var playlist = Folder(folder)
        try playlist.add(section())
        playlist.addGap(seconds: 12)
        playlist.addGap(seconds: 2)
        try playlist.add(section(start: startsAnew ? 0 : 17), isDiscontinuity: startsAnew)
        let media = try DecodedMedia(try await join(playlist.write(), in: folder).playlist)
        #expect(media.pictures.count == 150)
        try expectSeconds([0, 1, 2, 17, 18, 19], media)
    }

    @Test("durations in whole seconds are taken for rounded ones")
    func roundedDurations() async throws {
        let folder = try TestFolder()
        var playlist = Folder(folder)
        for _ in 0..<3 { try playlist.add(section(), declared: "4") }
        let media = try DecodedMedia(try await join(playlist.write(), in: folder).playlist)
        try expectSeconds(0..<9, media)
    }

    @Test("pictures whose codec changes are refused with the time")
    func changingCodec() async throws {
        let folder = try TestFolder()
        var playlist = Folder(folder)
        try playlist.add(section())
        var other = section()
        other.video?.encoder = "mpeg2video"
        other.video?.options = []
        try playlist.add(other)
        let film = try playlist.write()
        let error = await #expect(throws: ConversionError.self) { try await join(film, in: folder) }
        #expect(
            error?.problem
                == .changingCodec(
                    input: film.path(percentEncoded: false),
                    codec: "h264",
                    other: "mpeg2video",
                    seconds: 3
                )
        )
        #expect(!FileManager.default.fileExists(atPath: folder.file("joined").path(percentEncoded: false)))
    }
}

@Suite("Where sections start")
struct SectionClockTests {
    private func seconds(_ seconds: Double) -> MediaTime { MediaTime(seconds: seconds) }

    private func section(
        _ start: Double,
        gap: Double = 0,
        rounding: Double = 0,
        continuesClock: Bool = false
    ) -> PlaylistSections.Section {
        PlaylistSections.Section(
            start: seconds(start),
            gap: seconds(gap),
            rounding: seconds(rounding),
            continuesClock: continuesClock
        )
    }

    @Test("a section starts at the sum of the durations, and never in front of the end of another")
    func sums() {
        var clock = SectionClock()
        #expect(clock.place(section(0), number: 0, first: seconds(7)) == seconds(-7))
        clock.finish(end: seconds(10.5), correction: .zero)
        #expect(clock.place(section(10), number: 1, first: seconds(0)) == seconds(10.5))
        clock.finish(end: seconds(19), correction: .zero)
        #expect(clock.place(section(20), number: 2, first: seconds(3)) == seconds(17))
    }

    @Test("a clock that goes on keeps its offset, also where it wraps")
    func continuing() {
        let wrap = Double(1 << 33) / 90_000
        var clock = SectionClock()
        #expect(clock.place(section(0), number: 0, first: seconds(wrap - 12)) == seconds(12 - wrap))
        clock.finish(end: seconds(10), correction: .zero)
        let offset = clock.place(section(10, continuesClock: true), number: 1, first: seconds(wrap - 1.5))
        #expect(abs((offset - seconds(12 - wrap)).seconds) < 0.001)
        clock.finish(end: seconds(20), correction: .zero)
        let wrapped = clock.place(section(20, continuesClock: true), number: 2, first: seconds(8.25))
        #expect(abs(wrapped.seconds - 12) < 0.001)
        clock.finish(end: seconds(30), correction: .zero)
        // It does not go on after all.
        #expect(clock.place(section(30, continuesClock: true), number: 3, first: seconds(500)) == seconds(-470))
    }

    @Test("a rendition with the clock of its variant keeps its distance, one with another starts with it")
    func renditions() {
        let variant = SectionClock.Placement(declaredStart: seconds(10), first: seconds(100), offset: seconds(-89.9))
        var clock = SectionClock()
        #expect(clock.place(section(10), number: 0, first: seconds(100.4), beside: variant) == seconds(-89.9))
        var other = SectionClock()
        let start = other.place(section(10), number: 0, first: seconds(5_000), beside: variant) + seconds(5_000)
        #expect(abs((start - seconds(10.1)).seconds) < 0.001)
    }

    @Test("holes of missing segments are kept where durations are rounded")
    func roundedGaps() {
        var clock = SectionClock()
        _ = clock.place(section(0, rounding: 2), number: 0, first: .zero)
        clock.finish(end: seconds(18.8), correction: .zero)
        #expect(clock.place(section(30, gap: 10, rounding: 2), number: 1, first: .zero) == seconds(28.8))
    }
}
