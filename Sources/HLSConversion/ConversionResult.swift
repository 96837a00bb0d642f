public import HLSKit

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What a conversion made.
public struct ConversionResult: Sendable, Hashable {
    /// The folder of the playlist and its segments.
    public var folder: URL
    /// The folder that holds ``folder``: what a server of videos serves.
    public var videosDirectory: URL { folder.deletingLastPathComponent() }
    /// The playlist; the file itself when another format than `hls` was asked for.
    public var playlist: URL
    /// The length of the result.
    public var duration: MediaTime
    /// The number of segments; 0 when another format than `hls` was asked for.
    public var segments: Int
    /// The bytes of all segments.
    public var bytes: Int64
    /// What became of the streams.
    public var route: ConversionRoute
}
