import CFFmpeg
import HLSKit

/// One stream of an open input.
///
/// Valid as long as the input, which it keeps alive.
struct InputStream {
    let pointer: UnsafeMutablePointer<AVStream>
    let index: Int
    let owner: InputFile

    enum Kind {
        case video
        case audio
        case other
    }

    var parameters: UnsafeMutablePointer<AVCodecParameters> { pointer.pointee.codecpar }
    var timeBase: AVRational { pointer.pointee.time_base }
    var codec: AVCodecID { parameters.pointee.codec_id }

    var kind: Kind {
        switch parameters.pointee.codec_type {
        case AVMEDIA_TYPE_VIDEO: .video
        case AVMEDIA_TYPE_AUDIO: .audio
        default: isNewVideoType ? .video : .other
        }
    }

    /// The number of frames as far as the container tells; 0 when it does not.
    var frameCount: Int64 { max(0, pointer.pointee.nb_frames) }

    /// FFmpeg's name of the coding, such as `h264`.
    var codecName: String {
        String(cString: avcodec_get_name(codec))
    }

    /// The name of the profile, such as `High`, when there is one.
    var profileName: String? {
        avcodec_profile_name(codec, parameters.pointee.profile).map { String(cString: $0) }
    }

    var extradata: [UInt8] {
        guard let data = parameters.pointee.extradata, parameters.pointee.extradata_size > 0 else { return [] }
        return Array(UnsafeBufferPointer(start: data, count: Int(parameters.pointee.extradata_size)))
    }

    /// A cover or thumbnail: one picture that stands beside the film.
    var isCoverArt: Bool {
        pointer.pointee.disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS) != 0
    }

    var isDefault: Bool { pointer.pointee.disposition & AV_DISPOSITION_DEFAULT != 0 }

    /// Commentary, or a track made for people who hear or see little: never the first choice.
    var isSpecialPurpose: Bool {
        let special = AV_DISPOSITION_COMMENT | AV_DISPOSITION_HEARING_IMPAIRED | AV_DISPOSITION_VISUAL_IMPAIRED
        return pointer.pointee.disposition & special != 0
    }

    var channels: Int { Int(parameters.pointee.ch_layout.nb_channels) }
    var sampleRate: Int { Int(parameters.pointee.sample_rate) }
    var width: Int { Int(parameters.pointee.width) }
    var height: Int { Int(parameters.pointee.height) }

    /// Pictures a second as the container or the stream tells; nil when neither does.
    ///
    /// Where the rate varies it is the one that all pictures fit into, rather than the average.
    var frameRate: AVRational? {
        let average = pointer.pointee.avg_frame_rate
        let base = pointer.pointee.r_frame_rate
        let hasBase = base.isPositive && base.value < 61
        guard average.isPositive, average.value < 1000 else { return hasBase ? base : nil }
        // A base of twice the average counts fields.
        let countsFields = abs(base.value - 2 * average.value) < 0.02 * base.value
        return hasBase && !countsFields ? base : average
    }

    /// The shape of a sample that the container tells; nil when it tells none, or one of no picture.
    var containerSampleAspectRatio: AVRational? {
        let ratio = pointer.pointee.sample_aspect_ratio
        let shape = SampleAspectRatio(width: Int(ratio.num), height: Int(ratio.den))
        guard ratio.isPositive, shape.writable != nil, width > 0, height > 0 else { return nil }
        // Where an MP4 track says how large a turned picture is shown, but as it is seen, FFmpeg takes it for a shape.
        let inverse = Double(height * height) / Double(width * width)
        if orientation?.isUpright != true, width != height, abs(ratio.value / inverse - 1) < 0.02 { return nil }
        return ratio
    }

    var startTime: MediaTime? { MediaTime(pointer.pointee.start_time, in: timeBase) }
    var duration: MediaTime? { MediaTime(pointer.pointee.duration, in: timeBase) }

    /// Degrees, clockwise, that the picture must be turned by to stand upright: 0, 90, 180 or 270, and whether it is
    /// mirrored besides.
    ///
    /// Nil for a matrix that is no such turn.
    var orientation: Orientation? {
        guard let matrix = w2g_display_matrix(pointer) else { return Orientation() }
        return Orientation(matrix: (0..<9).map { matrix[$0] })
    }

    // MARK: Index

    /// The container's index of the stream, as far as it is known.
    var indexEntries: some Sequence<RandomAccessSurvey.IndexEntry> {
        (0..<avformat_index_get_entries_count(pointer)).lazy.compactMap { position in
            guard let entry = avformat_index_get_entry(pointer, position),
                let time = MediaTime(entry.pointee.timestamp, in: timeBase)
            else { return nil }
            let flags = Int32(entry.pointee.flags)
            return RandomAccessSurvey.IndexEntry(
                offset: entry.pointee.pos,
                byteCount: Int(entry.pointee.size),
                time: time,
                isKey: flags & AVINDEX_KEYFRAME != 0,
                isHidden: flags & AVINDEX_DISCARD_FRAME != 0
            )
        }
    }
}

