/// The header of a frame of AC-3 or Enhanced AC-3 (ATSC A/52 5.3 and E.1.2).
public struct DolbyAudioHeader: Sendable, Hashable {
    /// The bytes that are read of a header.
    public static let byteCount = 7

    /// True for Enhanced AC-3.
    public var isEnhanced: Bool
    /// The sampling rate in Hz.
    public var sampleRate: Int
    /// The number of channels, LFE included.
    public var channels: Int
    /// The bytes of the frame.
    public var frameLength: Int
    /// Samples of one channel in the frame: 256 a block.
    public var samples: Int
    /// The bit rate in bits a second that the header states, nil for Enhanced AC-3.
    public var bitRate: Int?
    /// Whether the frame belongs to the one before: a dependent substream, or another program's.
    public var isDependent: Bool

    static let sampleRates = [48_000, 44_100, 32_000]
    static let channelCounts = [2, 1, 2, 3, 3, 4, 4, 5]
    /// In thousands of bits a second.
    static let bitRates = [
        32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640,
    ]

    /// Reads the header that the bytes begin with.
    ///
    /// - Returns: Nil when there is none.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count >= Self.byteCount, bytes[0] == 0x0B, bytes[1] == 0x77 else { return nil }
        let identification = bytes[5] >> 3
        if identification <= 10 {
            self.init(basic: bytes, halvings: max(8, Int(identification)) - 8)
        } else if identification <= 16 {
            self.init(enhanced: bytes)
        } else {
            return nil
        }
    }

    private init?(basic bytes: Span<UInt8>, halvings: Int) {
        let rate = Int(bytes[4] >> 6)
        let code = Int(bytes[4] & 63)
        guard rate < 3, code < Self.bitRates.count * 2 else { return nil }
        let kilobits = Self.bitRates[code / 2]
        // Words of 16 bits in 1,536 samples; 44.1 kHz does not divide evenly, so odd codes have a word more.
        let words = rate == 1 ? kilobits * 96_000 / 44_100 + code % 2 : kilobits * 96_000 / Self.sampleRates[rate]
        let mode = Int(bytes[6] >> 5)
        // The LFE flag stands behind mix levels that depend on the mode.
        var bit = 3
        if mode & 1 != 0, mode != 1 { bit += 2 }
        if mode & 4 != 0 { bit += 2 }
        if mode == 2 { bit += 2 }
        isEnhanced = false
        sampleRate = Self.sampleRates[rate] >> halvings
        channels = Self.channelCounts[mode] + Int(bytes[6] >> UInt8(7 - bit) & 1)
        frameLength = words * 2
        samples = 1_536
        bitRate = kilobits * 1_000 >> halvings
        isDependent = false
    }

    private init?(enhanced bytes: Span<UInt8>) {
        let kind = bytes[2] >> 6
        guard kind < 3 else { return nil }
        let substream = bytes[2] >> 3 & 7
        let rate = Int(bytes[4] >> 6)
        let second = Int(bytes[4] >> 4 & 3)
        guard rate < 3 || second < 3 else { return nil }
        isEnhanced = true
        frameLength = ((Int(bytes[2] & 7) << 8 | Int(bytes[3])) + 1) * 2
        sampleRate = rate < 3 ? Self.sampleRates[rate] : Self.sampleRates[second] / 2
        samples = (rate < 3 ? [1, 2, 3, 6][second] : 6) * 256
        channels = Self.channelCounts[Int(bytes[4] >> 1 & 7)] + Int(bytes[4] & 1)
        isDependent = kind == 1 || substream != 0
    }
}

/// Reads the headers of AC-3 and Enhanced AC-3 frames.
struct DolbyAudioReader: AudioFrameReader {
    static let headerBytes = DolbyAudioHeader.byteCount
    static let hasDependentFrames = true

    mutating func read(_ bytes: Span<UInt8>) -> AudioFrame? {
        guard let header = DolbyAudioHeader(bytes) else { return nil }
        let format = AudioFormat(
            codecString: header.isEnhanced ? "ec-3" : "ac-3",
            sampleRate: header.sampleRate,
            channels: header.channels,
            samplesPerUnit: header.samples,
            bitRate: header.bitRate
        )
        return AudioFrame(length: header.frameLength, format: format, beginsUnit: !header.isDependent)
    }
}
