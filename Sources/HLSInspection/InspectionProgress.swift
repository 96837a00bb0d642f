/// How far an inspection is.
public struct InspectionProgress: Sendable, Hashable {
    /// The rendition that is being read, as its playlist is called.
    public var rendition: String
    /// The renditions that are done.
    public var renditionsDone: Int
    /// The number of renditions.
    public var renditions: Int
    /// The segments of this rendition that are done.
    public var segmentsDone: Int
    /// The number of segments of this rendition.
    public var segments: Int
    /// The bytes read so far, of all renditions.
    public var bytes: Int
    /// The bytes of a file that is inspected alone; nil for others, and where it is not known.
    public var totalBytes: Int?
    /// The time since the inspection began.
    public var elapsed: Duration

    /// The part that is done, 0 to 1, every segment counted alike.
    public var fraction: Double {
        guard renditions > 0 else { return 1 }
        if let totalBytes, totalBytes > 0, segmentsDone < segments {
            return min(1, Double(bytes) / Double(totalBytes))
        }
        let inRendition = segments > 0 ? Double(segmentsDone) / Double(segments) : 0
        return min(1, (Double(renditionsDone) + inRendition) / Double(renditions))
    }
}
