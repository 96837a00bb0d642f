import HLSKit

/// What a stream has to choose from.
public struct StreamListing: Sendable, Hashable, Codable {
    /// A variant.
    public struct Variant: Sendable, Hashable, Codable {
        /// What ``VariantChoice`` calls it.
        public var number: Int
        /// Bits a second.
        public var bandwidth: Int
        /// The size of the picture, such as `1280x720`.
        public var resolution: String?
        /// Pictures a second.
        public var frameRate: Double?
        /// The codecs (RFC 6381).
        public var codecs: String?
        /// The group of its sound.
        public var audio: String?
        /// The group of its subtitles.
        public var subtitles: String?
    }

    /// A rendition.
    public struct Rendition: Sendable, Hashable, Codable {
        /// `AUDIO`, `SUBTITLES`, `VIDEO` or `CLOSED-CAPTIONS`.
        public var type: String
        /// The group that variants refer to.
        public var group: String
        /// What people read.
        public var name: String
        /// The language (RFC 5646).
        public var language: String?
        /// Whether it is played when nobody chose.
        public var isDefault: Bool
    }

    /// The URL of the playlist, after redirects.
    public var source: String
    /// The variants; empty when the stream is one media playlist.
    public var variants: [Variant]
    /// The renditions.
    public var renditions: [Rendition]

    init(_ outline: MultivariantPlaylist?, source: String) {
        self.source = source
        variants =
            outline.map(Selection.variantsOfOnePathway)?.enumerated().map { index, variant in
                Variant(
                    number: index + 1,
                    bandwidth: variant.bandwidth,
                    resolution: variant.resolution.map { "\($0.width)x\($0.height)" },
                    frameRate: variant.frameRate,
                    codecs: variant.codecs?.entries.joined(separator: ","),
                    audio: variant.audio,
                    subtitles: variant.subtitles
                )
            } ?? []
        renditions =
            outline?.renditions.map {
                Rendition(
                    type: $0.type.rawValue,
                    group: $0.groupID,
                    name: $0.name,
                    language: $0.language,
                    isDefault: $0.isDefault
                )
            } ?? []
    }
}
