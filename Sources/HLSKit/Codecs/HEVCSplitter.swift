/// Cuts an HEVC byte stream into access units (ISO/IEC 23008-2 7.4.2.4.4).
struct HEVCSplitter: AccessUnitSplitter {
    /// How many bytes of the unit have been looked at.
    private var scanned = 0
    /// A parameter set whose end is not known yet.
    private var open: (start: Int, type: HEVC.NALUnitType)?
    private var unit = Unit()
    /// The last sets of each kind, in the order of their numbers.
    private var sets: [HEVC.NALUnitType: [UInt8]] = [:]
    private var format: VideoFormat?

    private struct Unit {
        var slice: HEVC.NALUnitType?
        var delimiterCount = 0
    }

    mutating func next(in bytes: Span<UInt8>, isEnd: Bool) -> SplitResult {
        while let code = StartCode.first(in: bytes, from: scanned) {
            let start = code + StartCode.byteCount
            // Two bytes of header, and the first bit of a slice.
            guard start + 2 < bytes.count else { break }
            closeUnit(in: bytes, at: code)
            let type = HEVC.NALUnitType(header: bytes[start])
            let isBaseLayer = bytes[start] & 1 == 0 && bytes[start + 1] & 0xF8 == 0
            let beginsPicture = type.isSlice && bytes[start + 2] & 0x80 != 0
            if isBaseLayer, unit.slice != nil, type.beginsAccessUnit || beginsPicture {
                return take(code > 0 && bytes[code - 1] == 0 ? code - 1 : code)
            }
            if isBaseLayer { add(type, start: start) }
            scanned = start
        }
        scanned = max(scanned, bytes.count - StartCode.byteCount - 2)
        guard isEnd, !bytes.isEmpty else { return .needsMore }
        closeUnit(in: bytes, at: bytes.count)
        return take(bytes.count)
    }

    private mutating func add(_ type: HEVC.NALUnitType, start: Int) {
        switch type {
        case .accessUnitDelimiter: unit.delimiterCount += 1
        case .videoParameterSet, .sequenceParameterSet, .pictureParameterSet: open = (start, type)
        default: if type.isSlice, unit.slice == nil { unit.slice = type }
        }
    }

    private mutating func closeUnit(in bytes: Span<UInt8>, at end: Int) {
        guard let (start, type) = open else { return }
        open = nil
        var last = end
        while last > start, bytes[last - 1] == 0 { last -= 1 }
        guard last > start, last - start <= 4_096 else { return }
        sets[type] = bytes.array(start..<last)
    }

    private mutating func take(_ length: Int) -> SplitResult {
        defer {
            unit = Unit()
            scanned = 0
            open = nil
        }
        guard let slice = unit.slice else { return .skip(length) }
        var result = SplitUnit(length: length, delimiterCount: unit.delimiterCount)
        result.isRandomAccess = slice.isRandomAccess
        result.isInstantaneousRefresh = slice.isInstantaneousRefresh
        if slice.isRandomAccess { result.format = newFormat().map(StreamFormat.video) }
        return .unit(result)
    }

    /// The format that the parameter sets tell, when that is another than before.
    private mutating func newFormat() -> VideoFormat? {
        let kinds = [HEVC.NALUnitType.videoParameterSet, .sequenceParameterSet, .pictureParameterSet]
        let current = kinds.compactMap { sets[$0] }
        guard current != format?.parameterSets, let sequenceSet = sets[.sequenceParameterSet],
            let set = HEVCSequenceParameterSet(nalUnit: sequenceSet)
        else { return nil }
        format = set.format(parameterSets: current)
        return format
    }
}
