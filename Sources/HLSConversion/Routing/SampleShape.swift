import HLSKit

/// Whether a container agrees with an H.264 stream on the shape of a sample.
///
/// What the container tells is what is seen.
enum SampleShape: Hashable, Sendable {
    /// The container agrees, or tells nothing.
    case asCoded
    /// The sequence parameter sets can be made to tell what the container does.
    case replaceable(SampleAspectRatio)
    /// They cannot.
    case notReplaceable

    /// Compares what the container tells, nil for nothing, with the sequence parameter sets beside the stream.
    init(container: SampleAspectRatio?, parameterSets: [[UInt8]]) {
        guard let ratio = container?.writable else {
            self = .asCoded
            return
        }
        let sets = parameterSets.map { H264SequenceParameterSet(nalUnit: $0) }
        if !sets.isEmpty, sets.allSatisfy({ $0.map { $0.sampleAspectRatio.isNear(ratio) } ?? false }) {
            self = .asCoded
        } else if !sets.isEmpty,
            parameterSets.allSatisfy({
                H264SequenceParameterSet.replacingSampleAspectRatio(in: $0, with: ratio) != nil
            })
        {
            self = .replaceable(ratio)
        } else {
            self = .notReplaceable
        }
    }

    /// What the sequence parameter sets must be made to tell.
    var replacement: SampleAspectRatio? {
        if case .replaceable(let ratio) = self { ratio } else { nil }
    }
}

extension SampleAspectRatio {
    /// The ratio in numbers that H.264 can hold; nil when it is that of no picture.
    var writable: SampleAspectRatio? {
        guard width > 0, height > 0, width / 16 <= height, height / 16 <= width else { return nil }
        var (large, small) = (width, height)
        while small != 0 { (large, small) = (small, large % small) }
        var ratio = SampleAspectRatio(width: width / large, height: height / large)
        while max(ratio.width, ratio.height) > 65_535 {
            ratio = SampleAspectRatio(width: max(1, ratio.width / 2), height: max(1, ratio.height / 2))
        }
        return ratio
    }

    /// Nobody sees a smaller difference, and containers round: Matroska to whole pixels.
    private static let greatestDifference = 0.01

    /// Whether nobody sees the difference.
    fileprivate func isNear(_ other: SampleAspectRatio) -> Bool {
        let quotient = Double(width) * Double(other.height) / (Double(height) * Double(other.width))
        return abs(quotient - 1) < Self.greatestDifference
    }
}
