extension SampleEntry {
    /// Makes the entry of H.264 whose parameter sets are in the entry alone (`avc1`), or in the samples too (`avc3`).
    ///
    /// - Returns: Nil when the configuration has no sequence parameter set that can be read.
    public static func h264(_ configuration: AVCDecoderConfiguration, hasInBandSets: Bool = false) -> SampleEntry? {
        let set = configuration.sequenceParameterSets.lazy.compactMap(H264SequenceParameterSet.init(nalUnit:)).first
        guard let set else { return nil }
        return SampleEntry(
            video: hasInBandSets ? "avc3" : "avc1",
            "avcC",
            configuration.payload,
            width: set.width,
            height: set.height
        )
    }

    /// Makes the entry of HEVC whose parameter sets are in the entry alone (`hvc1`), or in the samples too (`hev1`).
    ///
    /// - Returns: Nil when the configuration has no sequence parameter set that can be read.
    public static func hevc(_ configuration: HEVCDecoderConfiguration, hasInBandSets: Bool = false) -> SampleEntry? {
        guard let set = configuration.sequenceParameterSet else { return nil }
        let size = set.format(parameterSets: [])
        return SampleEntry(
            video: hasInBandSets ? "hev1" : "hvc1",
            "hvcC",
            configuration.payload,
            width: size.width,
            height: size.height
        )
    }

    /// Makes the entry of AV1 from the payload of its `av1C` box.
    ///
    /// - Parameter colour: The meaning of sample values, where it is known: codec string and `colr` state it.
    /// - Returns: Nil when the configuration cannot be read, or the size is not positive.
    public static func av1(
        configuration data: [UInt8],
        width: Int,
        height: Int,
        colour: ColourDescription? = nil
    ) -> SampleEntry? {
        SampleEntry(video: "av01", "av1C", data, width: width, height: height, colour: colour)
    }

    /// Makes the entry of VP9.
    ///
    /// - Returns: Nil when the size is not positive.
    public static func vp9(_ configuration: VP9Configuration, width: Int, height: Int) -> SampleEntry? {
        SampleEntry(video: "vp09", "vpcC", configuration.payload, width: width, height: height)
    }

    /// Makes the entry of AAC from its `AudioSpecificConfig`.
    ///
    /// - Returns: Nil when the configuration cannot be read.
    public static func aac(configuration data: [UInt8]) -> SampleEntry? {
        let descriptor = ElementaryStreamDescriptor(objectType: 0x40, configuration: data)
        guard let format = descriptor.audioFormat else { return nil }
        return SampleEntry(audio: "mp4a", "esds", [0, 0, 0, 0] + descriptor.payload, format)
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
        var entry = SampleEntry(type: "mp4a")
        entry.takeAudio("esds", [0, 0, 0, 0] + descriptor.payload, format)
        entry.format = .audio(format)
        return entry
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
        // Frames of E-AC-3 may have fewer blocks, which the configuration does not state.
        format.samplesPerUnit = header.samples
        var entry = SampleEntry(
            audio: header.isEnhanced ? "ec-3" : "ac-3",
            header.isEnhanced ? "dec3" : "dac3",
            payload,
            format
        )
        entry?.format = .audio(format)
        return entry
    }

    /// Makes the entry of Opus from the payload of its `dOps` box.
    ///
    /// - Returns: Nil when the configuration cannot be read.
    public static func opus(configuration data: [UInt8]) -> SampleEntry? {
        guard let configuration = OpusConfiguration(data) else { return nil }
        return SampleEntry(audio: "Opus", "dOps", data, configuration.format)
    }

    /// Makes the entry of FLAC from the 34 bytes of its stream information (RFC 9639 8.2).
    ///
    /// - Returns: Nil when the stream information cannot be read.
    public static func flac(streamInformation: [UInt8]) -> SampleEntry? {
        guard let configuration = FLACConfiguration(streamInformation: streamInformation) else { return nil }
        return SampleEntry(audio: "fLaC", "dfLa", configuration.payload, configuration.format)
    }

    private init?(
        video type: BoxType,
        _ configurationType: BoxType,
        _ configuration: [UInt8],
        width: Int,
        height: Int,
        colour: ColourDescription? = nil
    ) {
        guard (1...0xFFFF).contains(width), (1...0xFFFF).contains(height) else { return nil }
        self.init(type: type)
        self.configurationType = configurationType
        self.configuration = configuration
        self.width = width
        self.height = height
        self.colour = colour
        guard describe(), case .video(let video)? = format else { return nil }
        if colour == nil, video.colour != ColourDescription() { self.colour = video.colour }
        if video.sampleAspectRatio.width != video.sampleAspectRatio.height {
            sampleAspectRatio = video.sampleAspectRatio
        }
    }

    private init?(
        audio type: BoxType,
        _ configurationType: BoxType,
        _ configuration: [UInt8],
        _ format: AudioFormat
    ) {
        self.init(type: type)
        guard takeAudio(configurationType, configuration, format) else { return nil }
    }

    /// Takes a configuration, and the fields of the entry itself that belong to its format.
    @discardableResult
    private mutating func takeAudio(
        _ configurationType: BoxType,
        _ configuration: [UInt8],
        _ format: AudioFormat
    ) -> Bool {
        self.configurationType = configurationType
        self.configuration = configuration
        channels = format.channels ?? 2
        sampleRate = Self.entrySampleRate(format.sampleRate)
        return describe()
    }
}
