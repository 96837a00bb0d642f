import CFFmpeg

/// A muxer of libavformat that writes one file, and what it can hold.
///
/// `@unchecked Sendable`: it points to a description that is part of FFmpeg's program and never changes.
struct FileFormat: @unchecked Sendable {
    let pointer: UnsafePointer<AVOutputFormat>
    let name: String

    /// Old or special containers that list every coding, yet hold their own for players alone.
    private static let rejectsForeign: Set<String> = ["avi", "asf", "asf_stream", "wtv", "rm", "swf", "avm2"]
    /// Containers that list no coding, yet hold nearly every one.
    private static let takesAny: Set<String> = [
        "mpegts", "crc", "framecrc", "framehash", "framemd5", "hash", "md5", "streamhash",
    ]
    private static let stillPictures = [AV_CODEC_ID_PNG, AV_CODEC_ID_BMP]

    /// Finds a muxer.
    ///
    /// - Throws: ``ConversionError`` when there is none of this name, or it does not write one file.
    init(named wanted: String) throws(ConversionError) {
        pointer = try CodecNames.muxer(wanted)
        name = String(cString: pointer.pointee.name)
        guard pointer.pointee.flags & AVFMT_NOFILE == 0 else {
            throw ConversionError(
                .invalidOption,
                "the format \(name) does not write one file: choose hls, or such as mp4"
            )
        }
    }

    /// What a file's name ends with.
    var fileExtension: String {
        let extensions = pointer.pointee.extensions.map { String(cString: $0) } ?? name
        return extensions.split(separator: ",").first.map(String.init) ?? name
    }

    /// Whether encoders must put their parameter sets beside the stream.
    var wantsGlobalHeader: Bool { pointer.pointee.flags & AVFMT_GLOBALHEADER != 0 }

    /// Whether the container itself tells the shape of a sample.
    var storesSampleAspectRatio: Bool { Self.storingSampleAspectRatio.contains(name) }

    private static let storingSampleAspectRatio: Set<String> = [
        "mp4", "mov", "ipod", "ismv", "f4v", "3gp", "3g2", "psp", "matroska", "webm", "avi", "nut",
    ]

    // MARK: Codings

    /// Whether the muxer says that it cannot hold a coding.
    ///
    /// Many say nothing; they refuse when the file begins.
    func refuses(_ codec: AVCodecID) -> Bool {
        avformat_query_codec(pointer, codec, FF_COMPLIANCE_NORMAL) == 0
    }

    /// What the muxer's files hold usually; nil when there is no such stream in them.
    func usualCodec(_ kind: InputStream.Kind) -> AVCodecID? {
        let sound = pointer.pointee.audio_codec
        let picture = pointer.pointee.video_codec
        let codec = kind == .video ? picture : sound
        guard codec != AV_CODEC_ID_NONE else { return nil }
        // A cover beside the sound is no film.
        if kind == .video, sound != AV_CODEC_ID_NONE, Self.stillPictures.contains(picture) {
            return nil
        }
        return codec
    }

    /// Whether players of such files expect that a coding may be in them.
    func holds(_ codec: AVCodecID, _ kind: InputStream.Kind) -> Bool {
        guard let usual = usualCodec(kind) else { return false }
        if codec == usual || Self.takesAny.contains(name) { return true }
        // Files of sound alone are named after what is in them.
        guard usualCodec(.video) != nil, !Self.rejectsForeign.contains(name) else { return false }
        return avformat_query_codec(pointer, codec, FF_COMPLIANCE_NORMAL) == 1
    }

    /// The encoder for a stream that is not copied: the preferred one where its coding is held.
    func encoder(_ kind: InputStream.Kind, preferred: String) -> String {
        if let codec = avcodec_find_encoder_by_name(preferred), holds(codec.pointee.id, kind) { return preferred }
        guard let usual = usualCodec(kind), let codec = avcodec_find_encoder(usual) else { return preferred }
        return String(cString: codec.pointee.name)
    }
}
