import HLSKit
import Testing

/// Playlists in relation: reloads, delta updates, presentations, steering, interstitials.
@Suite("Playlists together")
struct PlaylistTogetherTests {
    private func live(_ range: Range<Int>, ended: Bool = false) -> MediaPlaylist {
        MediaPlaylist(
            version: 9,
            targetDuration: 4,
            mediaSequence: range.lowerBound,
            segments: range.map {
                MediaSegment(
                    uri: "\($0).mp4",
                    duration: 4,
                    keys: [EncryptionKey(method: .aes128, uri: "k\($0 / 4)")],
                    map: MediaInitialization(uri: "init.mp4")
                )
            },
            isEnded: ended
        )
    }

    @Test("a reload tells what is new")
    func reload() {
        let changes = live(12..<20, ended: true).changes(since: live(10..<18))
        #expect(changes.newSegments == 6..<8 && changes.removedSegments == 2 && changes.hasEnded)
        #expect(live(10..<18).changes(since: live(10..<18)).isEmpty)
        #expect(live(30..<32).changes(since: live(10..<18)).missedSegments == 12)
        #expect(live(3..<5).changes(since: live(10..<18)).isAnotherStream)
    }

    @Test("a delta update becomes the playlist that the server has")
    func delta() throws {
        let whole = live(12..<22)
        let text = """
            #EXTM3U
            #EXT-X-VERSION:9
            #EXT-X-TARGETDURATION:4
            #EXT-X-MEDIA-SEQUENCE:12
            #EXT-X-SKIP:SKIPPED-SEGMENTS=7
            #EXTINF:4.000000,
            19.mp4
            #EXT-X-KEY:METHOD=AES-128,URI="k5"
            #EXTINF:4.000000,
            20.mp4
            #EXTINF:4.000000,
            21.mp4

            """
        let delta = try #require(Playlist(text).media)
        #expect(delta.segments[0].mediaSequence == 19)
        let merged = try live(10..<20).merging(delta)
        #expect(merged.segments.map(\.uri) == whole.segments.map(\.uri))
        #expect(merged.segments.map(\.keys) == whole.segments.map(\.keys))
        #expect(merged.segments.allSatisfy { $0.map?.uri == "init.mp4" })
        #expect(merged.skip == nil && merged.mediaSequence == 12)
        #expect(throws: PlaylistError.self) { try live(10..<18).merging(whole) }
        #expect(throws: PlaylistError.self) { try live(10..<15).merging(delta) }
    }

