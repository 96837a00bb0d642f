public import HLSKit

/// What a conversion makes of an input, decided before anything is written.
public struct ConversionPlan: Sendable, Hashable {
    /// A stream of the input.
    public struct Source: Sendable, Hashable {
        /// Its position in the input, from 0 on.
        public var stream: Int
        /// What it is.
        public var kind: OmittedStream.Kind
        /// FFmpeg's name of the codec, such as `h264`.
        public var codec: String
        /// The language as the container has it, such as `eng`; nil when it has none.
        public var language: String?
    }

    /// A track of the output.
    public struct Track: Sendable, Hashable {
        /// What it is made of.
        public var source: Source
        /// Whether it is copied or encoded, and why.
        public var route: ConversionRoute.Track
    }

    /// One media playlist and its segments.
    public struct Rendition: Sendable, Hashable {
        /// What the segments are.
        public var segmentType: SegmentType
        /// The tracks in its segments.
        public var tracks: [Track]
        /// The length that segments should have, in seconds.
        public var segmentDuration: Double
        /// The whole seconds that no segment will exceed by half a second or more, as far as is known before.
        public var targetDuration: Int
        /// How each track is coded.
        var codings: [Coding]
        /// Where its segments end.
        var rule: Segmenter.Rule
        /// What a copied H.264 stream must declare as the shape of its samples; nil when it declares the right one.
        var sampleAspectRatio: SampleAspectRatio?
    }

    /// What is written.
    public enum Output: Sendable, Hashable {
        /// A folder of HLS with these renditions.
        case hls([Rendition])
        /// One file, which the FFmpeg muxer of this name writes.
        case file(format: String, tracks: [Track])
    }

    /// The input's path.
    public var input: String
    /// What is written.
    public var output: Output
    /// What the output has no place for.
    public var omitted: [OmittedStream] = []
    /// The length of the input; nil when the container does not have it.
    public var duration: MediaTime?

    /// The tracks of the output, each once.
    public var tracks: [Track] {
        switch output {
        case .hls(let renditions):
            renditions.flatMap(\.tracks).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        case .file(_, let tracks): tracks
        }
    }

    /// What becomes of the picture and the sound.
    public var route: ConversionRoute {
        ConversionRoute(
            video: tracks.first { $0.source.kind == .video }?.route,
            audio: tracks.first { $0.source.kind == .audio }?.route,
            omitted: omitted
        )
    }
}
