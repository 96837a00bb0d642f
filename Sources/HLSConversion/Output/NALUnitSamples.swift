import HLSKit

/// Turns the access units of H.264 and HEVC into samples of CMAF: NAL units behind lengths of four bytes, without the
/// parameter sets that the init section has (ISO/IEC 14496-15 5.3, 8.3).
struct NALUnitSamples {
    private let isHEVC: Bool
    private var framing = NALUnitFraming.annexB
    /// What H.264 must declare as the shape of its samples; nil when it declares the right one.
    private let sampleAspectRatio: SampleAspectRatio?
    /// The sets that are valid where the stream is now.
    private(set) var parameterSets: ParameterSets
    /// The sets of the init section of the segment at hand; nil before the first.
    private var described: [[UInt8]]?

    init(isHEVC: Bool, sampleAspectRatio: SampleAspectRatio?) {
        self.isHEVC = isHEVC
        self.sampleAspectRatio = isHEVC ? nil : sampleAspectRatio
        parameterSets = ParameterSets(isHEVC: isHEVC)
    }

    /// Takes the parameter sets that are stored beside the stream, in place of all others.
    mutating func update(extradata: [UInt8]) {
        if isHEVC, !Self.hasStartCode(extradata), let configuration = HEVCDecoderConfiguration(extradata) {
            framing = configuration.framing
            parameterSets = ParameterSets(isHEVC: true, configuration.parameterSets)
        } else if !isHEVC, let configuration = AVCDecoderConfiguration(extradata) {
            framing = configuration.framing
            parameterSets = ParameterSets(
                isHEVC: false,
                configuration.sequenceParameterSets.map(reshaped) + configuration.pictureParameterSets
            )
        } else {
            // Sets behind start codes.
            framing = .annexB
            forEachSet(in: extradata.span) { parameterSets.insert($0) }
        }
    }

    private static func hasStartCode(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0, 0, 1]) || bytes.starts(with: [0, 0, 0, 1])
    }

    /// Reads the parameter sets of a unit that is not written yet.
    mutating func describe(_ unit: Span<UInt8>) {
        forEachSet(in: unit) { parameterSets.insert($0) }
    }

    private func forEachSet(in unit: Span<UInt8>, _ body: ([UInt8]) -> Void) {
        framing.forEachUnit(in: unit) { range in
            guard parameterSets.isParameterSet(header: unit[range.lowerBound]) else { return }
            body(reshaped(unit.extracting(range).array))
        }
    }

    private func reshaped(_ set: [UInt8]) -> [UInt8] {
        guard let sampleAspectRatio, let header = set.first,
            H264.NALUnitType(header: header) == .sequenceParameterSet
        else { return set }
        return H264SequenceParameterSet.replacingSampleAspectRatio(in: set, with: sampleAspectRatio) ?? set
    }

    /// Appends the sample of a unit.
    ///
    /// Sets that come in the middle of a group of pictures, and that the init section does not have, stay in the sample.
    /// - Returns: Nil when the unit holds no slice.
    mutating func append(_ unit: Span<UInt8>, to output: inout [UInt8]) -> UnitTraits? {
        var (hasSlice, isRandomAccess) = (false, false)
        var ownSets: [[UInt8]] = []
        var ranges: [Range<Int>] = []
        framing.forEachUnit(in: unit) { range in
            let header = unit[range.lowerBound]
            if parameterSets.isParameterSet(header: header) {
                return ownSets.append(reshaped(unit.extracting(range).array))
            }
            if isHEVC {
                let type = HEVC.NALUnitType(header: header)
                guard type != .accessUnitDelimiter else { return }
                hasSlice = hasSlice || type.isSlice
                isRandomAccess = isRandomAccess || type.isSlice && type.isRandomAccess
            } else {
                let type = H264.NALUnitType(header: header)
                guard type != .accessUnitDelimiter else { return }
                hasSlice = hasSlice || type.isSlice
                isRandomAccess = isRandomAccess || type == .idrSlice
            }
            ranges.append(range)
        }
        for set in ownSets { parameterSets.insert(set) }
        guard hasSlice else { return nil }
        if parameterSets.units.isEmpty { isRandomAccess = false }
        let isChange = described.map { $0 != parameterSets.units } ?? false
        if isRandomAccess {
            described = parameterSets.units
        } else {
            for set in ownSets where described?.contains(set) != true { Self.append(set.span, to: &output) }
        }
        for range in ranges { Self.append(unit.extracting(range), to: &output) }
        return UnitTraits(isRandomAccess: isRandomAccess, changesFormat: isRandomAccess && isChange)
    }

    private static func append(_ unit: Span<UInt8>, to output: inout [UInt8]) {
        for shift in [24, 16, 8, 0] { output.append(UInt8(truncatingIfNeeded: unit.count >> shift)) }
        unit.withUnsafeBufferPointer { output.append(contentsOf: $0) }
    }

    /// What the init section declares of the samples; nil when the parameter sets do not suffice.
    var sampleEntry: SampleEntry? {
        let units = parameterSets.units
        guard !isHEVC else { return HEVCDecoderConfiguration(parameterSets: units).flatMap { SampleEntry.hevc($0) } }
        let isSequenceSet = { (unit: [UInt8]) in
            unit.first.map { H264.NALUnitType(header: $0) } == .sequenceParameterSet
        }
        return AVCDecoderConfiguration(
            sequenceParameterSets: units.filter(isSequenceSet),
            pictureParameterSets: units.filter { !isSequenceSet($0) }
        ).flatMap { SampleEntry.h264($0) }
    }
}

extension Span<UInt8> {
    /// The bytes as an array.
    fileprivate var array: [UInt8] { withUnsafeBufferPointer { Array($0) } }
}
