import HLSKit
import Testing

/// The code of the guide: compiled here, run here, and compared with the guide's text.
@Suite("The guide to playlists")
struct PlaylistGuideTests {
    private let text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n#EXTINF:6,\nb.ts\n"

    private func print(_ values: Any...) {}

    @Test("reads")
    func read() {
        // snippet: read
        let result = PlaylistReader(configuration: .init(url: "https://example.com/tv/live.m3u8")).read(text)
        for finding in result.diagnostics {
            print(finding)  // 4:0: error: #EXTINF has no comma behind the duration: add it. [missing-comma, 4.4.4.1]
        }
        guard case .media(let playlist) = result.playlist else { return }
        for segment in playlist.segments {
            print(
                playlist.resolve(segment.uri),
                segment.duration.seconds,
                segment.mediaSequence,
                segment.startTime.seconds
            )
            print(segment.keys.map(\.method.rawValue), segment.map?.uri ?? "-", segment.byteRange?.start ?? 0)
        }
        // end
        #expect(playlist.segments.count == 2)
    }

    @Test("reads strictly")
    func strict() {
        // snippet: strict
        do {
            let playlist = try PlaylistReader().readStrictly(text)
            print(playlist)
        } catch {
            print(error.line, error.column, error.section, error.message)
        }
        // end
    }

    @Test("changes")
    func change() throws {
        let playlist = try #require(Playlist(text).media)
        do {
            // snippet: change
            var playlist = playlist
            playlist.targetDuration = 8
            playlist.segments[0].title = "Opening"
            playlist.segments.insert(MediaSegment(uri: "ad.ts", duration: 5, isDiscontinuity: true), at: 1)
            playlist.segments[2].isDiscontinuity = true
            playlist.removeFirstSegments(1)
            // end
            #expect(playlist.segments.map(\.uri) == ["ad.ts", "b.ts"] && playlist.mediaSequence == 1)
        }
    }

    @Test("builds, writes and checks")
    func build() throws {
        // snippet: build
        var vod = MediaPlaylist(targetDuration: 6, kind: .vod) {
            MediaSegment(uri: "0.ts", duration: 6)
            MediaSegment(uri: "1.ts", duration: 4.5)
        }
        print(vod.text)

        var live = MediaPlaylist(version: 6, targetDuration: 6)
        live.segments.append(MediaSegment(uri: "0.mp4", duration: 6, map: MediaInitialization(uri: "init.mp4")))
        var tail: [UInt8] = []
        live.writeTail(from: live.segments.count - 1, to: &tail)

        let multivariant = MultivariantPlaylist(
            renditions: [
                Rendition(
                    type: .audio,
                    groupID: "a",
                    name: "English",
                    uri: "en.m3u8",
                    language: "en",
                    isDefault: true,
                    channels: "2"
                )
            ],
            variants: [
                Variant(
                    uri: "1080.m3u8",
                    bandwidth: 6_000_000,
                    codecs: ["avc1.640028", "mp4a.40.2"],
                    resolution: Resolution(width: 1_920, height: 1_080),
                    audio: "a"
                )
            ]
        )
        print(multivariant.text)
        // end
        vod.isEnded = true
        let playlist = vod
        // snippet: validate
        let validator = PlaylistValidator(rules: [.specification, .authoring])
        for finding in validator.diagnostics(of: playlist) where finding.severity > .note {
            print(finding.line, finding.rule.rawValue, finding.message)
        }
        let members = [PlaylistValidator.Member(uri: "1080.m3u8", playlist: vod, segmentSizes: [4_000_000, 3_000_000])]
        for finding in validator.diagnostics(of: multivariant, members: members) {
            print(finding)
        }
        // end
        #expect(PlaylistValidator().diagnostics(of: multivariant).isEmpty)
    }

    @Test("follows a live playlist")
    func live() throws {
        let previous = try #require(Playlist(text).media)
        var reloaded = previous
        reloaded.segments.append(MediaSegment(uri: "c.ts", duration: 6))
        // snippet: live
        let whole = reloaded.skip == nil ? reloaded : try previous.merging(reloaded)
        let changes = whole.changes(since: previous)
        for segment in whole.segments[changes.newSegments] {
            print("new:", segment.uri)
        }
        // end
        #expect(changes.newSegments == 2..<3)
    }

    @Test("has the code that these tests run")
    func code() throws {
        let (compiled, written) = try GuideCode.blocks(of: "Playlists.md", comparedWith: #filePath)
        #expect(compiled.count == 6)
        for (name, block) in compiled { #expect(written[name] == block, "the guide's \(name) is another") }
    }
}
