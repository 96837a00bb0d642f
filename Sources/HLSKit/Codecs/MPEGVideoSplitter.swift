/// Cuts MPEG-1 and MPEG-2 video into pictures (ISO/IEC 13818-2 6.2.1, ISO/IEC 13818-1 2.1.1).
///
/// Two fields of one frame make one access unit.
struct MPEGVideoSplitter: AccessUnitSplitter {
    private var scanned = 0
    private var unit = Unit()
    private var sequence = Sequence()
    private var format: VideoFormat?

    private struct Unit {
        var hasPicture = false
        var hasSlice = false
        var hasSequence = false
        var isIntra = false
        /// `picture_structure` of the first picture: 1 top field, 2 bottom field, 3 frame.
        var structure: UInt8?
        var hasSecondField = false
    }

    /// The headers of a sequence.
    private struct Sequence {
        var header: [UInt8] = []
        var `extension`: [UInt8] = []
    }

    private enum Code {
        static let picture: UInt8 = 0x00
        static let slices: ClosedRange<UInt8> = 0x01...0xAF
        static let sequence: UInt8 = 0xB3
        static let `extension`: UInt8 = 0xB5
        static let group: UInt8 = 0xB8
    }

    /// The bytes behind a start code that are looked at.
    private static let headerBytes = 8

    mutating func next(in bytes: Span<UInt8>, isEnd: Bool) -> SplitResult {
        while let code = StartCode.first(in: bytes, from: scanned) {
            let start = code + StartCode.byteCount
            guard start < bytes.count else { break }
            let needed = Code.slices.contains(bytes[start]) ? 1 : Self.headerBytes + 1
            // A picture behind a picture may be its second field, which only its extension tells.
            let isSecond = bytes[start] == Code.picture && unit.structure.map { $0 != 3 } ?? false && unit.hasSlice
            let following = isSecond ? StartCode.first(in: bytes, from: start) : nil
            let isThere =
                start + needed <= bytes.count && (!isSecond || following.map { $0 + 7 <= bytes.count } ?? false)
            guard isThere || isEnd else {
                scanned = code
                return .needsMore
            }
            if endsUnit(bytes, start: start, following: following) { return take(code) }
            add(bytes, start: start)
            scanned = start
        }
        scanned = max(scanned, bytes.count - StartCode.byteCount)
        guard isEnd, !bytes.isEmpty else { return .needsMore }
        return take(bytes.count)
    }

    private mutating func endsUnit(_ bytes: Span<UInt8>, start: Int, following: Int?) -> Bool {
        guard unit.hasSlice else { return false }
        switch bytes[start] {
        case Code.sequence, Code.group: return true
        case Code.picture:
            guard let first = unit.structure, first != 3, !unit.hasSecondField, let following,
                Self.structure(bytes, start: following + StartCode.byteCount) == 3 - first
            else { return true }
            unit.hasSecondField = true
            return false
        default: return false
        }
    }

    private mutating func add(_ bytes: Span<UInt8>, start: Int) {
        let end = min(bytes.count, start + 1 + Self.headerBytes)
        switch bytes[start] {
        case Code.sequence:
            sequence.header = bytes.array(start + 1..<end)
            sequence.extension = []
            unit.hasSequence = true
        case Code.extension where start + 1 < end && bytes[start + 1] >> 4 == 1:
            sequence.extension = bytes.array(start + 1..<end)
        case Code.extension where !unit.hasSecondField:
            unit.structure = Self.structure(bytes, start: start) ?? unit.structure
        case Code.picture where !unit.hasPicture:
            unit.hasPicture = true
            unit.isIntra = start + 2 < end && bytes[start + 2] >> 3 & 7 == 1
        case Code.slices:
            unit.hasSlice = true
        default: break
        }
    }

    /// Reads `picture_structure` of a picture coding extension (6.2.3.1).
    private static func structure(_ bytes: Span<UInt8>, start: Int) -> UInt8? {
        guard start + 3 < bytes.count, bytes[start] == Code.extension, bytes[start + 1] >> 4 == 8 else { return nil }
        return bytes[start + 3] & 3
    }

