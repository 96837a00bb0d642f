/// Cuts an H.264 byte stream into access units (ISO/IEC 14496-10 7.4.1.2.3 and 7.4.1.2.4).
struct H264Splitter: AccessUnitSplitter {
    private var parameterSets = H264ParameterSets()
    /// How many bytes of the unit have been looked at.
    private var scanned = 0
    /// A parameter set or SEI whose end is not known yet.
    private var open: (start: Int, type: H264.NALUnitType)?
    private var unit = Unit()
    /// What new parameter sets tell, until a unit is given out.
    private var format: VideoFormat?

    private struct Unit {
        var slice: H264Slice?
        var hasPicture = false
        var hasRecoveryPoint = false
        var delimiterCount = 0
        /// A prefix NAL unit behind the last slice: the next unit begins there if its slice begins a picture.
        var prefix: Int?
    }

    /// The most bytes of a slice header that are looked at: 13 fields of up to 9 bytes.
    private static let sliceHeaderBytes = 64

    mutating func next(in bytes: Span<UInt8>, isEnd: Bool) -> SplitResult {
        while let code = StartCode.first(in: bytes, from: scanned) {
            let start = code + StartCode.byteCount
            guard start < bytes.count else { break }
            let type = H264.NALUnitType(header: bytes[start])
            // Whether a slice begins a picture cannot be told before its header is there.
            let needed = type.isSlice ? Self.sliceHeaderBytes : 1
            guard start + needed <= bytes.count || isEnd || StartCode.first(in: bytes, from: start) != nil else {
                scanned = code
                return .needsMore
            }
            closeUnit(in: bytes, at: code)
            if let boundary = boundary(type, start: start, in: bytes) { return take(boundary) }
            scanned = start
        }
        scanned = max(scanned, bytes.count - StartCode.byteCount)
        guard isEnd, !bytes.isEmpty else { return .needsMore }
        closeUnit(in: bytes, at: bytes.count)
        return take(bytes.count)
    }

    /// Takes in the NAL unit at an offset, or tells where the access unit ends when it belongs to the next.
    private mutating func boundary(_ type: H264.NALUnitType, start: Int, in bytes: Span<UInt8>) -> Int? {
        let code = start - StartCode.byteCount
        // The zero byte of a four-byte start code belongs to it.
        let boundary = code > 0 && bytes[code - 1] == 0 ? code - 1 : code
        if type.beginsAccessUnit, unit.hasPicture { return unit.prefix ?? boundary }
        switch type {
        case .accessUnitDelimiter:
            unit.delimiterCount += 1
        case .sequenceParameterSet, .pictureParameterSet, .sei:
            open = (start, type)
        case .prefix:
            if unit.hasPicture, unit.prefix == nil { unit.prefix = boundary }
        case .slice, .idrSlice, H264.NALUnitType(rawValue: 2):
            let end = min(bytes.count, start + Self.sliceHeaderBytes)
            let slice = H264Slice(bytes.array(start..<end), parameterSets: parameterSets)
            if let slice, let last = unit.slice, slice.beginsPicture(after: last) { return unit.prefix ?? boundary }
            unit.slice = slice ?? unit.slice
            unit.hasPicture = true
            unit.prefix = nil
        default:
            break
        }
        return nil
    }

    /// Reads the parameter set or SEI that ends at an offset.
    private mutating func closeUnit(in bytes: Span<UInt8>, at end: Int) {
        guard let (start, type) = open else { return }
        open = nil
        var last = end
        while last > start, bytes[last - 1] == 0 { last -= 1 }
        guard last > start else { return }
        if type == .sei {
            unit.hasRecoveryPoint = unit.hasRecoveryPoint || Self.hasRecoveryPoint(bytes.extracting(start + 1..<last))
        } else if let format = parameterSets.add(bytes.array(start..<last)) {
            self.format = format
        }
    }

    /// Tells whether the messages of an SEI hold a recovery point (D.1.8).
    private static func hasRecoveryPoint(_ bytes: Span<UInt8>) -> Bool {
        var at = 0
        func readNumber() -> Int {
            var value = 0
            while at < bytes.count {
                let byte = Int(bytes[at])
                at += 1
                value += byte
                if byte != 255 { break }
            }
            return value
        }
        while at + 2 <= bytes.count {
            if readNumber() == 6 { return true }
            at += readNumber()
        }
        return false
    }

    private mutating func take(_ length: Int) -> SplitResult {
        defer {
            unit = Unit()
            scanned = 0
            open = nil
        }
        guard unit.hasPicture else { return .skip(length) }
        var result = SplitUnit(length: length, delimiterCount: unit.delimiterCount)
        result.isInstantaneousRefresh = unit.slice?.isInstantaneousRefresh ?? false
        result.isRandomAccess = result.isInstantaneousRefresh || unit.hasRecoveryPoint
        if var format {
            self.format = nil
            // The picture parameter sets follow the sequence parameter set that they belong to.
            let first = format.parameterSets.first.flatMap { H264SequenceParameterSet(nalUnit: $0) }
            format.parameterSets += first.map { parameterSets.pictureSets(of: $0.identifier) } ?? []
            result.format = .video(format)
        }
        return .unit(result)
    }
}
