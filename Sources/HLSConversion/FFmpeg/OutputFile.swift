import CFFmpeg
import HLSKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that a muxer of libavformat writes.
///
/// Owns the `AVFormatContext`.
final class OutputFile {
    private var context: UnsafeMutablePointer<AVFormatContext>?
    private let path: String
    private let format: String
    private var isOpen = false
    private var sourceTimeBases: [AVRational] = []

    /// Creates a file.
    init(path: String, format: FileFormat) throws(ConversionError) {
        self.path = path
        self.format = format.name
        let result = avformat_alloc_output_context2(&context, format.pointer, nil, Self.url(of: path))
        guard result >= 0, let context else {
            throw ConversionError(
                .codec,
                "the format \(format.name) cannot be set up",
                cause: FFmpegError(code: result).text
            )
        }
        context.pointee.avoid_negative_ts = AVFMT_AVOID_NEG_TS_MAKE_ZERO
        let opened = avio_open(&context.pointee.pb, Self.url(of: path), AVIO_FLAG_WRITE)
        if opened < 0 {
            avformat_free_context(context)
            self.context = nil
            throw ConversionError(
                .cannotCreateOutput,
                "'\(path)' cannot be created",
                cause: FFmpegError(code: opened).text
            )
        }
        isOpen = true
    }

    /// What FFmpeg calls the file.
    private static func url(of path: String) -> [CChar] { FileName.cString("file:" + path) }

    deinit {
        if isOpen, let context { avio_closep(&context.pointee.pb) }
        avformat_free_context(context)
    }

    /// Adds a stream and describes it.
    ///
    /// - Parameters:
    ///   - timeBase: The unit of the timestamps of the packets that will come.
    ///   - tag: The code of the coding that the container keeps; 0 for the usual one.
    ///   - metadata: What the container stores of the stream, by FFmpeg's names; nil is left out.
    func addStream(
        timeBase: AVRational,
        tag: UInt32 = 0,
        metadata: [String: String?] = [:],
        describe: (UnsafeMutablePointer<AVCodecParameters>) throws(FFmpegError) -> Void
    ) throws(ConversionError) {
        guard let stream = avformat_new_stream(context, nil) else { fatalError("out of memory") }
        do {
            try describe(stream.pointee.codecpar)
        } catch {
            throw failure(error)
        }
        stream.pointee.codecpar.pointee.codec_tag = tag
        for case (let name, let value?) in metadata { av_dict_set(&stream.pointee.metadata, name, value, 0) }
        // Matroska's muxer looks here, MP4's there.
        let ratio = stream.pointee.codecpar.pointee.sample_aspect_ratio
        if ratio.isPositive, ratio.num != ratio.den { stream.pointee.sample_aspect_ratio = ratio }
        stream.pointee.time_base = timeBase
        sourceTimeBases.append(timeBase)
    }

    func writeHeader(options: [(String, String)] = []) throws(ConversionError) {
        var dictionary: OpaquePointer?
        for (key, value) in options { av_dict_set(&dictionary, key, value, 0) }
        defer { av_dict_free(&dictionary) }
        try check(avformat_write_header(context, &dictionary))
    }

    /// Writes a packet, which is empty afterwards.
    ///
    /// Packets of different streams may come in any order.
    func write(_ packet: Packet, stream: Int) throws(ConversionError) {
        guard let target = context?.pointee.streams?[stream] else { return }
        packet.pointer.pointee.stream_index = Int32(stream)
        av_packet_rescale_ts(packet.pointer, sourceTimeBases[stream], target.pointee.time_base)
        try check(av_interleaved_write_frame(context, packet.pointer))
    }

    /// Writes what remains and closes the file.
    func finish() throws(ConversionError) {
        try check(av_write_trailer(context))
        guard isOpen, let context else { return }
        isOpen = false
        try check(avio_closep(&context.pointee.pb))
    }

    private func check(_ result: Int32) throws(ConversionError) {
        if result < 0 { throw failure(FFmpegError(code: result)) }
    }

    private func failure(_ error: FFmpegError) -> ConversionError {
        let number = w2g_errno_from_error(error.code)
        if number == ENOSPC || number == EDQUOT || number == EIO { return FileSystem.writeFailure(path, number) }
        return ConversionError(
            .codec,
            "the format \(format) does not take these streams: choose other encoders or another --format",
            cause: error.text
        )
    }
}
