public import HLSKit

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
        /// Whether segments, sections and keys are read; else playlists alone are checked.
        public var readsSegments = true
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
        let content = SegmentStart(start).content
        guard configuration.readsSegments || content.container == nil else { throw Self.notAPlaylist(source, content) }
        switch content {
        case .transportStream, .packedAudio, .webVTT:
            try await inspection.inspectSegment(url)
        case .fragmentedMP4:
            try await inspection.inspectSegment(url, isMP4: true)
        case .playlist:
            try await inspection.inspectPlaylist(url)
        case let content:
            guard Self.isPlaylist(content, url) else {
                let advice = content.advice ?? "give a playlist, a segment, an MP4 file or a folder with a playlist"
                throw InspectionError(.notUsable, "'\(source)' is \(content.description): \(advice)")
            }
            try await inspection.inspectPlaylist(url)
        }
        return inspection.report
    }

    /// Reads a playlist, that of a folder too, without anything that it names.
    ///
    /// Written again it is the same text, byte for byte.
    ///
    /// - Throws: ``InspectionError`` when there is none.
    public func playlist(_ source: String) async throws(InspectionError) -> Playlist {
        let place = try SourceLocator().playlistOrFile(source)
        let bytes = try await configuration.loader.contents(of: place, limit: configuration.maximumPlaylistBytes)
        let content = SegmentStart(Array(bytes.prefix(SegmentStart.byteCount))).content
        guard Self.isPlaylist(content, place) else { throw Self.notAPlaylist(source, content) }
        return Playlist(bytes, url: configuration.loader.finalURL(of: place))
    }

    private static func isPlaylist(_ content: SegmentStart.Content, _ url: String) -> Bool {
        // Playlists that lack their first line are read, and checked for that.
        content == .playlist || SourceLocator.isPlaylistName(url) && (content == .text || content == .unknown)
    }

    private static func notAPlaylist(_ source: String, _ content: SegmentStart.Content) -> InspectionError {
        InspectionError(.notUsable, "'\(source)' is \(content.description): \(content.advice ?? "give a playlist")")
    }
}
