import CFFmpeg
import HLSKit

/// A coding that HLS segments can carry.
enum Coding: Hashable, Sendable {
    case h264
    case hevc
    case av1
    case vp9
    case aac
    /// MPEG audio, layer II or III; the halved sampling rates of MPEG-2 below 32 kHz.
    case mpegAudio(isHalvedRate: Bool)
    case ac3
    case enhancedAC3
    case opus
    case flac

    var isVideo: Bool {
        switch self {
        case .h264, .hevc, .av1, .vp9: true
        default: false
        }
    }

    /// The coding in transport streams that every player of HLS takes; nil when it needs CMAF.
    var transportStreamCodec: ElementaryStream.Codec? {
        switch self {
        case .h264: .h264
        case .aac: .aac
        case .mpegAudio(let isHalvedRate): isHalvedRate ? .mpeg2Audio : .mpeg1Audio
        case .ac3: .ac3
        case .enhancedAC3: .enhancedAC3
        case .hevc, .av1, .vp9, .opus, .flac: nil
        }
    }

    /// The coding of an FFmpeg codec; nil when HLS has no place for it.
    init?(_ codec: AVCodecID, sampleRate: Int) {
        switch codec {
        case AV_CODEC_ID_H264: self = .h264
        case AV_CODEC_ID_HEVC: self = .hevc
        case AV_CODEC_ID_AV1: self = .av1
        case AV_CODEC_ID_VP9: self = .vp9
        case AV_CODEC_ID_AAC: self = .aac
        case AV_CODEC_ID_MP3, AV_CODEC_ID_MP2: self = .mpegAudio(isHalvedRate: sampleRate > 0 && sampleRate < 32_000)
        case AV_CODEC_ID_AC3: self = .ac3
        case AV_CODEC_ID_EAC3: self = .enhancedAC3
        case AV_CODEC_ID_OPUS: self = .opus
        case AV_CODEC_ID_FLAC: self = .flac
        default: return nil
        }
    }
}

/// What a sink must know of a track's coding.
///
/// `@unchecked Sendable`: the parameters are an immutable copy of FFmpeg's, read only.
struct TrackDescription: @unchecked Sendable {
    /// The codec's configuration that MP4 and Matroska store beside a track; empty when the units carry it.
    var extradata: [UInt8]
    /// The unit of the timestamps of its packets; FFmpeg's tracks only.
    var timeBase: AVRational
    /// Nil for tracks that are read without FFmpeg.
    var parameters: CodecParameters?
    /// Whether the parameter sets of the video change in the middle, and are in the stream.
    var hasParameterSetsInStream = false
    /// What a container stores of the colours beyond the codec's configuration.
    var display = DisplayMetadata()
    /// The language in three letters (ISO 639-2); nil when it is not known.
    var language: String?
    /// The name for people, such as `Commentary`; nil when there is none.
    var title: String?

    /// Describes a track that is read without FFmpeg.
    init(extradata: [UInt8], display: DisplayMetadata = DisplayMetadata(), language: String? = nil) {
        self.extradata = extradata
        self.display = display
        self.language = language
        timeBase = .mediaTime
        parameters = nil
    }

    /// Describes a track of FFmpeg's.
    init(extradata: [UInt8], timeBase: AVRational, parameters: CodecParameters) {
        self.extradata = extradata
        self.timeBase = timeBase
        self.parameters = parameters
    }
}

/// Owns an `AVCodecParameters`.
final class CodecParameters {
    let pointer: UnsafeMutablePointer<AVCodecParameters>

    init(_ fill: (UnsafeMutablePointer<AVCodecParameters>) throws(FFmpegError) -> Void) throws(FFmpegError) {
        guard let pointer = avcodec_parameters_alloc() else { fatalError("out of memory") }
        self.pointer = pointer
        try fill(pointer)
    }

    deinit {
        var owned: UnsafeMutablePointer<AVCodecParameters>? = pointer
        avcodec_parameters_free(&owned)
    }
}