    private mutating func take(_ length: Int) -> SplitResult {
        defer {
            unit = Unit()
            scanned = 0
        }
        guard unit.hasPicture else { return .skip(length) }
        var result = SplitUnit(length: length)
        result.isRandomAccess = unit.isIntra && unit.hasSequence
        result.isInstantaneousRefresh = false
        if unit.hasSequence, let new = MPEGSequence(sequence.header, extension: sequence.extension)?.format,
            new != format
        {
            format = new
            result.format = .video(new)
        }
        return .unit(result)
    }
}

/// The sequence header of MPEG-1 and MPEG-2 video, and the extension of the latter (ISO/IEC 13818-2 6.2.2).
struct MPEGSequence {
    var format: VideoFormat

    private static let frameRates = [
        nil, FrameRate(24_000, 1_001), FrameRate(24), FrameRate(25), FrameRate(30_000, 1_001), FrameRate(30),
        FrameRate(50), FrameRate(60_000, 1_001), FrameRate(60),
    ]

    /// Reads the bytes behind the start codes; nil when they are too few.
    init?(_ header: [UInt8], extension: [UInt8]) {
        guard header.count >= 7 else { return nil }
        var width = Int(header[0]) << 4 | Int(header[1]) >> 4
        var height = Int(header[1] & 15) << 8 | Int(header[2])
        let rate = Int(header[3] & 15)
        var frameRate = Self.frameRates.indices.contains(rate) ? Self.frameRates[rate] : nil
        // Object type indications of MPEG-4: 0x6A MPEG-1, 0x60 and up MPEG-2 by profile (ISO/IEC 14496-1 7.2.6.6.2).
        var codec = "mp4v.6A"
        var (profile, level, chroma, isInterlaced) = (0, 0, 1, false)
        if `extension`.count >= 6 {
            let bytes = `extension`
            profile = Int(bytes[0] & 7)
            level = Int(bytes[1] >> 4)
            codec = "mp4v." + Hexadecimal.text([bytes[0] & 8 != 0 ? 0x65 : Self.objectType(profile)])
            isInterlaced = bytes[1] & 8 == 0
            chroma = Int(bytes[1] >> 1 & 3)
            width |= Int(bytes[1] & 1) << 13 | Int(bytes[2] >> 7) << 12
            height |= Int(bytes[2] >> 5 & 3) << 12
            frameRate = frameRate.flatMap {
                FrameRate($0.numerator * (Int(bytes[5] >> 5 & 3) + 1), $0.denominator * (Int(bytes[5] & 31) + 1))
            }
        }
        guard width > 0, height > 0 else { return nil }
        let shape = Self.sampleShape(Int(header[3] >> 4), width, height, isMPEG2: !`extension`.isEmpty)
        format = VideoFormat(
            codecString: codec,
            width: width,
            height: height,
            frameRate: frameRate,
            profile: profile,
            level: level,
            chromaFormat: chroma,
            isInterlaced: isInterlaced,
            sampleAspectRatio: shape,
            parameterSets: [[0xB3] + header.prefix(8)]
        )
    }

    private static func objectType(_ profile: Int) -> UInt8 {
        switch profile {
        case 5: 0x60  // Simple
        case 3: 0x62  // SNR scalable
        case 2: 0x63  // spatially scalable
        case 1: 0x64  // High
        default: 0x61  // Main
        }
    }

    /// The shape of a sample from that of the whole picture (table 6-3).
    private static func sampleShape(_ code: Int, _ width: Int, _ height: Int, isMPEG2: Bool) -> SampleAspectRatio {
        let shapes = [2: (4, 3), 3: (16, 9), 4: (221, 100)]
        guard isMPEG2, let shape = shapes[code], let ratio = FrameRate(shape.0 * height, shape.1 * width) else {
            return .square
        }
        return SampleAspectRatio(width: ratio.numerator, height: ratio.denominator)
    }
}
