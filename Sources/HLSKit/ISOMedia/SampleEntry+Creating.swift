extension SampleEntry {
    /// Makes the entry of H.264 whose parameter sets are in the entry alone (`avc1`), or in the samples too (`avc3`).
    ///
    /// - Returns: Nil when the configuration has no sequence parameter set that can be read.
    public static func h264(_ configuration: AVCDecoderConfiguration, hasInBandSets: Bool = false) -> SampleEntry? {
        let set = configuration.sequenceParameterSets.lazy.compactMap(H264SequenceParameterSet.init(nalUnit:)).first
        guard let set else { return nil }
        let sets = configuration.sequenceParameterSets + configuration.pictureParameterSets
        return video(
            hasInBandSets ? "avc3" : "avc1",
            "avcC",
            configuration.payload,
            codecString: (hasInBandSets ? "avc3" : "avc1") + configuration.codecString.dropFirst(4),
            framing: .lengthPrefixed(bytes: configuration.framing.lengthBytes),
            set.format(parameterSets: sets)
        )
    }

    /// Makes the entry of HEVC whose parameter sets are in the entry alone (`hvc1`), or in the samples too (`hev1`).
    ///
    /// - Returns: Nil when the configuration has no sequence parameter set that can be read.
    public static func hevc(_ configuration: HEVCDecoderConfiguration, hasInBandSets: Bool = false) -> SampleEntry? {
        guard let set = configuration.sequenceParameterSet else { return nil }
        let type: BoxType = hasInBandSets ? "hev1" : "hvc1"
        return video(
            type,
            "hvcC",
            configuration.payload,
            codecString: configuration.codecString(sampleEntry: "\(type)"),
            framing: .lengthPrefixed(bytes: configuration.framing.lengthBytes),
            set.format(parameterSets: configuration.parameterSets)
        )
    }

    /// Makes the entry of AV1 from the payload of its `av1C` box.
    ///
    /// - Returns: Nil when the configuration cannot be read, or the size is not positive.
    public static func av1(configuration data: [UInt8], width: Int, height: Int) -> SampleEntry? {
        guard let configuration = AV1Configuration(data) else { return nil }
        let format = VideoFormat(
            codecString: configuration.codecString(colour: ColourDescription()),
            width: width,
            height: height,
            profile: Int(configuration.profile),
            level: Int(configuration.level),
            chromaFormat: configuration.chromaFormat,
            bitDepth: configuration.bitDepth
        )
        return video("av01", "av1C", data, codecString: format.codecString, framing: nil, format)
    }

    /// Makes the entry of VP9.
    ///
    /// - Returns: Nil when the size is not positive.
    public static func vp9(_ configuration: VP9Configuration, width: Int, height: Int) -> SampleEntry? {
        let format = VideoFormat(
            codecString: configuration.codecString,
            width: width,
            height: height,
            profile: Int(configuration.profile),
            level: Int(configuration.level),
            chromaFormat: max(1, Int(configuration.chromaSubsampling)),
            bitDepth: Int(configuration.bitDepth),
            colour: configuration.colour
        )
        return video("vp09", "vpcC", configuration.payload, codecString: format.codecString, framing: nil, format)
    }

    /// Makes the entry of AAC from its `AudioSpecificConfig`.
    ///
    /// - Returns: Nil when the configuration cannot be read.
    public static func aac(configuration data: [UInt8]) -> SampleEntry? {
        let descriptor = ElementaryStreamDescriptor(objectType: 0x40, configuration: data)
        guard let format = descriptor.audioFormat else { return nil }
        return audio("mp4a", "esds", [0, 0, 0, 0] + descriptor.payload, format)
    }

    /// Makes the entry of MPEG-1 or MPEG-2 audio, layer I, II or III.
    public static func mpegAudio(_ header: MPEGAudioHeader) -> SampleEntry {
        // 0x6B is ISO/IEC 11172-3, 0x69 the halved rates of ISO/IEC 13818-3.
        let descriptor = ElementaryStreamDescriptor(objectType: header.sampleRate >= 32_000 ? 0x6B : 0x69)
        let format = AudioFormat(
            codecString: descriptor.codecString(sampleEntry: "mp4a"),
            sampleRate: header.sampleRate,
            channels: header.channels,
            samplesPerUnit: header.samples
        )
        return audio("mp4a", "esds", [0, 0, 0, 0] + descriptor.payload, format)
    }

    /// Makes the entry of AC-3 or E-AC-3 from its first access unit.
    ///
    /// - Parameter unit: The frame with the frames of its dependent substreams, if there are some.
    /// - Returns: Nil when the unit does not begin with a header, or has a rate that the box cannot express.
    public static func dolbyAudio(firstUnit unit: Span<UInt8>) -> SampleEntry? {
        guard let header = DolbyAudioHeader(unit), let payload = DolbyAudioConfiguration.payload(firstUnit: unit),
            var format =
                (header.isEnhanced
                ? DolbyAudioConfiguration(dec3: payload) : DolbyAudioConfiguration(dac3: payload))?.format
        else { return nil }
        format.samplesPerUnit = header.samples
        return audio(header.isEnhanced ? "ec-3" : "ac-3", header.isEnhanced ? "dec3" : "dac3", payload, format)
    }

    /// Makes the entry of Opus from the payload of its `dOps` box.
    ///
    /// - Returns: Nil when the configuration cannot be read.
    public static func opus(configuration data: [UInt8]) -> SampleEntry? {
        AudioConfigurations.opus(data).map { audio("Opus", "dOps", data, $0) }
    }

    /// Makes the entry of FLAC from the 34 bytes of its stream information (RFC 9639 8.2).
    ///
    /// - Returns: Nil when the stream information cannot be read.
    public static func flac(streamInformation: [UInt8]) -> SampleEntry? {
        // One metadata block, the last one, of type 0.
        let payload = [0, 0, 0, 0, 0x80, 0, 0, UInt8(clamping: streamInformation.count)] + streamInformation
        return AudioConfigurations.flac(payload).map { audio("fLaC", "dfLa", payload, $0) }
    }

    private static func video(
        _ type: BoxType,
        _ configurationType: BoxType,
        _ configuration: [UInt8],
        codecString: String,
        framing: NALUnitFraming?,
        _ format: VideoFormat
    ) -> SampleEntry? {
        guard (1...0xFFFF).contains(format.width), (1...0xFFFF).contains(format.height) else { return nil }
        var entry = SampleEntry(type: type)
        entry.codecString = codecString
        entry.configurationType = configurationType
        entry.configuration = configuration
        entry.framing = framing
        entry.width = format.width
        entry.height = format.height
        var format = format
        format.codecString = codecString
        entry.format = .video(format)
        if format.colour != ColourDescription() { entry.colour = format.colour }
        if format.sampleAspectRatio.width != format.sampleAspectRatio.height {
            entry.sampleAspectRatio = format.sampleAspectRatio
        }
        return entry
    }

    private static func audio(
        _ type: BoxType,
        _ configurationType: BoxType,
        _ configuration: [UInt8],
        _ format: AudioFormat
    ) -> SampleEntry {
        var entry = SampleEntry(type: type)
        entry.codecString = format.codecString
        entry.configurationType = configurationType
        entry.configuration = configuration
        entry.channels = format.channels ?? 2
        entry.sampleRate = format.sampleRate
        entry.format = .audio(format)
        return entry
    }
}
