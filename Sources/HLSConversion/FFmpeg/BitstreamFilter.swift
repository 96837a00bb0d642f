import CFFmpeg

/// Rewrites packets for a container that wants them in another form.
///
/// Owns the `AVBSFContext`.
final class BitstreamFilter {
    private var context: UnsafeMutablePointer<AVBSFContext>?

    /// Sets a filter up.
    ///
    /// - Parameters:
    ///   - name: As FFmpeg calls it, such as `h264_mp4toannexb`.
    ///   - parameters: What goes in.
    init(_ name: String, parameters: CodecParameters, timeBase: AVRational) throws(FFmpegError) {
        try FFmpegError.check(av_bsf_alloc(av_bsf_get_by_name(name), &context))
        try FFmpegError.check(avcodec_parameters_copy(context?.pointee.par_in, parameters.pointer))
        context?.pointee.time_base_in = timeBase
        try FFmpegError.check(av_bsf_init(context))
    }

    deinit {
        av_bsf_free(&context)
    }

    /// Describes what comes out.
    func copyParameters(to target: UnsafeMutablePointer<AVCodecParameters>) throws(FFmpegError) {
        try FFmpegError.check(avcodec_parameters_copy(target, context?.pointee.par_out))
    }

    /// Rewrites a packet, which is empty afterwards, and hands over each that comes out.
    func filter(_ packet: Packet, _ body: (Packet) throws -> Void) throws {
        try FFmpegError.check(av_bsf_send_packet(context, packet.pointer))
        while true {
            let filtered = Packet()
            let result = av_bsf_receive_packet(context, filtered.pointer)
            if result == w2g_error_again || result == w2g_error_eof { return }
            try FFmpegError.check(result)
            try body(filtered)
        }
    }
}
