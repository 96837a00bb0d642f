import CFFmpeg
import HLSKit

/// What a container stores of how a track is shown, beyond the configuration of its codec.
struct DisplayMetadata: Hashable, Sendable {
    /// Nil where the codec's own headers are right.
    var sampleAspectRatio: SampleAspectRatio?
    var colour: ColourDescription?
    var masteringDisplay: MasteringDisplay?
    var contentLightLevel: ContentLightLevel?
    var dolbyVision: DolbyVisionConfiguration?
}

extension TrackDescription {
    /// What an init section declares of the samples; nil where that is not known, or HLS has no place for the coding.
    ///
    /// - Parameter unit: The first access unit, where it is known; that of AV1, Dolby and MPEG audio describes itself.
    func sampleEntry(_ coding: Coding, firstUnit unit: Span<UInt8>? = nil) -> SampleEntry? {
        switch coding {
        case .h264, .hevc: return nil
        case .av1: return av1Entry(firstUnit: unit).map(adding(to:))
        case .vp9:
            return vp9Configuration.flatMap { SampleEntry.vp9($0, width: width, height: height) }.map(adding(to:))
        case .aac: return SampleEntry.aac(configuration: extradata)
        case .mpegAudio:
            guard let unit, let header = MPEGAudioHeader(unit) else { return nil }
            return SampleEntry.mpegAudio(header)
        case .ac3, .enhancedAC3:
            guard let unit else { return nil }
            return SampleEntry.dolbyAudio(firstUnit: unit)
        case .opus: return opusConfiguration.flatMap { SampleEntry.opus(configuration: $0) }
        case .flac: return SampleEntry.flac(streamInformation: Array(extradata.suffix(34)))
        }
    }

    /// Adds what the container stores of how the track is shown.
    func adding(to entry: SampleEntry) -> SampleEntry {
        var entry = entry
        if let colour = display.colour { entry.colour = colour }
        if let ratio = display.sampleAspectRatio { entry.sampleAspectRatio = ratio }
        entry.masteringDisplay = display.masteringDisplay
        entry.contentLightLevel = display.contentLightLevel
        entry.dolbyVision = display.dolbyVision
        return entry
    }

    /// From the configuration of MP4 and Matroska; else from the sequence header that encoders and other containers store, or
    /// that only the stream has.
    private func av1Entry(firstUnit unit: Span<UInt8>?) -> SampleEntry? {
        if let entry = SampleEntry.av1(configuration: extradata, width: width, height: height) { return entry }
        var header = AV1SequenceHeader(extradata.span)
        if header == nil, let unit { header = AV1SequenceHeader(unit) }
        guard let header else { return nil }
        return SampleEntry.av1(
            configuration: header.configuration.payload,
            width: header.width,
            height: header.height,
            colour: header.colour
        )
    }

    private var width: Int { parameters.map { Int($0.pointer.pointee.width) } ?? 0 }
    private var height: Int { parameters.map { Int($0.pointer.pointee.height) } ?? 0 }

    /// The payload of a `dOps` box, from the header of an Ogg stream (RFC 7845 5.1, "Encapsulation of Opus in ISO Base Media
    /// File Format" 4.3.2): without the magic, with version 0, and with the most significant byte first.
    private var opusConfiguration: [UInt8]? {
        guard extradata.starts(with: "OpusHead".utf8), extradata.count >= 19 else { return nil }
        var payload = Array(extradata.dropFirst(8))
        payload[0] = 0
        payload.swapAt(2, 3)  // pre-skip
        payload.swapAt(4, 7)  // input sample rate
        payload.swapAt(5, 6)
        payload.swapAt(8, 9)  // output gain
        return payload
    }

    private var vp9Configuration: VP9Configuration? {
        guard let fields = parameters?.pointer.pointee,
            let format = av_pix_fmt_desc_get(AVPixelFormat(rawValue: fields.format))?.pointee
        else { return nil }
        let isFullWidth = format.log2_chroma_w == 0
        return VP9Configuration(
            profile: UInt8(clamping: max(0, fields.profile)),
            level: fields.level > 0 ? UInt8(clamping: fields.level) : Self.vp9Level(width: width, height: height),
            bitDepth: UInt8(clamping: format.comp.0.depth),
            chromaSubsampling: isFullWidth ? 3 : format.log2_chroma_h == 0 ? 2 : 1,
            colour: display.colour ?? ColourDescription()
        )
    }

    /// The level of VP9 whose picture size fits, at rates of up to 60 pictures a second ("VP9 Levels"); 10 is level 1.
    private static func vp9Level(width: Int, height: Int) -> UInt8 {
        // Samples a second by level.
        let rates: [(level: UInt8, rate: Int)] = [
            (10, 829_440), (11, 2_764_800), (20, 4_608_000), (21, 9_216_000), (30, 20_736_000), (31, 36_864_000),
            (40, 83_558_400), (41, 160_432_128), (50, 311_951_360), (51, 588_251_136), (52, 1_176_502_272),
        ]
        let rate = width * height * 60
        return rates.first { $0.rate >= rate }?.level ?? 62
    }
}
