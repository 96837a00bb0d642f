import HLSKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Tells what a stream is and what is wrong with it.
///
/// ```swift
/// let report = try await HLSInspector().inspect("film/film.m3u8")
/// for finding in report.findings { print(finding.severity, finding.file, finding.message) }
/// ```
public struct HLSInspector: Sendable {
    /// How a stream is inspected.
    public struct Configuration: Sendable {
        /// What reads the bytes of playlists and segments.
        public var loader: any ResourceLoader = FileResourceLoader()
        /// Whether the rules of Apple's HLS Authoring Specification are checked too.
        public var checksAuthoringRules = false
        /// The most bytes of a playlist.
        public var maximumPlaylistBytes = 64 << 20

        /// Local files, the rules of the specification.
        public init() {}
    }

    /// How streams are inspected.
    public var configuration: Configuration

    /// An inspector.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    /// Inspects a playlist, a segment, an MP4 file or a folder.
    ///
    /// - Parameters:
    ///   - source: A path or a URL. A folder is inspected by the playlist that has its name, or the only one in it.
    ///   - progress: Called about ten times a second, and at the end of each rendition.
    /// - Returns: What was found; what is wrong with the stream is in the report and nothing that is thrown.
    /// - Throws: ``InspectionError`` when there is nothing to inspect.
    public func inspect(
        _ source: String,
        progress: @escaping @Sendable (InspectionProgress) -> Void = { _ in }
    ) async throws(InspectionError) -> InspectionReport {
        let place = try SourceLocator().playlistOrFile(source)
        let start = try await configuration.loader.prefix(of: place, byteCount: SegmentStart.byteCount)
        let url = configuration.loader.finalURL(of: place)
        let folder = LocalURL.folder(of: url)
        var inspection = Inspection(
            configuration: configuration,
            folder: folder,
            report: InspectionReport(source: source, kind: .segment, file: LocalURL.name(of: url, in: folder)),
            progress: progress
        )
        switch SegmentStart(start).content {
        case .transportStream, .packedAudio, .webVTT:
            try await inspection.inspectSegment(url)
        case .fragmentedMP4:
            try await inspection.inspectSegment(url, isMP4: true)
        case .playlist:
            try await inspection.inspectPlaylist(url)
        case let content:
            guard SourceLocator.isPlaylistName(url), content == .text || content == .unknown else {
                throw InspectionError(
                    .notUsable,
                    "'\(source)' is \(content.description): give a playlist, a segment, an MP4 file or a folder with a playlist"
                )
            }
            try await inspection.inspectPlaylist(url)
        }
        return inspection.report
    }
}
