import CFFmpeg
import HLSKit

/// Finds out how each track of the output will be coded, before anything is written.
enum OutputCodecs {
    /// Checks that every encoder exists and that a file of another format than HLS can hold what comes out.
    static func check(_ tracks: [ConversionPipeline.Track], format: FileFormat) throws(ConversionError) {
        for track in tracks {
            let codec = try codec(of: track)
            guard format.refuses(codec) else { continue }
            throw ConversionError(
                .invalidOption,
                "the format \(format.name) does not take \(String(cString: avcodec_get_name(codec))): choose other encoders or another --format"
            )
        }
    }

    /// Checks that every encoder exists, and finds the segments that hold what comes out.
    ///
    /// - Parameter asked: The type that the segments must have; nil for the one that more players open.
    static func segments(
        of tracks: [ConversionPipeline.Track],
        input: String,
        asked: SegmentType?
    ) throws(ConversionError) -> (SegmentType, [Coding]) {
        var codings: [Coding] = []
        for track in tracks {
            let codec = try codec(of: track)
            guard let coding = Coding(codec, sampleRate: track.stream.sampleRate),
                asked != .transportStream || coding.transportStreamCodec != nil
            else { throw refusal(of: codec, track, input: input, asked: asked) }
            codings.append(coding)
        }
        let fitsTransportStream = codings.allSatisfy { $0.transportStreamCodec != nil }
        return (asked ?? (fitsTransportStream ? .transportStream : .fragmentedMP4), codings)
    }

    private static func codec(of track: ConversionPipeline.Track) throws(ConversionError) -> AVCodecID {
        guard case .encode(let encoder, _) = track.route else { return track.stream.codec }
        let type = track.stream.kind == .video ? AVMEDIA_TYPE_VIDEO : AVMEDIA_TYPE_AUDIO
        return try CodecNames.encoder(encoder, type: type).pointee.id
    }

    private static func refusal(
        of codec: AVCodecID,
        _ track: ConversionPipeline.Track,
        input: String,
        asked: SegmentType?
    ) -> ConversionError {
        let name = String(cString: avcodec_get_name(codec))
        let isVideo = track.stream.kind == .video
        // What fragmented MP4 has a place for, transport streams may not.
        let isOnlyOfType = asked == .transportStream && Coding(codec, sampleRate: track.stream.sampleRate) != nil
        let segments = asked == .transportStream ? "segments of transport streams" : "HLS segments"
        let carried =
            switch (isVideo, asked == .transportStream) {
            case (true, true): "H.264"
            case (true, false): "H.264, HEVC, AV1 and VP9"
            case (false, true): "AAC, MP3, AC-3 and E-AC-3"
            case (false, false): "AAC, MP3, AC-3, E-AC-3, Opus and FLAC"
            }
        let advice = isOnlyOfType ? " or --segment-type fmp4" : track.route.isCopy ? "" : " or --format"
        if let encoder = track.route.track.encoder {
            return ConversionError(
                .invalidOption,
                "\(encoder) makes \(name), but \(segments) carry \(carried): choose another encoder\(advice)"
            )
        }
        let option = isVideo ? "--video-encoder auto" : "--audio-encoder auto"
        return ConversionError(
            .inputNotUsable,
            "'\(input)' holds \(name), but \(segments) carry \(carried): let it be encoded (\(option))\(advice)"
        )
    }
}
