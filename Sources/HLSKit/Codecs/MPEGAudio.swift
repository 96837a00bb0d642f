/// The header of an MPEG audio frame, layer I, II or III (ISO/IEC 11172-3 2.4.1.3, ISO/IEC 13818-3 2.4.1.3).
public struct MPEGAudioHeader: Sendable, Hashable {
    /// The bytes of a header.
    public static let byteCount = 4

    /// 1, 2 or 3.
    public var layer: Int
    /// The sampling rate in Hz.
    public var sampleRate: Int
    /// 1 or 2.
    public var channels: Int
    /// The bit rate in bits a second.
    public var bitRate: Int
    /// The bytes of the frame, header included.
    public var frameLength: Int
    /// Samples of one channel in the frame.
    public var samples: Int

    /// Kilobits a second by layer and index, for MPEG-1 and for the halved sampling rates.
    private static let fullRates = [
        [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    ]
    private static let halfRates = [
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ]

    /// Reads the header that the bytes begin with.
    ///
    /// - Returns: Nil when there is none, or when the frame has a free bit rate and so tells no length.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count >= Self.byteCount, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0 else { return nil }
        // 0 MPEG-2.5, 2 MPEG-2, 3 MPEG-1
        let version = Int(bytes[1] >> 3 & 3)
        layer = 4 - Int(bytes[1] >> 1 & 3)
        let rate = Int(bytes[2] >> 4)
        let rateIndex = Int(bytes[2] >> 2 & 3)
        guard version != 1, layer < 4, (1...14).contains(rate), rateIndex < 3 else { return nil }
        sampleRate = [44_100, 48_000, 32_000][rateIndex] >> (version == 3 ? 0 : version == 2 ? 1 : 2)
        bitRate = (version == 3 ? Self.fullRates : Self.halfRates)[layer - 1][rate] * 1_000
        channels = bytes[3] >> 6 == 3 ? 1 : 2
        let padding = Int(bytes[2] >> 1 & 1)
        samples = layer == 1 ? 384 : layer == 3 && version != 3 ? 576 : 1_152
        if layer == 1 {
            frameLength = (12 * bitRate / sampleRate + padding) * 4
        } else {
            frameLength = samples / 8 * bitRate / sampleRate + padding
        }
    }
}

/// Reads the headers of MPEG audio frames.
struct MPEGAudioReader: AudioFrameReader {
    static let headerBytes = MPEGAudioHeader.byteCount

    mutating func read(_ bytes: Span<UInt8>) -> AudioFrame? {
        guard let header = MPEGAudioHeader(bytes) else { return nil }
        let format = AudioFormat(
            codecString: "mp4a.40.\(31 + header.layer)",
            sampleRate: header.sampleRate,
            channels: header.channels,
            samplesPerUnit: header.samples,
            bitRate: header.bitRate
        )
        return AudioFrame(length: header.frameLength, format: format)
    }
}
