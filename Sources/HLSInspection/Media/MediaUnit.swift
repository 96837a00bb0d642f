import HLSKit

/// What segments are made of.
enum Container: String, Sendable, Hashable {
    case transportStream = "mpeg-ts"
    case fragmentedMP4 = "fmp4"
    case mp4
    case packedAudio = "packed-audio"
    case webVTT = "webvtt"

    /// Whether the clock has 33 bits and wraps.
    var wraps: Bool { self == .transportStream || self == .packedAudio }
}

/// What a track is.
enum MediaKind: Sendable, Hashable {
    case video
    case audio
    case text
    case other
}

/// A stream that is not looked into: what it is.
struct UnreadFormat: Sendable, Hashable {
    /// Its name for people, such as `DTS`.
    var name: String
    /// What it carries: pictures, sound, text or something else.
    var kind: MediaKind
}

/// A track of a container: a PID, the number of a track, 0 where there is only one.
struct TrackID: Sendable, Hashable {
    var container: Container
    var number: UInt32
}

/// What a container says of a track.
struct TrackDescription: Sendable, Hashable {
    var id: TrackID
    var kind: MediaKind
    /// What tells codecs apart.
    var codec: String
    var language: String?
    /// What it is when it is not looked into.
    var unread: UnreadFormat?
    /// Pixels, Hz and channels, as far as the container tells them; 0 where it does not.
    var width = 0
    var height = 0
    var sampleRate = 0
    var channels = 0
}

/// An access unit without its bytes.
struct MediaUnit: Sendable {
    var track: TrackID
    var pts: MediaTime
    var dts: MediaTime
    /// How long it lasts, where the container or the unit itself tells.
    var duration: MediaTime?
    var isRandomAccess: Bool
    var isDamaged = false
    /// The place of its first byte among those of all segments.
    var position: Int
}
