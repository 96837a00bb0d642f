import HLSKit
import Testing

@Suite("Playlist writer")
struct PlaylistWriterTests {
    @Test("a VOD playlist has its tags in order and six decimals")
    func vod() {
        let playlist = MediaPlaylist(
            targetDuration: 2,
            kind: .vod,
            hasIndependentSegments: true,
            segments: [
                MediaSegment(uri: "stream_0.ts", duration: MediaDuration(microseconds: 2_000_000)),
                MediaSegment(uri: "stream_1.ts", duration: MediaDuration(microseconds: 1_040_001)),
            ],
            isEnded: true
        )
        #expect(
            PlaylistWriter.text(playlist) == """
                #EXTM3U
                #EXT-X-VERSION:3
                #EXT-X-TARGETDURATION:2
                #EXT-X-MEDIA-SEQUENCE:0
                #EXT-X-PLAYLIST-TYPE:VOD
                #EXT-X-INDEPENDENT-SEGMENTS
                #EXTINF:2.000000,
                stream_0.ts
                #EXTINF:1.040001,
                stream_1.ts
                #EXT-X-ENDLIST

                """
        )
    }

    @Test("a playlist of I-frames does not come between a variant and its URI")
    func iFrames() {
        let playlist = MultivariantPlaylist(
            variants: [
                Variant(uri: "low.m3u8", bandwidth: 1_000), Variant(uri: "high.m3u8", bandwidth: 2_000),
            ],
            iFrameVariants: [IFrameVariant(bandwidth: 100, uri: "i.m3u8")]
        )
        #expect(
            playlist.text == """
                #EXTM3U
                #EXT-X-STREAM-INF:BANDWIDTH=1000
                low.m3u8
                #EXT-X-STREAM-INF:BANDWIDTH=2000
                high.m3u8
                #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100,URI="i.m3u8"

                """
        )
    }
}
