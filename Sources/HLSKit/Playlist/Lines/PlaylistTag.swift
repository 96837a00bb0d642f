/// A tag that the specification defines, in the order in which a playlist made here writes them
/// (draft-pantos-hls-rfc8216bis 4.4).
public enum PlaylistTag: UInt8, Sendable, Hashable, CaseIterable {
    /// `#EXTM3U` (4.4.1.1).
    case header
    /// `#EXT-X-VERSION` (4.4.1.2).
    case version
    /// `#EXT-X-DEFINE` (4.4.2.3).
    case define
    /// `#EXT-X-TARGETDURATION` (4.4.3.1).
    case targetDuration
    /// `#EXT-X-MEDIA-SEQUENCE` (4.4.3.2).
    case mediaSequence
    /// `#EXT-X-DISCONTINUITY-SEQUENCE` (4.4.3.3).
    case discontinuitySequence
    /// `#EXT-X-PLAYLIST-TYPE` (4.4.3.5).
    case playlistType
    /// `#EXT-X-I-FRAMES-ONLY` (4.4.3.6).
    case iFramesOnly
    /// `#EXT-X-INDEPENDENT-SEGMENTS` (4.4.2.1).
    case independentSegments
    /// `#EXT-X-START` (4.4.2.2).
    case start
    /// `#EXT-X-SERVER-CONTROL` (4.4.3.8).
    case serverControl
    /// `#EXT-X-PART-INF` (4.4.3.7).
    case partInformation
    /// `#EXT-X-SKIP` (4.4.5.2).
    case skip
    /// `#EXT-X-CONTENT-STEERING` (4.4.6.6).
    case contentSteering
    /// `#EXT-X-SESSION-DATA` (4.4.6.4).
    case sessionData
    /// `#EXT-X-SESSION-KEY` (4.4.6.5).
    case sessionKey
    /// `#EXT-X-MEDIA` (4.4.6.1).
    case media
    /// `#EXT-X-STREAM-INF` (4.4.6.2).
    case streamInformation
    /// `#EXT-X-I-FRAME-STREAM-INF` (4.4.6.3).
    case iFrameStreamInformation
    /// `#EXT-X-DISCONTINUITY` (4.4.4.3).
    case discontinuity
    /// `#EXT-X-KEY` (4.4.4.4).
    case key
    /// `#EXT-X-MAP` (4.4.4.5).
    case map
    /// `#EXT-X-PROGRAM-DATE-TIME` (4.4.4.6).
    case programDateTime
    /// `#EXT-X-DATERANGE` (4.4.5.1).
    case dateRange
    /// `#EXT-X-GAP` (4.4.4.7).
    case gap
    /// `#EXT-X-BITRATE` (4.4.4.8).
    case bitrate
    /// `#EXT-X-PART` (4.4.4.9).
    case part
    /// `#EXTINF` (4.4.4.1).
    case segment
    /// `#EXT-X-BYTERANGE` (4.4.4.2).
    case byteRange
    /// `#EXT-X-PRELOAD-HINT` (4.4.5.3).
    case preloadHint
    /// `#EXT-X-RENDITION-REPORT` (4.4.5.4).
    case renditionReport
    /// `#EXT-X-ENDLIST` (4.4.3.4).
    case endList

    /// Which playlists a tag may stand in, and what it speaks of.
    public enum Scope: String, Sendable, Hashable, CaseIterable {
        /// Either kind of playlist.
        case either = "either kind"
        /// The whole of a media playlist.
        case media = "media playlist"
        /// One segment of a media playlist, or those that follow.
        case segment = "media segment"
        /// Metadata of a media playlist.
        case metadata = "media metadata"
        /// A multivariant playlist.
        case multivariant = "multivariant playlist"
    }

    /// The name without the leading `#`, such as `EXT-X-KEY`.
    public var name: String { "\(staticName)" }

