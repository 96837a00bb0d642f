extension InspectionReport {
    /// One rendition: what is declared of it, and what was found in its segments.
    public struct Rendition: Sendable, Hashable, Codable {
        /// The place of a rendition in its presentation.
        public enum Role: String, Sendable, Hashable, Codable {
            /// The only rendition.
            case only
            /// A variant (`#EXT-X-STREAM-INF`).
            case variant
            /// Sound beside variants (`#EXT-X-MEDIA`).
            case audio
            /// Pictures beside variants.
            case video
            /// Subtitles.
            case subtitles
            /// I-frames for trick play (`#EXT-X-I-FRAME-STREAM-INF`).
            case iFrames = "i-frames"
        }

        /// The playlist, as the multivariant playlist names it, or the file that was given.
        public var uri: String
        /// Its place in the presentation.
        public var role: Role
        /// Its name for people; nil when it has none.
        public var name: String?
        /// Its language (RFC 5646); nil when none is declared.
        public var language: String?
        /// What the multivariant playlist declares; nil when there is none.
        public var declared: Declaration?
        /// What the segments are, each once: `mpeg-ts`, `fmp4`, `mp4`, `packed-audio`, `webvtt`; empty when no segment
        /// was looked into.
        public var containers: [String] = []
        /// The boxes of an MP4 file that was given alone; nil for others.
        public var boxes: Boxes?
        /// The streams of pictures that were found.
        public var video: [Video] = []
        /// The streams of sound that were found.
        public var audio: [Audio] = []
        /// The streams of subtitles that were found.
        public var text: [Text] = []
        /// Streams that are not looked into: metadata, and formats that are not read.
        public var other: [OtherStream] = []
        /// The average bit rate in bits a second: all bytes over all durations; nil when it is not known.
        public var averageBitrate: Int?
        /// The greatest bit rate of a run of segments that lasts half to one and a half target durations, in bits a second.
        public var peakBitrate: Int?
        /// The number of segments.
        public var segments = 0
        /// The bytes of all segments.
        public var bytes = 0
        /// The sum of the declared durations in seconds; nil without a playlist.
        public var duration: Double?
        /// The duration of the media in seconds, from timestamps; nil when nothing was looked into.
        public var measuredDuration: Double?
        /// Seconds (`#EXT-X-TARGETDURATION`).
        public var targetDuration: Int?
        /// `VOD` or `EVENT`; nil when the playlist does not say.
        public var playlistType: String?
        /// Whether the playlist is complete (`#EXT-X-ENDLIST`).
        public var isEnded = false
        /// The time between random access points; nil when there are fewer than two.
        public var groupsOfPictures: GroupsOfPictures?
        /// The keys that segments are encrypted with.
        public var keys: [Key] = []
        /// The number of `#EXT-X-DISCONTINUITY` tags in front of segments.
        public var discontinuities = 0

        /// A rendition of which nothing is known.
        public init(uri: String, role: Role) {
            self.uri = uri
            self.role = role
        }
    }

    /// What a multivariant playlist declares of a variant.
    public struct Declaration: Sendable, Hashable, Codable {
        /// Bits a second at the peak.
        public var bandwidth: Int
        /// Bits a second on average.
        public var averageBandwidth: Int?
        /// The formats (RFC 6381).
        public var codecs: [String]?
        /// Pixels across.
        public var width: Int?
        /// Pixels down.
        public var height: Int?
        /// Frames a second.
        public var frameRate: Double?
    }

    /// A stream of pictures.
    public struct Video: Sendable, Hashable, Codable {
        /// The PID; nil outside of transport streams.
        public var pid: Int?
        /// The number of the track; nil outside of MP4.
        public var track: Int?
        /// The format (RFC 6381), such as `avc1.64001F`.
        public var codec: String
        /// Pixels across.
        public var width: Int
        /// Pixels down.
        public var height: Int
        /// Frames a second, from timestamps; nil when there are fewer than two pictures.
        public var frameRate: Double?
        /// Whether pictures are made of two fields.
        public var isInterlaced: Bool
        /// The number of pictures.
        public var pictures: Int
    }

    /// A stream of sound.
    public struct Audio: Sendable, Hashable, Codable {
        /// The PID; nil outside of transport streams.
        public var pid: Int?
        /// The number of the track; nil outside of MP4.
        public var track: Int?
        /// The format (RFC 6381), such as `mp4a.40.2`.
        public var codec: String
        /// Hz.
        public var sampleRate: Int
        /// The number of channels; nil when the headers leave it to the coded data.
        public var channels: Int?
        /// Three letters (ISO 639-2); nil when the stream does not tell.
        public var language: String?
    }

    /// A stream of subtitles.
    public struct Text: Sendable, Hashable, Codable {
        /// The number of the track; nil outside of MP4.
        public var track: Int?
        /// The format (RFC 6381), such as `wvtt`.
        public var codec: String
        /// The number of cues, or of samples.
        public var cues: Int
        /// Three letters (ISO 639-2); nil when the stream does not tell.
        public var language: String?
    }

    /// A stream that is not looked into.
    public struct OtherStream: Sendable, Hashable, Codable {
        /// What a stream carries.
        public enum Kind: String, Sendable, Hashable, Codable {
            /// Pictures.
            case video
            /// Sound.
            case audio
            /// Subtitles.
            case text
            /// Metadata, or what nobody knows.
            case other
        }

        /// The PID; nil outside of transport streams.
        public var pid: Int?
        /// The number of the track; nil outside of MP4.
        public var track: Int?
        /// What it carries.
        public var kind: Kind
        /// What it is, such as `DTS`.
        public var format: String
        /// Three letters (ISO 639-2); nil when the stream does not tell.
        public var language: String?
    }

    /// The boxes of an MP4 file.
    public struct Boxes: Sendable, Hashable, Codable {
        /// The brands of `ftyp`, or else of `styp`, the major one first.
        public var brands: [String]
        /// The number of boxes that are in no other one.
        public var count: Int
        /// The number of fragments.
        public var fragments: Int
        /// The first 100 boxes that are in no other one.
        public var first: [Box]
    }

    /// A box.
    public struct Box: Sendable, Hashable, Codable {
        /// Four characters.
        public var type: String
        /// The byte at which it begins, from 0.
        public var offset: Int
        /// Its bytes, header included.
        public var size: Int
    }

    /// The time between random access points, in seconds.
    public struct GroupsOfPictures: Sendable, Hashable, Codable {
        /// How many there are that end in a random access point.
        public var count: Int
        /// The shortest.
        public var minimum: Double
        /// The mean.
        public var average: Double
        /// The longest.
        public var maximum: Double
    }

    /// A key, and how many segments it applies to.
    public struct Key: Sendable, Hashable, Codable {
        /// How segments are encrypted, such as `AES-128`.
        public var method: String
        /// Where the key is; nil when the tag does not say.
        public var uri: String?
        /// The number of segments.
        public var segments: Int
    }
}
