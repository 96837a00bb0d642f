extension SampleEntryReader {
    /// The boxes that hold configurations, and how many bytes of version and flags they begin with.
    private static let configurations: [BoxType: Int] = [
        "avcC": 0, "hvcC": 0, "av1C": 0, "vpcC": 0, "esds": 4, "dac3": 0, "dec3": 0, "dOps": 0, "dfLa": 0, "alac": 4,
    ]

    /// Reads the box that a child of a sample entry is, when it holds the configuration of the codec.
    mutating func readConfiguration(_ box: Box, _ entry: inout SampleEntry) {
        guard let skipped = Self.configurations[box.type], entry.configurationType == nil, log.isReadable(box)
        else { return }
        let data = Array(box.content.dropFirst(skipped))
        entry.configurationType = box.type
        entry.configuration = box.content
        let isRead =
            switch box.type {
            case "avcC": readAVC(data, &entry)
            case "hvcC": readHEVC(data, &entry)
            case "av1C": readAV1(data, &entry)
            case "vpcC": readVP9(data, &entry)
            case "esds": readElementaryStream(data, &entry)
            default: readSound(box.type, data, &entry)
            }
        if !isRead { log.add(.invalidConfiguration(box.type), in: box) }
    }

    private func readAVC(_ data: [UInt8], _ entry: inout SampleEntry) -> Bool {
        // Start codes are not allowed here.
        guard data.first == 1, let configuration = AVCDecoderConfiguration(data) else { return false }
        let name = entry.codingType == "avc3" ? "avc3" : "avc1"
        entry.codecString = name + configuration.codecString.dropFirst(4)
        entry.framing = configuration.framing
        let sets = configuration.sequenceParameterSets + configuration.pictureParameterSets
        var video =
            configuration.sequenceParameterSets.lazy.compactMap(H264SequenceParameterSet.init).first?
            .format(parameterSets: sets)
            ?? VideoFormat(
                codecString: "",
                width: entry.width,
                height: entry.height,
                profile: Int(configuration.profile),
                level: Int(configuration.level),
                parameterSets: sets
            )
        video.codecString = entry.codecString
        entry.format = .video(video)
        return true
    }

    private func readHEVC(_ data: [UInt8], _ entry: inout SampleEntry) -> Bool {
        guard let configuration = HEVCDecoderConfiguration(data) else { return false }
        entry.codecString = configuration.codecString(sampleEntry: "\(entry.codingType)")
        entry.framing = configuration.framing
        var video =
            configuration.sequenceParameterSet?.format(parameterSets: configuration.parameterSets)
            ?? VideoFormat(
                codecString: "",
                width: entry.width,
                height: entry.height,
                profile: Int(configuration.profile),
                level: Int(configuration.level),
                parameterSets: configuration.parameterSets
            )
        video.codecString = entry.codecString
        entry.format = .video(video)
        return true
    }

    private func readAV1(_ data: [UInt8], _ entry: inout SampleEntry) -> Bool {
        guard let configuration = AV1Configuration(data) else { return false }
        let colour = entry.colour ?? ColourDescription()
        entry.codecString = configuration.codecString(colour: colour)
        entry.format = .video(
            VideoFormat(
                codecString: entry.codecString,
                width: entry.width,
                height: entry.height,
                profile: Int(configuration.profile),
                level: Int(configuration.level),
                chromaFormat: configuration.chromaFormat,
                bitDepth: configuration.bitDepth,
                sampleAspectRatio: entry.sampleAspectRatio ?? .square,
                colour: colour
            )
        )
        return true
    }

    private func readVP9(_ data: [UInt8], _ entry: inout SampleEntry) -> Bool {
        guard let configuration = VP9Configuration(data) else { return false }
        entry.codecString = entry.codingType == "vp09" ? configuration.codecString : entry.codecString
        entry.format = .video(
            VideoFormat(
                codecString: entry.codecString,
                width: entry.width,
                height: entry.height,
                profile: Int(configuration.profile),
                level: Int(configuration.level),
                chromaFormat: max(1, Int(configuration.chromaSubsampling)),
                bitDepth: Int(configuration.bitDepth),
                sampleAspectRatio: entry.sampleAspectRatio ?? .square,
                colour: configuration.colour
            )
        )
        return true
    }

    private func readElementaryStream(_ data: [UInt8], _ entry: inout SampleEntry) -> Bool {
        guard let descriptor = ElementaryStreamDescriptor(data) else { return false }
        entry.codecString = descriptor.codecString(sampleEntry: "\(entry.codingType)")
        guard entry.channels > 0 || entry.sampleRate > 0 else { return true }
        let bitRate = descriptor.averageBitRate == 0 ? nil : Int(descriptor.averageBitRate)
        let plain = AudioFormat(
            codecString: entry.codecString,
            sampleRate: entry.sampleRate,
            channels: entry.channels,
            samplesPerUnit: descriptor.objectType == 0x6B ? 1_152 : 1_024,
            bitRate: bitRate
        )
        entry.format = .audio(descriptor.audioFormat ?? plain)
        // A configuration of AAC that cannot be read leaves nothing to decode with.
        return descriptor.objectType != 0x40 || descriptor.audioFormat != nil
    }

    private func readSound(_ type: BoxType, _ data: [UInt8], _ entry: inout SampleEntry) -> Bool {
        let format: AudioFormat? =
            switch type {
            case "dac3": DolbyAudioConfiguration(dac3: data)?.format
            case "dec3": DolbyAudioConfiguration(dec3: data)?.format
            case "dOps": AudioConfigurations.opus(data)
            case "dfLa": AudioConfigurations.flac(data)
            default: AudioConfigurations.alac(data)
            }
        guard let format else { return false }
        entry.codecString = format.codecString
        entry.format = .audio(format)
        return true
    }

    /// Names what has a string of its own on top of the codec, and tells configurations that are missing.
    mutating func finish(_ entry: inout SampleEntry, _ box: Box) {
        let isDolbyVision = (["dvh1", "dvhe", "dva1", "dvav", "dav1"] as [BoxType]).contains(entry.codingType)
        if let vision = entry.dolbyVision, isDolbyVision {
            entry.codecString = vision.codecString(sampleEntry: "\(entry.codingType)")
            if case .video(var video)? = entry.format {
                video.codecString = entry.codecString
                entry.format = .video(video)
            }
        }
        readPlainSound(box, &entry)
        if let type = Self.mandatory[entry.codingType], entry.configurationType == nil {
            log.add(.missingBox(type), in: box)
        }
    }

    /// MP3 with a tag of Windows in QuickTime: `ms` and 0x0055.
    private static let wavMP3 = BoxType(rawValue: 0x6D73_0055)

    /// Names sound that needs no configuration: MP3 in QuickTime files, and AMR (3GPP TS 26.244 6.5).
    private func readPlainSound(_ box: Box, _ entry: inout SampleEntry) {
        switch entry.codingType {
        case ".mp3", Self.wavMP3:
            guard entry.format == nil, entry.sampleRate > 0 else { return }
            entry.codecString = "mp4a.40.34"
            entry.format = .audio(
                AudioFormat(
                    codecString: entry.codecString,
                    sampleRate: entry.sampleRate,
                    channels: entry.channels,
                    samplesPerUnit: entry.sampleRate < 32_000 ? 576 : 1_152
                )
            )
        case "samr", "sawb":
            let isWide = entry.codingType == "sawb"
            // The entry says two channels, whatever there is; the codec has one.
            entry.format = .audio(
                AudioFormat(
                    codecString: entry.codecString,
                    sampleRate: isWide ? 16_000 : 8_000,
                    channels: 1,
                    samplesPerUnit: isWide ? 320 : 160
                )
            )
        default: break
        }
    }

    /// The box with the configuration that samples of a type cannot be decoded without.
    private static let mandatory: [BoxType: BoxType] = [
        "avc1": "avcC", "avc3": "avcC", "hvc1": "hvcC", "hev1": "hvcC", "dvh1": "hvcC", "dvhe": "hvcC",
        "av01": "av1C", "vp09": "vpcC", "mp4a": "esds", "ac-3": "dac3", "ec-3": "dec3", "Opus": "dOps", "fLaC": "dfLa",
        "alac": "alac",
    ]
}
