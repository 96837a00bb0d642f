/// What the segments of HLS are.
public enum SegmentType: String, Sendable, Hashable, CaseIterable {
    /// MPEG-2 transport streams.
    case transportStream = "ts"
    /// Fragmented MP4 as CMAF defines it, with an init section (ISO/IEC 23000-19).
    case fragmentedMP4 = "fmp4"

    /// What the names of segments end with, without the dot.
    var fileExtension: String {
        switch self {
        case .transportStream: "ts"
        case .fragmentedMP4: "m4s"
        }
    }
}
