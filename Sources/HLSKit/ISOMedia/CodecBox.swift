/// A box with the configuration of a codec: what it states of the samples, whether an entry was read or is made.
///
/// The payload itself is in ``SampleEntry/configuration`` and is written as it is; the types of `Codecs` parse and build it.
struct CodecBox: Sendable {
    let type: BoxType
    /// The sample entries that cannot be decoded without it.
    let entries: [BoxType]
    /// The bytes of version and flags in front of the payload, where the parser of the payload does not know them.
    let headerLength: Int
    private let describe: @Sendable ([UInt8], inout SampleEntry) -> Bool

    /// Every codec box, declared once for both directions.
    static let all = [
        CodecBox("avcC", ["avc1", "avc3"], SampleEntry.describeAVC),
        CodecBox("hvcC", ["hvc1", "hev1", "dvh1", "dvhe"], SampleEntry.describeHEVC),
        CodecBox("av1C", ["av01"], SampleEntry.describeAV1),
        CodecBox("vpcC", ["vp09"], SampleEntry.describeVP9),
        CodecBox("esds", ["mp4a"], headerLength: 4, SampleEntry.describeElementaryStream),
        CodecBox("dac3", ["ac-3"]) { $1.describe(DolbyAudioConfiguration(dac3: $0)?.format) },
        CodecBox("dec3", ["ec-3"]) { $1.describe(DolbyAudioConfiguration(dec3: $0)?.format) },
        CodecBox("dOps", ["Opus"]) { $1.describe(OpusConfiguration($0)?.format) },
        CodecBox("dfLa", ["fLaC"]) { $1.describe(FLACConfiguration($0)?.format) },
        CodecBox("alac", ["alac"], headerLength: 4) { $1.describe(ALACConfiguration($0)?.format) },
    ]

    /// The boxes by their types.
    static let byType = Dictionary(uniqueKeysWithValues: all.map { ($0.type, $0) })

    /// The types of the boxes by the sample entries that need them.
    static let mandatory = Dictionary(uniqueKeysWithValues: all.flatMap { box in box.entries.map { ($0, box.type) } })

    private init(
        _ type: BoxType,
        _ entries: [BoxType],
        headerLength: Int = 0,
        _ describe: @escaping @Sendable ([UInt8], inout SampleEntry) -> Bool
    ) {
        self.type = type
        self.entries = entries
        self.headerLength = headerLength
        self.describe = describe
    }

    /// Lets the format of an entry follow from its configuration.
    ///
    /// - Returns: False when the configuration cannot be read.
    func describe(_ entry: inout SampleEntry) -> Bool {
        describe(Array(entry.configuration.dropFirst(headerLength)), &entry)
    }
}

extension SampleEntry {
    /// Lets codec string, format and framing follow from type, configuration and the other fields.
    ///
    /// - Returns: False when there is a configuration that cannot be read.
    mutating func describe() -> Bool {
        let isRead = configurationType.flatMap { CodecBox.byType[$0] }?.describe(&self) ?? true
        nameDolbyVision()
        describeWithoutConfiguration()
        return isRead
    }

    // MARK: Video

    fileprivate static func describeAVC(_ data: [UInt8], _ entry: inout SampleEntry) -> Bool {
        // Start codes are not allowed here.
        guard data.first == 1, let configuration = AVCDecoderConfiguration(data) else { return false }
        let name = entry.codingType == "avc3" ? "avc3" : "avc1"
        entry.codecString = name + configuration.codecString.dropFirst(4)
        entry.framing = configuration.framing
        let sets = configuration.sequenceParameterSets + configuration.pictureParameterSets
        let set = configuration.sequenceParameterSets.lazy.compactMap(H264SequenceParameterSet.init).first
        entry.describe(
            set?.format(parameterSets: sets),
            profile: configuration.profile,
            level: configuration.level,
            parameterSets: sets
        )
        return true
    }

