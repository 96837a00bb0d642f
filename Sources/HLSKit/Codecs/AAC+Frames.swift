extension ADTSHeader {
    /// The configuration that the header stands for.
    public var configuration: [UInt8] {
        [objectType << 3 | sampleRateIndex >> 1, sampleRateIndex << 7 | channelConfiguration << 3]
    }

    /// What the header tells; the samples are those of one raw data block.
    var format: AudioFormat {
        AudioFormat(
            codecString: "mp4a.40.\(objectType)",
            sampleRate: AudioSpecificConfiguration.sampleRates[Int(sampleRateIndex)],
            channels: AudioSpecificConfiguration.channelCount(channelConfiguration),
            samplesPerUnit: AudioSpecificConfiguration.samplesPerFrame,
            configuration: configuration
        )
    }
}

extension AudioSpecificConfiguration {
    /// The codec string of RFC 6381: the object type as it is signalled.
    public var codecString: String {
        "mp4a.40.\(usesParametricStereo ? 29 : usesSpectralBandReplication ? 5 : Int(objectType))"
    }

    /// What the configuration tells; the sampling rate is that of the core codec, which the frames count in.
    var format: AudioFormat {
        let coded = Self.channelCount(channelConfiguration) ?? programChannels
        var format = AudioFormat(
            codecString: codecString,
            sampleRate: sampleRate,
            channels: usesParametricStereo && coded == 1 ? 2 : coded,
            samplesPerUnit: Self.samplesPerFrame
        )
        if usesSpectralBandReplication { format.outputSampleRate = extensionSampleRate ?? 2 * sampleRate }
        return format
    }

    /// Samples of one channel in a frame.
    static let samplesPerFrame = 1_024

    /// The channels of a `channelConfiguration` (table 1.19); nil for one that is described in the stream or reserved.
    static func channelCount(_ configuration: UInt8) -> Int? {
        switch configuration {
        case 1...6: Int(configuration)
        case 7, 12, 14: 8
        case 11: 7
        case 13: 24
        default: nil
        }
    }
}

/// Reads the headers of AAC frames (ADTS).
struct ADTSReader: AudioFrameReader {
    static let headerBytes = ADTSHeader.byteCount

    /// The channels of the last program that a frame described.
    private var programChannels: Int?

    mutating func read(_ bytes: Span<UInt8>) -> AudioFrame? {
        guard let header = ADTSHeader(bytes) else { return nil }
        let blocks = Int(bytes[6] & 3) + 1
        var format = header.format
        if header.channelConfiguration == 0 {
            let start = min(header.headerLength, bytes.count)
            // The element has fewer bytes.
            let data = bytes.array(start..<max(start, min(header.frameLength, bytes.count, start + 64)))
            programChannels = AACProgram(rawDataBlock: data)?.channels ?? programChannels
            format.channels = programChannels
        }
        return AudioFrame(
            length: header.frameLength,
            format: format,
            samples: blocks * AudioSpecificConfiguration.samplesPerFrame
        )
    }
}
