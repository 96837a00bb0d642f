import HLSKit

/// A long playlist: keys that change every 50 segments, maps every 500, a date and a byte range on each segment.
enum Sample {
    static func text(segments count: Int) -> [UInt8] {
        var playlist = MediaPlaylist(version: 7, targetDuration: 6, kind: .vod, hasIndependentSegments: true)
        for segment in segments(count) { playlist.segments.append(segment) }
        playlist.isEnded = true
        return playlist.bytes
    }

    static func segments(_ count: Int) -> [MediaSegment] {
        var segments: [MediaSegment] = []
        segments.reserveCapacity(count)
        var keys: [EncryptionKey] = []
        var map: MediaInitialization?
        for index in 0..<count {
            let uri = "video/1080p60-avc/recording-\(index / 500).mp4"
            if index % 50 == 0 {
                let vector = HexadecimalSequence((0..<16).map { UInt8(truncatingIfNeeded: index / 50 &+ $0) })
                let keyURI = "https://keys.example.com/\(index / 50).bin"
                keys = [EncryptionKey(method: .aes128, uri: keyURI, initializationVector: vector)]
            }
            if index % 500 == 0 { map = MediaInitialization(uri: uri, byteRange: ByteRange(length: 912, start: 0)) }
            let date = MediaDate(microsecondsSince1970: 1_777_777_777_000_000 + Int64(index) * 6_006_000)
            segments.append(
                MediaSegment(
                    uri: uri,
                    duration: MediaDuration(microseconds: 6_006_000 - Int64(index % 7)),
                    byteRange: ByteRange(length: 751_204, start: index % 500 * 751_204),
                    keys: keys,
                    map: map,
                    programDateTime: date
                )
            )
        }
        return segments
    }
}
