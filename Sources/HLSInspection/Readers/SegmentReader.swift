import HLSKit

/// Reads segments of one kind, one behind the other, and gives what it finds to an analysis.
protocol SegmentReader {
    /// Begins a segment.
    ///
    /// - Parameters:
    ///   - position: The place of its first byte among those of all segments.
    ///   - startsAnew: Whether clocks and counters may begin anew.
    mutating func begin(at position: Int, startsAnew: Bool, into analysis: inout MediaAnalysis)

    /// Reads bytes of a segment, however they are cut.
    mutating func push(_ bytes: Span<UInt8>, into analysis: inout MediaAnalysis)

    /// Ends a segment.
    mutating func end(into analysis: inout MediaAnalysis)

    /// Gives out what is still kept: no more segments of this kind follow.
    mutating func finish(into analysis: inout MediaAnalysis)
}

extension SegmentReader {
    mutating func finish(into analysis: inout MediaAnalysis) {}
}
