/// What a download will fetch, and what it will be called: a value that can be looked at before anything is done.
///
/// Encoded as JSON it is what `docs/download.md` describes.
public struct DownloadPlan: Sendable, Hashable, Codable {
    /// The version of the JSON; it rises when something is changed or taken out.
    public var version = 1
    /// The URL of the playlist, after redirects.
    public var source: String
    /// The name of the folder's own playlist.
    public var playlist: String
    /// Whether segments are still being added.
    public var isLive: Bool
    /// What is downloaded, variants first.
    public var renditions: [Rendition]

    /// One media playlist.
    public struct Rendition: Sendable, Hashable, Codable {
        /// What it is.
        public enum Kind: String, Sendable, Hashable, Codable {
            /// A variant: pictures, sound, or both.
            case variant
            /// Sound in a playlist of its own.
            case audio
            /// Pictures from another angle, for example.
            case video
            /// Subtitles.
            case subtitles
            /// Pictures for moving through the film.
            case iFrames = "i-frames"
        }

        /// What it is.
        public var kind: Kind
        /// The folder of its files within the download's; empty for the download's own.
        public var folder: String
        /// The URL of its playlist, after redirects.
        public var url: String
        /// What people read of it in the playlist; nil for variants.
        public var name: String?
        /// Its language (RFC 5646).
        public var language: String?
        /// The bit rate that the playlist tells, in bits per second.
        public var bandwidth: Int?
        /// The size of the picture, such as `1280x720`.
        public var resolution: String?
        /// The codecs that the playlist tells (RFC 6381).
        public var codecs: String?
        /// The duration in seconds.
        public var duration: Double
        /// The keys in the order in which they are needed first.
        public var keys: [Key]
        /// The initialization sections in the order in which they are needed first.
        public var initializations: [Initialization]
        /// The segments in playing order.
        public var segments: Segments
    }

    /// A part of a resource.
    public struct Range: Sendable, Hashable, Codable {
        /// The offset of the first byte.
        public var start: Int
        /// The number of bytes.
        public var length: Int
    }

    /// A key that files are decrypted with.
    public struct Key: Sendable, Hashable, Codable {
        /// Where it is.
        public var url: String
        /// How it is used: `AES-128` or `AES-256-GCM`.
        public var method: String
        /// The file that it is stored as when the encryption is kept.
        public var file: String?
    }

    /// How a file is encrypted.
    public struct Protection: Sendable, Hashable, Codable {
        /// The index of the key in ``Rendition/keys``.
        public var key: Int
        /// The initialization vector in hexadecimal digits; empty when the file brings its own.
        public var vector: String
    }

    /// A Media Initialization Section.
    public struct Initialization: Sendable, Hashable, Codable {
        /// Where it is.
        public var url: String
        /// The bytes of the resource; nil for all.
        public var range: Range?
        /// How it is encrypted; nil when it is not.
        public var protection: Protection?
        /// Its file, with the extension that its URL suggests.
        public var file: String
    }

    /// A Media Segment.
    public struct Segment: Sendable, Hashable, Codable {
        /// Where it is.
        public var url: String
        /// The bytes of the resource; nil for all.
        public var range: Range?
        /// The media sequence number.
        public var sequence: Int
        /// The duration in seconds.
        public var duration: Double
        /// How it is encrypted; nil when it is not.
        public var protection: Protection?
        /// The index of its section in ``Rendition/initializations``.
        public var initialization: Int?
        /// Whether encoding or timestamps start anew with it.
        public var isDiscontinuity: Bool
        /// Whether the playlist says that it is not there.
        public var isGap: Bool
        /// Its file, with the extension that its URL suggests.
        public var file: String
    }

    /// The number of segments of all renditions.
    public var segmentCount: Int { renditions.reduce(0) { $0 + $1.segments.count } }
}
