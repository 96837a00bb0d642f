/// How the channels of an AAC stream are arranged where no number tells it (`program_config_element`,
/// ISO/IEC 14496-3 4.4.1.1).
struct AACProgram {
    /// The channels, LFE included.
    private(set) var channels = 0

    private static let elementType: UInt32 = 5

    /// Reads the element that a raw data block begins with (4.4.2.1); nil when it begins with another one.
    init?(rawDataBlock data: [UInt8]) {
        var reader = BitReader(data)
        guard (try? reader.read(3)) == Self.elementType, let program = try? Self(&reader) else { return nil }
        self = program
    }

    /// Reads the element behind its type, as far as its list of channels.
    init(_ reader: inout BitReader) throws(BitReader.EndOfData) {
        try reader.skip(4 + 2 + 4)  // instance tag, object type, sampling frequency
        var elements = 0
        for _ in 0..<3 { elements += Int(try reader.read(4)) }  // front, side and back
        let lowFrequency = Int(try reader.read(2))
        try reader.skip(3 + 4)  // associated data, coupling
        if try reader.readFlag() { try reader.skip(4) }  // mono mixdown
        if try reader.readFlag() { try reader.skip(4) }  // stereo mixdown
        if try reader.readFlag() { try reader.skip(3) }  // matrix mixdown
        channels = lowFrequency
        for _ in 0..<elements {
            channels += try reader.readFlag() ? 2 : 1
            try reader.skip(4)
        }
    }
}