/// How a picture lies: a quarter turn and a mirror, as a display matrix tells (ISO/IEC 14496-12 8.3.2).
struct Orientation: Hashable, Sendable {
    /// Degrees, clockwise, from the coded picture to the upright one: 0, 90, 180 or 270.
    var rotation = 0
    /// Whether the picture is flipped left to right after it was turned.
    var isMirrored = false

    var isUpright: Bool { self == Orientation() }

    init() {}

    init(rotation: Int, isMirrored: Bool = false) {
        self.rotation = rotation
        self.isMirrored = isMirrored
    }

    /// Takes what an SEI message tells; nil when it is no quarter turn.
    init?(_ message: H264DisplayOrientation) {
        let turns = message.anticlockwiseDegrees / 90
        let quarters = turns.rounded()
        guard abs(turns - quarters) < 0.01 else { return nil }
        // Flipping first and then turning anticlockwise is turning clockwise first and then flipping; upside down is left to
        // right and half a turn.
        isMirrored = message.isFlippedHorizontally != message.isFlippedVertically
        let clockwise = Int(isMirrored ? quarters : 4 - quarters) + (message.isFlippedVertically ? 2 : 0)
        rotation = clockwise % 4 * 90
    }

    /// Reads the two-by-two part of a matrix; nil when it is no quarter turn.
    init?(matrix: [Int32]) {
        guard matrix.count == 9 else { return nil }
        let signs = [matrix[0], matrix[1], matrix[3], matrix[4]].map { $0.signum() }
        switch signs {
        case [1, 0, 0, 1]: self.init()
        case [0, 1, -1, 0]: self.init(rotation: 90)
        case [-1, 0, 0, -1]: self.init(rotation: 180)
        case [0, -1, 1, 0]: self.init(rotation: 270)
        case [-1, 0, 0, 1]: self.init(rotation: 0, isMirrored: true)
        case [0, 1, 1, 0]: self.init(rotation: 90, isMirrored: true)
        case [1, 0, 0, -1]: self.init(rotation: 180, isMirrored: true)
        case [0, -1, -1, 0]: self.init(rotation: 270, isMirrored: true)
        default: return nil
        }
    }
}

// MARK: Encryption

extension InputStream {
    /// Types of streams in transport streams with samples that HLS encrypts ("MPEG-2 Stream Encryption Format for HTTP Live
    /// Streaming").
    private static let encryptedTypes: Set<UInt32> = [0xC1, 0xC2, 0xCF, 0xDB]

    /// Whether the container says that the samples are encrypted.
    var isEncrypted: Bool {
        if owner.formatName.hasPrefix("mov") { return owner.encryptedTracks.contains(Int(pointer.pointee.id)) }
        // FFmpeg hands over the key's name of a Matroska track.
        if av_dict_get(pointer.pointee.metadata, "enc_key_id", nil, 0) != nil { return true }
        guard owner.formatName == "mpegts" else { return false }
        return Self.encryptedTypes.contains(parameters.pointee.codec_tag)
            || owner.isScrambled(UInt16(truncatingIfNeeded: pointer.pointee.id))
    }
}

extension InputStream {
    /// Whether FFmpeg knows the codec, and has a decoder for it.
    var isDecodable: Bool { avcodec_find_decoder(codec) != nil }

    /// Codecs that are newer than FFmpeg 5, by their names in MP4 and their types in transport streams.
    private static let newerCodecs: [String: String] = [
        "vvc1": "VVC", "vvi1": "VVC", "evc1": "EVC", "apv1": "APV", "avs3": "AVS3", "iamf": "IAMF",
        "ac-4": "AC-4", "mhm1": "MPEG-H 3D Audio", "mhm2": "MPEG-H 3D Audio", "mha1": "MPEG-H 3D Audio",
    ]
    private static let vvcType: UInt32 = 0x33

