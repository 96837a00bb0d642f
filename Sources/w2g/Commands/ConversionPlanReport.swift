import HLSConversion
import HLSKit

/// What `convert --dry-run --json` prints.
struct ConversionPlanReport: Encodable {
    struct Track: Encodable {
        let stream: Int
        let kind: String
        let codec: String
        let language: String?
        let isCopied: Bool
        let encoder: String?
        let reason: String
    }

    struct Rendition: Encodable {
        let segmentType: String
        let segmentDuration: Double
        let targetDuration: Int
        let tracks: [Track]
    }

    struct Omitted: Encodable {
        let kind: String
        let language: String?
        let title: String?
    }

    let version = 1
    let input: String
    let folder: String
    /// Seconds.
    let duration: Double?
    /// Nil when the output is one file.
    let renditions: [Rendition]?
    /// Nil when the output is HLS.
    let format: String?
    /// The tracks of the one file.
    let tracks: [Track]?
    let omitted: [Omitted]

    init(_ plan: ConversionPlan, folder: String) {
        input = plan.input
        self.folder = folder
        duration = plan.duration?.seconds
        omitted = plan.omitted.map { Omitted(kind: $0.kind.rawValue, language: $0.language, title: $0.title) }
        switch plan.output {
        case .hls(let renditions):
            self.renditions = renditions.map { rendition in
                Rendition(
                    segmentType: rendition.segmentType.rawValue,
                    segmentDuration: rendition.segmentDuration,
                    targetDuration: rendition.targetDuration,
                    tracks: rendition.tracks.map(Track.init)
                )
            }
            format = nil
            tracks = nil
        case .file(let format, let tracks):
            renditions = nil
            self.format = format
            self.tracks = tracks.map(Track.init)
        }
    }
}

extension ConversionPlanReport.Track {
    fileprivate init(_ track: ConversionPlan.Track) {
        self.init(
            stream: track.source.stream,
            kind: track.source.kind.rawValue,
            codec: track.source.codec,
            language: track.source.language,
            isCopied: track.route.isCopied,
            encoder: track.route.encoder,
            reason: "\(track.route.reason)"
        )
    }
}
