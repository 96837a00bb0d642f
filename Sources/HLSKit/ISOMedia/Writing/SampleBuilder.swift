/// Turns access units into samples as MP4 carries them (ISO/IEC 14496-15 5.3, ISO/IEC 14496-14 5).
struct SampleBuilder: Sendable {
    private enum Form: Sendable {
        case sample
        case nalUnits(NALUnitFraming)
        case adts
        case loas(LATMReader)
        case opus
    }

    /// Whether parameter sets were left out that the sample entry does not have.
    private(set) var hasLostParameterSets = false

    private var form: Form
    private let isHEVC: Bool
    /// The parameter sets of the sample entry, which samples do not repeat; nil where they carry all of them.
    private let knownSets: Set<[UInt8]>?

    init(_ track: CMAFTrack) {
        isHEVC = track.entry.configurationType == "hvcC"
        if ["avc1", "hvc1"].contains(track.entry.codingType), case .video(let format)? = track.entry.format {
            knownSets = Set(format.parameterSets)
        } else {
            knownSets = nil
        }
        switch track.unitForm {
        case .sample: form = .sample
        case .nalUnits(let framing): form = .nalUnits(framing)
        case .adts: form = .adts
        case .loas: form = .loas(LATMReader())
        case .opus: form = .opus
        }
    }

    /// Takes the configuration of LATM out of a unit, for units in front of it.
    mutating func readConfiguration(_ unit: Span<UInt8>) {
        guard case .loas(var reader) = form else { return }
        _ = reader.frame(unit)
        form = .loas(reader)
    }

    /// Appends the sample of an access unit.
    ///
    /// - Returns: False when the unit is not coded as its form says; nothing is appended then.
    mutating func append(_ unit: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        switch form {
        case .sample:
            output.append(unit)
            return unit.count > 0
        case .nalUnits(let framing): return appendNALUnits(unit, framing, to: &output)
        case .adts:
            // Several blocks under one header cannot be told apart without decoding them.
            guard let header = ADTSHeader(unit), header.frameLength == unit.count, unit[6] & 3 == 0,
                header.headerLength < unit.count
            else { return false }
            output.append(unit.extracting(header.headerLength..<unit.count))
            return true
        case .loas(var reader):
            guard let frame = reader.frame(unit) else { return false }
            form = .loas(reader)
            output += frame
            return true
        case .opus:
            guard let header = OpusControlHeader(unit), header.packetLength > 0,
                header.byteCount + header.packetLength == unit.count
            else { return false }
            output.append(unit.extracting(header.byteCount..<unit.count))
            return true
        }
    }

    private mutating func appendNALUnits(
        _ unit: Span<UInt8>,
        _ framing: NALUnitFraming,
        to output: inout [UInt8]
    ) -> Bool {
        let start = output.count
        var hasSlice = false
        // Start codes become one byte longer at most.
        output.reserveCapacity(start + unit.count + 64)
        framing.forEachUnit(in: unit) { range in
            let header = unit[range.lowerBound]
            let isParameterSet: Bool
            if isHEVC {
                let type = HEVC.NALUnitType(header: header)
                hasSlice = hasSlice || type.isSlice
                isParameterSet = type.isParameterSet
            } else {
                let type = H264.NALUnitType(header: header)
                hasSlice = hasSlice || type.isSlice
                isParameterSet = type.isParameterSet
            }
            if isParameterSet, let knownSets {
                if !knownSets.contains(unit.array(range)) { hasLostParameterSets = true }
                return
            }
            for shift in [24, 16, 8, 0] { output.append(UInt8(truncatingIfNeeded: range.count >> shift)) }
            output.append(unit.extracting(range))
        }
        if !hasSlice { output.removeLast(output.count - start) }
        return hasSlice
    }
}
