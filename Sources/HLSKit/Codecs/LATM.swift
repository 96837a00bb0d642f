/// Reads the headers of AAC in LATM with the synchronisation of LOAS (ISO/IEC 14496-3 1.7.2 and 1.7.3).
///
/// A unit is one `AudioSyncStream` frame with its header. The configuration stands in some frames only, and the ones
/// behind them keep it.
struct LOASReader: AudioFrameReader {
    static let headerBytes = 3

    private var format: AudioFormat?

    mutating func read(_ bytes: Span<UInt8>) -> AudioFrame? {
        guard bytes.count >= 3, bytes[0] == 0x56, bytes[1] & 0xE0 == 0xE0 else { return nil }
        let length = 3 + (Int(bytes[1] & 0x1F) << 8 | Int(bytes[2]))
        guard length > 3 else { return nil }
        if bytes.count >= length {
            let frame = bytes.array(3..<min(length, 3 + 64))
            format = Self.configuration(of: frame) ?? format
        }
        // Until the configuration has come, what the headers tell is nothing.
        let known = format ?? AudioFormat(codecString: "mp4a.40.2", sampleRate: 0, channels: nil, samplesPerUnit: 1_024)
        return AudioFrame(length: length, format: known)
    }

    /// Reads `StreamMuxConfig` of a frame (1.7.3.2), as far as the first layer of the first program.
    private static func configuration(of frame: [UInt8]) -> AudioFormat? {
        var reader = BitReader(frame)
        do {
            guard try !reader.readFlag() else { return nil }  // useSameStreamMux
            let version = try reader.readFlag()
            if version, try reader.readFlag() { return nil }  // audioMuxVersionA is reserved
            if version { _ = try reader.readLATMValue() }  // taraBufferFullness
            try reader.skip(1 + 6 + 4 + 3)  // same framing, subframes, programs, layers
            if version { _ = try reader.readLATMValue() }  // ascLen
            return try format(&reader)
        } catch {
            return nil
        }
    }

    private static func format(_ reader: inout BitReader) throws(BitReader.EndOfData) -> AudioFormat? {
        guard let configuration = try AudioSpecificConfiguration(&reader) else { return nil }
        return configuration.format
    }
}
