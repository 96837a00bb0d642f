import CFFmpeg
import HLSKit

/// Finds out how each track of the output will be coded, before anything is written.
enum OutputCodecs {
    /// Checks that every encoder exists and that HLS segments can carry what comes out.
    ///
    /// - Parameter format: The muxer of another format than HLS.
    /// - Returns: The codings in the order of the tracks; empty when the output is not HLS.
    static func check(
        _ tracks: [ConversionPipeline.Track],
        input: String,
        format: FileFormat?
    ) throws(ConversionError) -> [ElementaryStream.Codec] {
        var codecs: [ElementaryStream.Codec] = []
        for track in tracks {
            var codec = track.stream.codec
            if case .encode(let encoder, _) = track.route {
                let type = track.stream.kind == .video ? AVMEDIA_TYPE_VIDEO : AVMEDIA_TYPE_AUDIO
                codec = try CodecNames.encoder(encoder, type: type).pointee.id
            }
            if let format {
                try check(codec, goesInto: format)
                continue
            }
            guard let known = transportStreamCodec(codec, sampleRate: track.stream.sampleRate) else {
                throw refusal(of: codec, track, input: input)
            }
            codecs.append(known)
        }
        return codecs
    }

    private static func check(
        _ codec: AVCodecID,
        goesInto format: FileFormat
    ) throws(ConversionError) {
        guard format.refuses(codec) else { return }
        throw ConversionError(
            .invalidOption,
            "the format \(format.name) does not take \(String(cString: avcodec_get_name(codec))): choose other encoders or another --format"
        )
    }

    /// The codings that HLS segments carry to every player, by FFmpeg's number.
    private static func transportStreamCodec(_ codec: AVCodecID, sampleRate: Int) -> ElementaryStream.Codec? {
        switch codec {
        case AV_CODEC_ID_H264: .h264
        case AV_CODEC_ID_AAC: .aac
        case AV_CODEC_ID_MP3, AV_CODEC_ID_MP2: sampleRate > 0 && sampleRate < 32_000 ? .mpeg2Audio : .mpeg1Audio
        case AV_CODEC_ID_AC3: .ac3
        case AV_CODEC_ID_EAC3: .enhancedAC3
        default: nil
        }
    }

    private static func refusal(
        of codec: AVCodecID,
        _ track: ConversionPipeline.Track,
        input: String
    ) -> ConversionError {
        let name = String(cString: avcodec_get_name(codec))
        let carried = track.stream.kind == .video ? "H.264" : "AAC, MP3, AC-3 and E-AC-3"
        if let encoder = track.route.track.encoder {
            return ConversionError(
                .invalidOption,
                "\(encoder) makes \(name), but HLS segments carry \(carried): choose another encoder or --format"
            )
        }
        let option = track.stream.kind == .video ? "--video-encoder auto" : "--audio-encoder auto"
        return ConversionError(
            .inputNotUsable,
            "'\(input)' holds \(name), but HLS segments carry \(carried): let it be encoded (\(option))"
        )
    }
}
