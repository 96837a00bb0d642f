import HLSKit

/// What the section that `EXT-X-MAP` names is (draft-pantos-hls-rfc8216bis 4.4.4.5).
enum Initialization: Sendable {
    case none
    case movie(MP4Movie)
    /// Tables of a transport stream.
    case tables([UInt8])
    case subtitleHeader(WebVTTHeader)
    /// It could not be read, which was told.
    case unusable

    /// The most bytes of a section: movies of many tracks have some kilobytes.
    static let limit = 16 << 20
}

/// Where a section is, and how it is encrypted.
struct InitializationPlan: Sendable, Hashable {
    /// Where it is: an absolute URL.
    var url: String
    /// Its name in findings.
    var file: String
    var range: ByteRange?
    var keys: [EncryptionKey] = []
}