    /// The name of the codec for people, where FFmpeg or the container tells one.
    var codingName: String? {
        if codec != AV_CODEC_ID_NONE { return codecName }
        let tag = parameters.pointee.codec_tag
        if isNewVideoType { return "VVC" }
        let characters = (0..<4).map { UInt8(truncatingIfNeeded: tag >> (8 * $0)) }
        guard characters.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        let name = String(decoding: characters, as: UTF8.self)
        return Self.newerCodecs[name].map { "\($0) (\(name))" } ?? "'\(name)'"
    }

    /// A type of stream in transport streams that FFmpeg 5 does not take for a picture.
    fileprivate var isNewVideoType: Bool {
        owner.formatName == "mpegts" && codec == AV_CODEC_ID_NONE && parameters.pointee.codec_tag == Self.vvcType
    }

    // MARK: For people

    var language: String? { tag("language").flatMap { $0 == "und" ? nil : $0 } }
    /// FFmpeg stores the name of a rendition of HLS as its comment.
    var title: String? { tag("title") ?? (owner.formatName == "hls" ? tag("comment") : nil) }

    func tag(_ name: String) -> String? {
        av_dict_get(pointer.pointee.metadata, name, nil, 0).map { String(cString: $0.pointee.value) }
    }

    /// What the stream is when it is left out; nil for data that nobody would miss.
    var omittedKind: OmittedStream.Kind? {
        switch parameters.pointee.codec_type {
        case AVMEDIA_TYPE_VIDEO: .video
        case AVMEDIA_TYPE_AUDIO: .audio
        case AVMEDIA_TYPE_SUBTITLE: .subtitles
        default: nil
        }
    }

    /// The facts that decide the route of a picture, but for the survey.
    var videoFacts: VideoFacts {
        let format = AVPixelFormat(rawValue: parameters.pointee.format)
        let isH264 = codec == AV_CODEC_ID_H264
        let fieldOrder = parameters.pointee.field_order
        let isInterlaced: Bool =
            switch fieldOrder {
            case AV_FIELD_PROGRESSIVE: false
            case AV_FIELD_UNKNOWN: mayHoldFields
            default: true
            }
        let transfer = parameters.pointee.color_trc
        return VideoFacts(
            codec: codecName,
            profile: profileName,
            width: width,
            height: height,
            is420With8Bits: format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUVJ420P,
            isInterlaced: isInterlaced,
            orientation: orientation,
            shape: isH264
                ? SampleShape(
                    container: containerSampleAspectRatio.map {
                        SampleAspectRatio(width: Int($0.num), height: Int($0.den))
                    },
                    parameterSets: sequenceParameterSets
                ) : .asCoded,
            isHighDynamicRange: transfer == AVCOL_TRC_SMPTE2084 || transfer == AVCOL_TRC_ARIB_STD_B67,
            isReordered: parameters.pointee.video_delay > 0,
            hasTimestamps: hasPresentationTimes
        )
    }

    /// Whether an H.264 stream may code fields: containers and headers that call it progressive can be wrong.
    var mayHoldFields: Bool {
        guard codec == AV_CODEC_ID_H264 else { return false }
        return sequenceParameterSets.contains { H264SequenceParameterSet(nalUnit: $0).map { !$0.framesOnly } ?? false }
    }

    private var sequenceParameterSets: [[UInt8]] {
        AVCDecoderConfiguration(extradata)?.sequenceParameterSets ?? []
    }

    /// AVI and raw streams number pictures in decoding order only.
    private var hasPresentationTimes: Bool {
        let format = owner.formatName
        return format != "avi" && format != "h264"
    }

    /// The facts that decide the route of sound.
    var audioFacts: AudioFacts {
        let configuration = AudioSpecificConfiguration(extradata)
        let isLowComplexity =
            parameters.pointee.profile == w2g_profile_aac_low
            && configuration.map {
                $0.objectType == 2 && !$0.usesSpectralBandReplication && $0.channelConfiguration > 0
            }
                ?? true
        return AudioFacts(
            codec: codecName,
            profile: configuration?.usesSpectralBandReplication == true ? "HE-AAC" : profileName,
            isPlainAACLowComplexity: isLowComplexity,
            channels: channels,
            sampleRate: sampleRate
        )
    }
}