    @Test("date ranges and dates outlive the segments behind which they stood, until they are removed")
    func deltaOfDateRanges() throws {
        func range(_ id: String) -> String { "#EXT-X-DATERANGE:ID=\"\(id)\",START-DATE=\"2026-01-01T00:00:01.000Z\"\n" }
        let header = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:"
        func segments(_ numbers: Range<Int>) -> String { numbers.map { "#EXTINF:4,\n\($0).ts\n" }.joined() }
        let date = "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n"
        let old = try #require(
            Playlist(header + "0\n" + date + range("long") + segments(0..<5) + range("gone") + segments(5..<20)).media
        )
        let skip = "2\n#EXT-X-SKIP:SKIPPED-SEGMENTS=14"
        let delta = try #require(
            Playlist(header + skip + ",RECENTLY-REMOVED-DATERANGES=\"gone\"\n" + segments(16..<22)).media
        )
        let merged = try old.merging(delta)
        #expect(merged.dateRanges.map(\.id) == ["long"])
        #expect(merged.segments.map(\.uri) == (2..<22).map { "\($0).ts" })
        #expect(merged.segments[0].date == MediaDate("2026-01-01T00:00:08.000Z"))
        #expect(merged.segments[19].date == MediaDate("2026-01-01T00:01:24.000Z"))
        let plain = try #require(Playlist(header + skip + "\n" + range("gone") + segments(16..<22)).media)
        #expect(try old.merging(plain).dateRanges.map(\.id) == ["gone"])
    }

    @Test("the least version comes with its reasons")
    func minimumVersion() {
        let version = live(0..<2).minimumVersion
        #expect(version.version == 6)
        #expect(version.reasons.map(\.version) == [6, 3])
        #expect(MediaPlaylist(targetDuration: 4, segments: [MediaSegment(uri: "a", duration: 4)]).version == 3)
    }

    @Test(
        "URIs are resolved as RFC 3986 has it",
        arguments: [
            ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
            ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("..", "http://a/b/"), ("../g", "http://a/b/g"),
            ("../../../g", "http://a/g"), ("g;x=1/../y", "http://a/b/c/y"), ("mailto:x", "mailto:x"),
        ]
    )
    func resolving(_ reference: String, _ expected: String) {
        #expect(PlaylistURL.resolve(reference, against: "http://a/b/c/d;p?q") == expected)
    }

    @Test("a key without a vector takes the media sequence number")
    func vector() {
        let segment = live(258..<260).segments[1]
        #expect(segment.initializationVector(of: segment.keys[0]) == [UInt8](repeating: 0, count: 14) + [1, 3])
    }

    @Test("a presentation is checked across its playlists")
    func presentation() {
        let multivariant = MultivariantPlaylist(
            variants: [
                Variant(uri: "a", bandwidth: 1_000, averageBandwidth: 900, codecs: ["avc1.64001f"]),
                Variant(uri: "b", bandwidth: 4_000, codecs: ["avc1.64001f"]),
                Variant(uri: "c", bandwidth: 1, codecs: ["x"]),
            ])
        let first = PlaylistValidator.Member(
            uri: "a",
            playlist: live(0..<4, ended: true),
            segmentSizes: [500, 500, 600, 400],
            codecs: ["avc1.64001f", "mp4a.40.2"]
        )
        var other = live(0..<6, ended: true)
        other.targetDuration = 5
        other.kind = .vod
        other.segments[2].isDiscontinuity = true
        other.segments[0].programDateTime = MediaDate("2026-01-01T00:00:00Z")
        let second = PlaylistValidator.Member(
            uri: "b",
            playlist: other,
            segmentSizes: [Int](repeating: 1_000, count: 6),
            codecs: ["hvc1"]
        )
        let found = Set(PlaylistValidator().diagnostics(of: multivariant, members: [first, second]).map(\.rule))
        let expected: Set<PlaylistRule> = [
            .missingMediaPlaylist, .targetDurationsDiffer, .playlistTypesDiffer, .discontinuitiesDiffer, .datesDiffer,
            .durationsDiffer, .bandwidthTooLow, .averageBandwidthTooLow, .bandwidthTooHigh, .codecNotDeclared,
            .codecNotPresent, .sessionKeyMissing, .mapKeyWithoutIV, .discontinuityWithoutDate, .versionTooHigh,
        ]
        #expect(found == expected)
    }

    @Test("the distance from the end suits the longest parts of all playlists")
    func holdBack() throws {
        let multivariant = MultivariantPlaylist(
            renditions: [Rendition(type: .audio, groupID: "a", name: "A", uri: "b", channels: "2")],
            variants: [Variant(uri: "a", bandwidth: 9, codecs: ["avc1.64001f", "mp4a.40.2"], audio: "a")]
        )
        let members = try [("a", "1.5"), ("b", "0.5")].map { uri, target in
            let text = PlaylistRuleCase.live(
                0..<4,
                "#EXT-X-SERVER-CONTROL:PART-HOLD-BACK=3\n#EXT-X-PART-INF:PART-TARGET=\(target)\n"
            )
            return PlaylistValidator.Member(uri: uri, playlist: try #require(Playlist(text).media))
        }
        let found = PlaylistValidator().diagnostics(of: multivariant, members: members)
        #expect(Set(found.filter { $0.rule == .partHoldBackLow }.map(\.uri)) == ["a", "b"])
        let alone = PlaylistValidator().diagnostics(of: members[1].playlist)
        #expect(!alone.contains { $0.rule == .partHoldBackLow })
    }

    @Test("Apple's rules are a set of their own")
    func authoring() {
        let playlist = MultivariantPlaylist(
            renditions: [Rendition(type: .audio, groupID: "a", name: "A", channels: "2")],
            variants: [Variant(uri: "v", bandwidth: 900_000, codecs: ["avc1.64003d", "mp4a.40.2"], audio: "a")]
        )
        #expect(PlaylistValidator().diagnostics(of: playlist).isEmpty)
        let found = Set(PlaylistValidator(rules: .authoring).diagnostics(of: playlist).map(\.rule))
        #expect(
            found == [
                .appleIndependentSegments, .appleAverageBandwidth, .appleResolution, .appleFrameRate,
                .appleVideoProfile,
                .appleIFrames, .appleLowestBandwidth, .appleLanguage, .appleVariants, .appleCaptions,
                .appleCompatibleLevel,
            ]
        )
        let media = Set(PlaylistValidator(rules: .authoring).diagnostics(of: live(0..<4)).map(\.rule))
        let expected: Set<PlaylistRule> = [
            .appleIndependentSegments, .appleTargetDuration, .appleLiveDates, .appleLiveLength, .appleLiveWindow,
        ]
        #expect(media == expected)
    }

    @Test("a steering manifest is read, written, and makes clones of pathways")
    func steering() throws {
        let text = """
            {"VERSION":1,"TTL":120,"RELOAD-URI":"/s?x","PATHWAY-PRIORITY":["C","A"],"OTHER":{"a":[1,true,null]},
             "PATHWAY-CLONES":[{"BASE-ID":"A","ID":"C","URI-REPLACEMENT":{"HOST":"c.example","PARAMS":{"t":"1","s":"2"},
             "PER-VARIANT-URIS":{"v2":"https://own.example/2"}}}]}
            """
        let manifest = try SteeringManifest(parsing: text)
        #expect(manifest.timeToLive == 120 && manifest.reloadURI == "/s?x" && manifest.pathwayPriority == ["C", "A"])
        #expect(try SteeringManifest(parsing: manifest.text) == manifest)
        let playlist = MultivariantPlaylist(
            renditions: [Rendition(type: .audio, groupID: "g", name: "N", uri: "au.m3u8")],
            variants: [
                Variant(uri: "v1.m3u8?q", bandwidth: 1, stableVariantID: "v1", audio: "g", pathwayID: "A"),
                Variant(uri: "v2.m3u8", bandwidth: 2, stableVariantID: "v2", audio: "g", pathwayID: "A"),
            ],
            url: "https://a.example/x/m.m3u8"
        )
        let cloned = playlist.adding(manifest.pathwayClones[0])
        #expect(
            cloned.variants.suffix(2).map(\.uri) == [
                "https://c.example/x/v1.m3u8?q&s=2&t=1", "https://own.example/2",
            ]
        )
        #expect(cloned.variants.last?.audio == "g_C" && cloned.variants.last?.pathwayID == "C")
        #expect(cloned.renditions.last?.uri == "https://c.example/x/au.m3u8?s=2&t=1")
        #expect(throws: PlaylistError.self) {
            try SteeringManifest(parsing: "{\"VERSION\":2,\"PATHWAY-PRIORITY\":[\"a\"]}")
        }
    }

    @Test(
        "numbers of a steering manifest are those of JSON",
        arguments: [
            ("1e2", 100), ("120.0", 120), ("-0", 0), ("0", 0), ("1E+2", 100), ("01", nil), ("1-2", nil), ("1.", nil),
            (".5", nil), ("+1", nil), ("-", nil), ("1e", nil), ("\"\\u+123\"", nil),
        ]
    )
    func steeringNumbers(_ number: String, _ seconds: Int?) throws {
        let text = "{\"VERSION\":1.0,\"TTL\":\(number),\"PATHWAY-PRIORITY\":[\"a\"]}"
        #expect((try? SteeringManifest(parsing: text))?.timeToLive == seconds)
    }

    @Test("an asset list is read and written")
    func assets() throws {
        let list = try AssetList(
            parsing:
                "{\"ASSETS\":[{\"URI\":\"a\\u00e9\\n\\ud83d\\ude00\",\"DURATION\":15.5}],\"SKIP-CONTROL\":{\"OFFSET\":2}}"
        )
        #expect(list.assets == [AssetList.Asset(uri: "aé\n😀", duration: 15.5)])
        #expect(list.skipControl?.offset == 2)
        #expect(try AssetList(parsing: list.text) == list)
        let error = #expect(throws: PlaylistError.self) { try AssetList(parsing: "{\"ASSETS\":[\n{}]}") }
        #expect(error?.code == .malformedJSON)
    }

    @Test("an interstitial is a date range that says more")
    func interstitial() throws {
        let date = try #require(MediaDate("2026-05-01T20:15:00.5+02:00"))
        var ad = Interstitial(id: "ad", startDate: date, duration: 15, assetURI: "ad.m3u8")
        ad.restrictions = ["SKIP"]
        ad.timelineOccupies = .range
        #expect(
            ad.dateRange.line == "#EXT-X-DATERANGE:ID=\"ad\",CLASS=\"com.apple.hls.interstitial\","
                + "START-DATE=\"2026-05-01T20:15:00.500+02:00\",DURATION=15,X-ASSET-URI=\"ad.m3u8\",X-RESTRICT=\"SKIP\","
                + "X-TIMELINE-OCCUPIES=\"RANGE\""
        )
    }
}