    /// Finds the tag of a name without the leading `#`, such as `EXT-X-KEY`.
    public init?(name: String) {
        let bytes = Array(name.utf8)
        guard let tag = Self.tag(in: bytes.span, from: 0, to: bytes.count) else { return nil }
        self = tag
    }

    /// Finds the tag whose name is the bytes `start..<end`: length and first letter leave one candidate at most.
    static func tag(in text: Span<UInt8>, from start: Int, to end: Int) -> PlaylistTag? {
        let length = end &- start
        guard length >= 6, length <= 28, start >= 0, end <= text.count else { return nil }
        let letter = text[length == 6 ? start &+ 3 : start &+ 6 < end ? start &+ 6 : start]
        guard let tag = candidate(length: length, letter: letter) else { return nil }
        let name = tag.staticName
        guard name.utf8CodeUnitCount == length else { return nil }
        return name.withUTF8Buffer { name in
            for index in 0..<length where unsafe name[index] != text[start &+ index] { return false }
            return true
        } ? tag : nil
    }

    private static func candidate(length: Int, letter: UInt8) -> PlaylistTag? {
        switch (length, letter) {
        case (6, 0x49): .segment
        case (6, _): .header
        case (9, 0x4B): .key
        case (9, 0x4D): .map
        case (9, _): .gap
        case (10, 0x50): .part
        case (10, _): .skip
        case (11, 0x53): .start
        case (11, _): .media
        case (12, _): .define
        case (13, 0x56): .version
        case (13, 0x45): .endList
        case (13, _): .bitrate
        case (14, _): .partInformation
        case (15, 0x42): .byteRange
        case (15, _): .dateRange
        case (16, _): .streamInformation
        case (17, _): .sessionKey
        case (18, 0x50): .preloadHint
        case (18, _): .sessionData
        case (19, 0x50): .playlistType
        case (19, 0x49): .iFramesOnly
        case (19, _): .discontinuity
        case (20, 0x54): .targetDuration
        case (20, 0x4D): .mediaSequence
        case (20, _): .serverControl
        case (22, 0x52): .renditionReport
        case (22, _): .contentSteering
        case (23, _): .programDateTime
        case (24, _): .iFrameStreamInformation
        case (26, _): .independentSegments
        case (28, _): .discontinuitySequence
        default: nil
        }
    }
}

extension PlaylistTag {
    /// What the tag speaks of.
    public var scope: Scope {
        switch self {
        case .header, .version, .define, .independentSegments, .start: .either
        case .targetDuration, .mediaSequence, .discontinuitySequence, .playlistType, .iFramesOnly, .serverControl,
            .partInformation, .endList:
            .media
        case .discontinuity, .key, .map, .programDateTime, .gap, .bitrate, .part, .segment, .byteRange: .segment
        case .skip, .dateRange, .preloadHint, .renditionReport: .metadata
        case .contentSteering, .sessionData, .sessionKey, .media, .streamInformation, .iFrameStreamInformation:
            .multivariant
        }
    }

    /// What follows the name and a colon.
    var valueForm: ValueForm {
        switch self {
        case .header, .iFramesOnly, .independentSegments, .discontinuity, .gap, .endList: .none
        case .version, .targetDuration, .mediaSequence, .discontinuitySequence, .playlistType, .programDateTime,
            .bitrate,
            .segment, .byteRange:
            .own
        default: .attributes
        }
    }

    /// The three shapes of a tag (4.1): bare, with a value of its own form, and with an attribute list.
    enum ValueForm {
        case none
        case own
        case attributes
    }

    /// Whether more than one such tag in a playlist breaks a rule (4.4.1.2, 4.4.2, 4.4.3).
    var isSingle: Bool {
        switch self {
        case .define, .dateRange, .preloadHint, .renditionReport: false
        case .skip, .header, .contentSteering: true
        default: scope == .either || scope == .media
        }
    }

