/// What the sequence header of an AV1 stream describes ("AV1 Bitstream & Decoding Process Specification" 5.5).
public struct AV1SequenceHeader: Sendable, Hashable {
    /// The configuration that MP4 stores beside the stream, with the header as its only OBU.
    public private(set) var configuration: AV1Configuration
    /// The widest frame, in pixels.
    public private(set) var width = 0
    /// The highest frame, in pixels.
    public private(set) var height = 0
    /// The meaning of the sample values; nil when the header leaves it open.
    public private(set) var colour: ColourDescription?

    private static let sequenceHeaderType: UInt8 = 1
    /// Selects the value for each frame (`SELECT_SCREEN_CONTENT_TOOLS`).
    private static let selectedByFrame: UInt8 = 2

    /// Reads the first sequence header among the OBUs of a temporal unit (5.3).
    ///
    /// - Returns: Nil when there is none, or it ends early.
    public init?(_ temporalUnit: Span<UInt8>) {
        var position = 0
        while position < temporalUnit.count {
            let header = temporalUnit[position]
            let hasExtension = header & 4 != 0
            position += hasExtension ? 2 : 1
            var size = temporalUnit.count - position
            if header & 2 != 0 {
                guard let stated = Self.readSize(temporalUnit, &position) else { return nil }
                size = stated
            }
            guard size >= 0, size <= temporalUnit.count - position else { return nil }
            let payload = position..<position + size
            if header >> 3 & 15 == Self.sequenceHeaderType {
                self.init(payload: temporalUnit.array(payload))
                return
            }
            position = payload.upperBound
        }
        return nil
    }

    /// Reads `leb128()` (4.10.5); nil when it ends early or is larger than 32 bits.
    private static func readSize(_ bytes: Span<UInt8>, _ position: inout Int) -> Int? {
        var size = 0
        for index in 0..<8 where position < bytes.count {
            let byte = bytes[position]
            position += 1
            size |= Int(byte & 0x7F) << (7 * index)
            if byte & 0x80 == 0 { return size <= Int(UInt32.max) ? size : nil }
        }
        return nil
    }

    private init?(payload: [UInt8]) {
        configuration = AV1Configuration(sequenceHeader: payload)
        var reader = BitReader(payload)
        guard (try? read(&reader)) != nil else { return nil }
    }

    // MARK: Fields of 5.5.1

    private mutating func read(_ reader: inout BitReader) throws(BitReader.EndOfData) {
        configuration.profile = try reader.readByte(3)
        try reader.skip(1)  // still_picture
        let isReduced = try reader.readFlag()
        if isReduced {
            configuration.level = try reader.readByte(5)
        } else {
            try readOperatingPoints(&reader)
        }
        let (widthBits, heightBits) = (Int(try reader.read(4)) + 1, Int(try reader.read(4)) + 1)
        width = Int(try reader.read(widthBits)) + 1
        height = Int(try reader.read(heightBits)) + 1
        // Lengths of frame numbers.
        if !isReduced, try reader.readFlag() { try reader.skip(7) }
        try reader.skip(3)  // superblock size, two intra tools
        if !isReduced { try skipInterTools(&reader) }
        try reader.skip(3)  // superres, cdef, restoration
        try readColour(&reader)
    }

    private mutating func readOperatingPoints(_ reader: inout BitReader) throws(BitReader.EndOfData) {
        var delayLength: Int?
        if try reader.readFlag() {  // timing_info_present_flag
            try reader.skip(64)
            if try reader.readFlag() { _ = try reader.readUnsignedExpGolomb() }
            if try reader.readFlag() {  // decoder_model_info_present_flag
                delayLength = Int(try reader.read(5)) + 1
                try reader.skip(42)
            }
        }
        let hasDisplayDelay = try reader.readFlag()
        for number in 0...Int(try reader.read(5)) {
            try reader.skip(12)  // operating_point_idc
            let level = try reader.readByte(5)
            let isHighTier = level > 7 ? try reader.readFlag() : false
            if number == 0 { (configuration.level, configuration.isHighTier) = (level, isHighTier) }
            if let delayLength, try reader.readFlag() { try reader.skip(2 * delayLength + 1) }
            guard hasDisplayDelay, try reader.readFlag() else { continue }
            let delay = try reader.readByte(4)
            if number == 0 { configuration.presentationDelay = delay }
        }
    }

    private func skipInterTools(_ reader: inout BitReader) throws(BitReader.EndOfData) {
        try reader.skip(4)
        let hasOrderHint = try reader.readFlag()
        if hasOrderHint { try reader.skip(2) }
        let screenContent = try reader.readFlag() ? Self.selectedByFrame : try reader.readByte(1)
        if screenContent > 0, try !reader.readFlag() { try reader.skip(1) }
        if hasOrderHint { try reader.skip(3) }
    }

    /// Reads `color_config()` (5.5.2).
    private mutating func readColour(_ reader: inout BitReader) throws(BitReader.EndOfData) {
        let profile = configuration.profile
        configuration.bitDepth = try reader.readFlag() ? 10 : 8
        if profile == 2, configuration.bitDepth == 10, try reader.readFlag() { configuration.bitDepth = 12 }
        configuration.isMonochrome = profile == 1 ? false : try reader.readFlag()
        var described = ColourDescription()
        if try reader.readFlag() {
            described.primaries = try reader.readByte()
            described.transfer = try reader.readByte()
            described.matrix = try reader.readByte()
            colour = described
        }
        let isRGB = (described.primaries, described.transfer, described.matrix) == (1, 13, 0)
        // sRGB without a field: all values, all samples.
        described.isFullRange = isRGB && !configuration.isMonochrome ? true : try reader.readFlag()
        if colour != nil || described.isFullRange { colour = described }
        if configuration.isMonochrome { return }
        if isRGB {
            (configuration.isSubsampledHorizontally, configuration.isSubsampledVertically) = (false, false)
        } else {
            try readSubsampling(&reader)
        }
    }

    private mutating func readSubsampling(_ reader: inout BitReader) throws(BitReader.EndOfData) {
        switch (configuration.profile, configuration.bitDepth) {
        case (0, _): break
        case (1, _): (configuration.isSubsampledHorizontally, configuration.isSubsampledVertically) = (false, false)
        case (_, 12):
            configuration.isSubsampledHorizontally = try reader.readFlag()
            configuration.isSubsampledVertically =
                configuration.isSubsampledHorizontally ? try reader.readFlag() : false
        default: configuration.isSubsampledVertically = false
        }
        guard configuration.isSubsampledHorizontally, configuration.isSubsampledVertically else { return }
        configuration.chromaSamplePosition = try reader.readByte(2)
    }
}

extension AV1Configuration {
    /// A configuration whose fields have the values of the most common streams, with a header as its OBU.
    fileprivate init(sequenceHeader payload: [UInt8]) {
        profile = 0
        level = 0
        isHighTier = false
        bitDepth = 8
        isMonochrome = false
        isSubsampledHorizontally = true
        isSubsampledVertically = true
        chromaSamplePosition = 0
        // obu_type 1, obu_has_size_field; then leb128().
        var unit: [UInt8] = [0x0A]
        var size = payload.count
        repeat {
            unit.append(UInt8(size & 0x7F) | (size > 0x7F ? 0x80 : 0))
            size >>= 7
        } while size > 0
        configurationUnits = unit + payload
    }
}
