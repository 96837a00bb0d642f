import CFFmpeg

/// Turns packets into frames.
///
/// Owns the `AVCodecContext`.
final class Decoder {
    private var context: UnsafeMutablePointer<AVCodecContext>?
    let timeBase: AVRational

    /// Opens the decoder of a stream.
    ///
    /// A quarter of the cores decode. The encoder needs many times as much, and a decoder that divides its pictures among
    /// as many threads takes more time in all.
    /// - Parameter timeBase: The unit of the timestamps of the packets that will come; nil for the stream's own.
    init(stream: InputStream, timeBase: AVRational? = nil) throws(ConversionError) {
        let timeBase = timeBase ?? stream.timeBase
        self.timeBase = timeBase
        guard let codec = avcodec_find_decoder(stream.codec), let allocated = avcodec_alloc_context3(codec) else {
            throw ConversionError(.unsupportedCodec(input: stream.owner.path, codec: stream.codecName))
        }
        context = allocated
        allocated.pointee.pkt_timebase = timeBase
        allocated.pointee.thread_count = max(1, av_cpu_count() / 4)
        do {
            try FFmpegError.check(avcodec_parameters_to_context(allocated, stream.parameters))
            try FFmpegError.check(avcodec_open2(allocated, codec, nil))
        } catch {
            avcodec_free_context(&context)
            throw ConversionError(
                .inputNotUsable,
                "'\(stream.owner.path)': the \(stream.codecName) stream cannot be decoded",
                cause: error.text
            )
        }
    }

    deinit {
        avcodec_free_context(&context)
    }

    /// More faults than a decoder can have frames in flight.
    private static let greatestDrainFaults = 64

    /// What became of a packet.
    struct Outcome {
        /// Damage that the decoder reported.
        var damage: FFmpegError?
    }

    /// Decodes a packet, nil at the end of the stream, and hands over each frame that is finished.
    ///
    /// Damage does not throw: it is told in the outcome, and decoding goes on with the next packet.
    func decode(_ packet: Packet?, _ body: (Frame) throws -> Void) rethrows -> Outcome {
        var outcome = Outcome()
        let sent = avcodec_send_packet(context, packet?.pointer)
        if sent < 0, sent != w2g_error_eof { outcome.damage = FFmpegError(code: sent) }
        var faults = 0
        while true {
            let frame = Frame()
            let received = avcodec_receive_frame(context, frame.pointer)
            if received == w2g_error_again || received == w2g_error_eof { return outcome }
            if received < 0 {
                outcome.damage = FFmpegError(code: received)
                // While draining, the frames behind the damaged one are still to come.
                if packet == nil, faults < Self.greatestDrainFaults {
                    faults += 1
                    continue
                }
                return outcome
            }
            frame.pointer.pointee.pts = frame.pointer.pointee.best_effort_timestamp
            try body(frame)
        }
    }
}
