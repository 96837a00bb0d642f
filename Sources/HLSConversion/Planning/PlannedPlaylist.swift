#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The playlist that a conversion is going to end with, known before its first segment.
///
/// Segments of copied streams are exactly as long as planned. Encoded ones may differ by a picture where the source changes
/// its rate, and the last one by as much as the container is wrong about its end; differences do not add up. Where the
/// input is damaged or ends early, the end may have fewer segments, or more: the playlist that is written at last is right.
public struct PlannedPlaylist: Sendable, Hashable {
    /// The playlist's file.
    public var playlist: URL
    /// The text, ended, of the kind VOD.
    public var text: String
    /// The file names of the segments and their init sections, in the order in which they will be there, in the playlist's
    /// folder.
    public var files: [String]
}