    /// Whether the tag speaks of the whole playlist, so that it does not belong to the segment that follows it.
    var isPlaylistWide: Bool {
        switch scope {
        case .either, .media: true
        case .metadata: self != .dateRange
        case .segment, .multivariant: false
        }
    }

    /// Whether the tag stands in front of the segments.
    var isInHeader: Bool {
        switch self {
        case .endList, .preloadHint, .renditionReport: false
        default: isPlaylistWide
        }
    }

    /// The section of draft-pantos-hls-rfc8216bis that defines the tag.
    public var section: String {
        switch self {
        case .header: "4.4.1.1"
        case .version: "4.4.1.2"
        case .independentSegments: "4.4.2.1"
        case .start: "4.4.2.2"
        case .define: "4.4.2.3"
        case .targetDuration: "4.4.3.1"
        case .mediaSequence: "4.4.3.2"
        case .discontinuitySequence: "4.4.3.3"
        case .endList: "4.4.3.4"
        case .playlistType: "4.4.3.5"
        case .iFramesOnly: "4.4.3.6"
        case .partInformation: "4.4.3.7"
        case .serverControl: "4.4.3.8"
        case .segment: "4.4.4.1"
        case .byteRange: "4.4.4.2"
        case .discontinuity: "4.4.4.3"
        case .key: "4.4.4.4"
        case .map: "4.4.4.5"
        case .programDateTime: "4.4.4.6"
        case .gap: "4.4.4.7"
        case .bitrate: "4.4.4.8"
        case .part: "4.4.4.9"
        case .dateRange: "4.4.5.1"
        case .skip: "4.4.5.2"
        case .preloadHint: "4.4.5.3"
        case .renditionReport: "4.4.5.4"
        case .media: "4.4.6.1"
        case .streamInformation: "4.4.6.2"
        case .iFrameStreamInformation: "4.4.6.3"
        case .sessionData: "4.4.6.4"
        case .sessionKey: "4.4.6.5"
        case .contentSteering: "4.4.6.6"
        }
    }

    var staticName: StaticString {
        switch self {
        case .header: "EXTM3U"
        case .version: "EXT-X-VERSION"
        case .define: "EXT-X-DEFINE"
        case .targetDuration: "EXT-X-TARGETDURATION"
        case .mediaSequence: "EXT-X-MEDIA-SEQUENCE"
        case .discontinuitySequence: "EXT-X-DISCONTINUITY-SEQUENCE"
        case .playlistType: "EXT-X-PLAYLIST-TYPE"
        case .iFramesOnly: "EXT-X-I-FRAMES-ONLY"
        case .independentSegments: "EXT-X-INDEPENDENT-SEGMENTS"
        case .start: "EXT-X-START"
        case .serverControl: "EXT-X-SERVER-CONTROL"
        case .partInformation: "EXT-X-PART-INF"
        case .skip: "EXT-X-SKIP"
        case .contentSteering: "EXT-X-CONTENT-STEERING"
        case .sessionData: "EXT-X-SESSION-DATA"
        case .sessionKey: "EXT-X-SESSION-KEY"
        case .media: "EXT-X-MEDIA"
        case .streamInformation: "EXT-X-STREAM-INF"
        case .iFrameStreamInformation: "EXT-X-I-FRAME-STREAM-INF"
        case .discontinuity: "EXT-X-DISCONTINUITY"
        case .key: "EXT-X-KEY"
        case .map: "EXT-X-MAP"
        case .programDateTime: "EXT-X-PROGRAM-DATE-TIME"
        case .dateRange: "EXT-X-DATERANGE"
        case .gap: "EXT-X-GAP"
        case .bitrate: "EXT-X-BITRATE"
        case .part: "EXT-X-PART"
        case .segment: "EXTINF"
        case .byteRange: "EXT-X-BYTERANGE"
        case .preloadHint: "EXT-X-PRELOAD-HINT"
        case .renditionReport: "EXT-X-RENDITION-REPORT"
        case .endList: "EXT-X-ENDLIST"
        }
    }
}