    fileprivate static func describeHEVC(_ data: [UInt8], _ entry: inout SampleEntry) -> Bool {
        guard let configuration = HEVCDecoderConfiguration(data) else { return false }
        entry.codecString = configuration.codecString(sampleEntry: "\(entry.codingType)")
        entry.framing = configuration.framing
        entry.describe(
            configuration.sequenceParameterSet?.format(parameterSets: configuration.parameterSets),
            profile: configuration.profile,
            level: configuration.level,
            parameterSets: configuration.parameterSets
        )
        return true
    }

    /// Takes the format of a sequence parameter set, or what is known without one.
    private mutating func describe(_ found: VideoFormat?, profile: UInt8, level: UInt8, parameterSets: [[UInt8]]) {
        var video =
            found
            ?? VideoFormat(
                codecString: codecString,
                width: width,
                height: height,
                profile: Int(profile),
                level: Int(level),
                parameterSets: parameterSets
            )
        video.codecString = codecString
        format = .video(video)
    }

    fileprivate static func describeAV1(_ data: [UInt8], _ entry: inout SampleEntry) -> Bool {
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

    fileprivate static func describeVP9(_ data: [UInt8], _ entry: inout SampleEntry) -> Bool {
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

    /// Names what has a string of its own on top of the codec.
    private mutating func nameDolbyVision() {
        guard let dolbyVision, (["dvh1", "dvhe", "dva1", "dvav", "dav1"] as [BoxType]).contains(codingType) else {
            return
        }
        codecString = dolbyVision.codecString(sampleEntry: "\(codingType)")
        if case .video(var video)? = format {
            video.codecString = codecString
            format = .video(video)
        }
    }

    // MARK: Audio

    /// Takes the format of a configuration; false when that could not be read.
    fileprivate mutating func describe(_ found: AudioFormat?) -> Bool {
        guard let found else { return false }
        codecString = found.codecString
        format = .audio(found)
        return true
    }

    fileprivate static func describeElementaryStream(_ data: [UInt8], _ entry: inout SampleEntry) -> Bool {
        guard let descriptor = ElementaryStreamDescriptor(data) else { return false }
        entry.codecString = descriptor.codecString(sampleEntry: "\(entry.codingType)")
        guard entry.channels > 0 || entry.sampleRate > 0 else { return true }
        let plain = AudioFormat(
            codecString: entry.codecString,
            sampleRate: entry.sampleRate,
            channels: entry.channels,
            samplesPerUnit: descriptor.samplesPerUnit,
            bitRate: descriptor.averageBitRate == 0 ? nil : Int(descriptor.averageBitRate)
        )
        entry.format = .audio(descriptor.audioFormat ?? plain)
        // A configuration of AAC that cannot be read leaves nothing to decode with.
        return descriptor.objectType != 0x40 || descriptor.audioFormat != nil
    }

    /// MP3 with a tag of Windows in QuickTime: `ms` and 0x0055.
    private static let wavMP3 = BoxType(rawValue: 0x6D73_0055)

    /// Describes audio that needs no configuration: MP3 in QuickTime files, and AMR (3GPP TS 26.244 6.5).
    private mutating func describeWithoutConfiguration() {
        switch codingType {
        case ".mp3", Self.wavMP3:
            guard format == nil, sampleRate > 0 else { return }
            codecString = "mp4a.40.34"
            format = .audio(
                AudioFormat(
                    codecString: codecString,
                    sampleRate: sampleRate,
                    channels: channels,
                    samplesPerUnit: sampleRate < 32_000 ? 576 : 1_152
                )
            )
        case "samr", "sawb":
            let isWide = codingType == "sawb"
            // The entry has two channels, whatever there is; the codec has one.
            format = .audio(
                AudioFormat(
                    codecString: codecString,
                    sampleRate: isWide ? 16_000 : 8_000,
                    channels: 1,
                    samplesPerUnit: isWide ? 320 : 160
                )
            )
        default: break
        }
    }
}
