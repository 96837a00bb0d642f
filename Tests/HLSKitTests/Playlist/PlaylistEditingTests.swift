import HLSKit
import Testing

/// A changed playlist differs only where it was changed.
@Suite("Changing playlists")
struct PlaylistEditingTests {
    static let text = """
        #EXTM3U
        # made by hand
        #EXT-X-VERSION:6
        #EXT-X-TARGETDURATION:10
        #EXT-X-UNKNOWN:1
        #EXT-X-KEY:URI="k0",METHOD=AES-128,X-MINE=007
        #EXT-X-MAP:URI="init.mp4"
        #EXTINF:9.0090,first
        0.mp4
        #EXTINF:9,
        1.mp4
        #EXT-X-DISCONTINUITY
        #EXT-X-KEY:METHOD=AES-128,URI="k1"
        #EXTINF:9.00,
        2.mp4
        #EXT-X-ENDLIST

        """

    private func playlist() throws -> MediaPlaylist {
        try #require(Playlist(Self.text).media)
    }

    private func replacing(_ old: String, _ new: String) -> String {
        Self.text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false).joined(separator: new)
    }

    @Test("a title changes one line")
    func title() throws {
        var playlist = try playlist()
        playlist.segments[1].title = "second"
        #expect(playlist.text == replacing("#EXTINF:9,\n", "#EXTINF:9.000000,second\n"))
    }

    @Test("an attribute changes and keeps its place and its neighbours")
    func attribute() throws {
        var playlist = try playlist()
        var key = playlist.segments[0].keys[0]
        key.uri = "other"
        playlist.segments[0].keys = [key]
        let text = playlist.text
        #expect(text.contains("#EXT-X-KEY:URI=\"other\",METHOD=AES-128,X-MINE=007\n"))
        #expect(playlist.segments[1].keys.first?.uri == "k0")
        #expect(Playlist(text).media?.segments.map(\.keys) == playlist.segments.map(\.keys))
    }

    @Test("the header changes line by line")
    func header() throws {
        var playlist = try playlist()
        playlist.targetDuration = 12
        playlist.mediaSequence = 5
        playlist.kind = .vod
        playlist.kind = nil
        #expect(
            playlist.text
                == replacing(
                    "#EXT-X-TARGETDURATION:10\n",
                    "#EXT-X-TARGETDURATION:12\n#EXT-X-MEDIA-SEQUENCE:5\n"
                )
        )
        #expect(playlist.segments[2].mediaSequence == 7)
        playlist.isEnded = false
        #expect(!playlist.text.contains("ENDLIST"))
    }

    @Test("a segment that goes leaves its key and its map to those that need them")
    func window() throws {
        var playlist = try playlist()
        let second = playlist.segments[1]
        playlist.removeFirstSegments(1)
        #expect(playlist.mediaSequence == 1)
        #expect(playlist.segments[0] == second)
        #expect(Playlist(playlist.text).media?.segments[0] == second)
        playlist.removeFirstSegments(2)
        #expect(playlist.segments.isEmpty)
        #expect(playlist.discontinuitySequence == 1)
    }

    @Test("tags of the whole playlist stay when the segment goes among whose lines they stand")
    func playlistTags() throws {
        let text = "#EXTM3U\n#EXTINF:6,\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:4\na\n#EXTINF:6,\nb\n"
        let read = try #require(Playlist(text).media)
        for change: @Sendable (inout MediaPlaylist) -> Void in [
            { $0.removeFirstSegments(1) }, { $0.removeFirstSegments(2) }, { $0.segments.removeAll() },
            { $0.segments = [] }, { $0.segments = [MediaSegment(uri: "c", duration: 6)] },
            { $0.segments.removeSubrange(0..<2) },
        ] {
            var playlist = read
            change(&playlist)
            let again = try #require(Playlist(playlist.text).media, "\(playlist.text)")
            #expect(again.targetDuration == 6 && again.mediaSequence == playlist.mediaSequence, "\(playlist.text)")
            #expect(again.segments.map(\.uri) == playlist.segments.map(\.uri))
            #expect(playlist.text.split(separator: "TARGETDURATION").count == 2)
        }
    }

    @Test("a part keeps its range when the part goes that it continues")
    func parts() throws {
        let text =
            "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-PART:DURATION=2,URI=\"a\",BYTERANGE=\"10@0\"\n"
            + "#EXT-X-PART:DURATION=2,URI=\"a\",BYTERANGE=\"20\"\n#EXTINF:4,\na\n"
        var playlist = try #require(Playlist(text).media)
        #expect(playlist.segments[0].parts[1].resolvedByteRange == ByteRange(length: 20, start: 10))
        playlist.segments[0].parts.removeFirst()
        #expect(playlist.text.contains("BYTERANGE=\"20@10\""))
        #expect(playlist.segments[0].parts[0].resolvedByteRange == ByteRange(length: 20, start: 10))
    }

    @Test("a segment put between two gives them nothing")
    func insertion() throws {
        var playlist = try playlist()
        let before = Array(playlist.segments)
        playlist.segments.insert(MediaSegment(uri: "ad.mp4", duration: 5), at: 1)
        #expect(playlist.segments[1].keys.isEmpty)
        #expect(playlist.segments[2] == before[1])
        #expect(Playlist(playlist.text).media?.segments[2] == before[1])
    }

    @Test("an appended segment writes only what is new")
    func appending() throws {
        var playlist = try playlist()
        var segment = playlist.segments[2]
        segment.uri = "3.mp4"
        segment.isDiscontinuity = false
        playlist.segments.append(segment)
        var tail: [UInt8] = []
        playlist.writeTail(from: 3, to: &tail)
        #expect(String(decoding: tail, as: UTF8.self) == "#EXTINF:9.000000,\n3.mp4\n#EXT-X-ENDLIST\n")
        #expect(playlist.text == replacing("#EXT-X-ENDLIST", "#EXTINF:9.000000,\n3.mp4\n#EXT-X-ENDLIST"))
    }

    @Test("a missing newline at the end is made up for when more follows")
    func missingNewline() throws {
        var playlist = try #require(Playlist("#EXTM3U\r\n#EXT-X-TARGETDURATION:6\r\n#EXTINF:6,\r\na").media)
        playlist.segments.append(MediaSegment(uri: "b", duration: 6))
        #expect(playlist.text.hasSuffix("\r\na\r\n#EXTINF:6.000000,\r\nb\r\n"))
    }

    @Test("variables stay in what is written")
    func variables() throws {
        let text =
            "#EXTM3U\n#EXT-X-DEFINE:NAME=\"d\",VALUE=\"x\"\n#EXT-X-TARGETDURATION:6\n#EXT-X-KEY:METHOD=AES-128,"
            + "URI=\"{$d}/k\"\n#EXTINF:6,\n{$d}/a\n#EXTINF:6,\n{$d}/b\n"
        var playlist = try #require(Playlist(text).media)
        #expect(playlist.segments[1].uri == "x/b" && playlist.segments[1].keys[0].uri == "x/k")
        playlist.segments[1].uri = "y"
        #expect(playlist.text == text.dropLast(7) + "y\n")
    }

    @Test("variables stay in the lines of tags that change elsewhere")
    func variablesInTags() throws {
        let text =
            "#EXTM3U\n#EXT-X-DEFINE:NAME=\"d\",VALUE=\"x\"\n#EXT-X-DEFINE:NAME=\"e\",VALUE=\"{$d}/y\"\n"
            + "#EXT-X-CONTENT-STEERING:SERVER-URI=\"{$e}/s\"\n"
            + "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"{$d}\",AUDIO=\"{$d}\"\n{$e}/v.m3u8\n"
        var playlist = try #require(Playlist(text).multivariant)
        #expect(playlist.variants[0].uri == "x/y/v.m3u8")
        playlist.variants[0].bandwidth = 2
        playlist.variants[0].audio = "z"
        playlist.contentSteering?.pathwayID = "P"
        let changed = text.split(separator: "BANDWIDTH=1,CODECS=\"{$d}\",AUDIO=\"{$d}\"")
            .joined(separator: "BANDWIDTH=2,CODECS=\"{$d}\",AUDIO=\"z\"")
            .split(separator: "{$e}/s\"").joined(separator: "{$e}/s\",PATHWAY-ID=\"P\"")
        #expect(playlist.text == changed)
        playlist.variants[0].uri = "w"
        #expect(playlist.text.hasSuffix("AUDIO=\"z\"\nw\n"))
    }

    @Test("variables stay in the lines of a segment that changes elsewhere")
    func variablesInSegments() throws {
        let text =
            "#EXTM3U\n#EXT-X-DEFINE:NAME=\"d\",VALUE=\"x\"\n#EXT-X-TARGETDURATION:6\n"
            + "#EXT-X-DATERANGE:ID=\"{$d}\",START-DATE=\"2026-01-01T00:00:00.000Z\",DURATION=1\n"
            + "#EXT-X-PART:URI=\"{$d}/p\",DURATION=1\n#EXTINF:6,\na\n"
        var playlist = try #require(Playlist(text).media)
        playlist.segments[0].dateRanges[0].duration = 2
        playlist.segments[0].parts[0].isIndependent = true
        #expect(playlist.text.contains("ID=\"{$d}\"") && playlist.text.contains("URI=\"{$d}/p\",DURATION=1,INDEP"))
        #expect(playlist.segments[0].dateRanges[0].duration == 2)
    }

    @Test("a key that changes in front of a map leaves the lines around it where they are")
    func keyInFrontOfMap() throws {
        var playlist = try #require(
            Playlist(
                "#EXTM3U\n#EXT-X-FOO\n# c\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXT-X-MAP:URI=\"m\"\n#EXTINF:6,\na\n"
            ).media
        )
        playlist.segments[0].keys[0].uri = "l"
        #expect(
            playlist.text
                == "#EXTM3U\n#EXT-X-FOO\n# c\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXT-X-MAP:URI=\"m\"\n"
                + "#EXT-X-KEY:METHOD=AES-128,URI=\"l\"\n#EXTINF:6,\na\n"
        )
    }

    @Test("variants change line by line, and one that goes takes its two lines")
    func variants() throws {
        let text =
            "#EXTM3U\n#EXT-X-STREAM-INF:CODECS=\"a\",BANDWIDTH=01,X=y\n# between\na.m3u8\n"
            + "#EXT-X-STREAM-INF:BANDWIDTH=2\nb.m3u8\n"
        var playlist = try #require(Playlist(text).multivariant)
        playlist.variants[0].bandwidth = 7
        #expect(
            playlist.text == "#EXTM3U\n#EXT-X-STREAM-INF:CODECS=\"a\",BANDWIDTH=7,X=y\n# between\na.m3u8\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=2\nb.m3u8\n"
        )
        playlist.variants.remove(at: 0)
        #expect(playlist.text == "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=2\nb.m3u8\n")
        playlist.variants.append(Variant(uri: "c.m3u8", bandwidth: 3, resolution: Resolution(width: 16, height: 9)))
        #expect(playlist.text.hasSuffix("b.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=3,RESOLUTION=16x9\nc.m3u8\n"))
    }

    @Test("a window that slides for long keeps its size, its keys and its map")
    func sliding() {
        var playlist = MediaPlaylist(version: 6, targetDuration: 6)
        for number in 0..<2_000 {
            let key = EncryptionKey(method: .aes128, uri: "k\(number / 100)")
            playlist.segments.append(
                MediaSegment(
                    uri: "\(number).mp4",
                    duration: 6,
                    keys: [key],
                    map: MediaInitialization(uri: "init.mp4"),
                    isDiscontinuity: number % 50 == 0
                )
            )
            if playlist.segments.count > 6 { playlist.removeFirstSegments(1) }
        }
        #expect(playlist.mediaSequence == 1_994 && playlist.discontinuitySequence == 40)
        #expect(playlist.segments.map(\.uri) == (1_994..<2_000).map { "\($0).mp4" })
        #expect(playlist.segments.allSatisfy { $0.keys.first?.uri == "k19" && $0.map?.uri == "init.mp4" })
        #expect(playlist.text.utf8.count < 500)
        #expect(Playlist(playlist.text).media == playlist)
    }

    @Test("a builder makes a playlist of the least version")
    func building() {
        let playlist = MediaPlaylist(targetDuration: 6, kind: .vod) {
            MediaSegment(uri: "0.ts", duration: 6)
            for number in 1...2 { MediaSegment(uri: "\(number).ts", duration: 5.5) }
        }
        #expect(playlist.version == 3 && playlist.segments.count == 3 && playlist.isEnded)
        #expect(playlist.segments[2].startTime == 11.5)
        #expect(
            playlist.text == """
                #EXTM3U
                #EXT-X-VERSION:3
                #EXT-X-TARGETDURATION:6
                #EXT-X-MEDIA-SEQUENCE:0
                #EXT-X-PLAYLIST-TYPE:VOD
                #EXTINF:6.000000,
                0.ts
                #EXTINF:5.500000,
                1.ts
                #EXTINF:5.500000,
                2.ts
                #EXT-X-ENDLIST

                """
        )
    }

    @Test("a range without a start that is appended starts where the one in front ends")
    func impliedStart() throws {
        var playlist = MediaPlaylist(version: 4, targetDuration: 6)
        playlist.segments.append(MediaSegment(uri: "a.ts", duration: 6, byteRange: ByteRange(length: 10, start: 5)))
        playlist.segments.append(MediaSegment(uri: "a.ts", duration: 6, byteRange: ByteRange(length: 7)))
        playlist.segments.append(MediaSegment(uri: "b.ts", duration: 6, byteRange: ByteRange(length: 7)))
        #expect(playlist.segments.map { $0.byteRange?.start } == [5, 15, nil])
        #expect(try #require(Playlist(playlist.bytes).media).segments == playlist.segments)
    }
}
