import CFFmpeg
import HLSKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Turns frames into packets.
///
/// Owns the `AVCodecContext`.
final class Encoder {
    private var context: UnsafeMutablePointer<AVCodecContext>?
    let name: String

    /// Opens an encoder.
    ///
    /// - Parameters:
    ///   - options: Options by FFmpeg's names; those that the encoder does not have are passed over.
    ///   - quality: The constant rate factor; the encoder's nearest measure is used where it has none.
    ///   - configure: Sets the fields of the context before it is opened.
    init(
        _ codec: UnsafePointer<AVCodec>,
        options: [(String, String)],
        quality: Int? = nil,
        configure: (UnsafeMutablePointer<AVCodecContext>) -> Void
    ) throws(ConversionError) {
        name = String(cString: codec.pointee.name)
        guard let allocated = avcodec_alloc_context3(codec) else { fatalError("out of memory") }
        context = allocated
        configure(allocated)
        var dictionary: OpaquePointer?
        if let quality { Self.set(quality, of: allocated, &dictionary) }
        for (key, value) in options { av_dict_set(&dictionary, key, value, 0) }
        let result = avcodec_open2(allocated, codec, &dictionary)
        av_dict_free(&dictionary)
        if result < 0 {
            avcodec_free_context(&context)
            throw ConversionError(
                .codec,
                "the encoder \(name) refuses to start with this input and these options: choose another, or see why with --log-level verbose",
                cause: FFmpegError(code: result).text
            )
        }
    }

    private static func set(
        _ quality: Int,
        of context: UnsafeMutablePointer<AVCodecContext>,
        _ options: inout OpaquePointer?
    ) {
        let hasRateFactor =
            context.pointee.codec.pointee.priv_class != nil
            && av_opt_find(context.pointee.priv_data, "crf", nil, 0, 0) != nil
        if hasRateFactor {
            av_dict_set(&options, "crf", "\(quality)", 0)
        } else {
            // The quantiser of the older codings; H.264's doubles it every 6 steps, and is 1 at 12.
            let quantiser = exp2(Double(quality - 12) / 6)
            context.pointee.flags |= AV_CODEC_FLAG_QSCALE
            context.pointee.global_quality = Int32((min(max(quantiser, 1), 31) * Double(FF_QP2LAMBDA)).rounded())
        }
    }

    deinit {
        avcodec_free_context(&context)
    }

    var timeBase: AVRational { context?.pointee.time_base ?? .mediaTime }

    /// The number of samples that every frame but the last must have; 0 when any number will do.
    var frameSize: Int {
        guard let context, Int32(context.pointee.codec.pointee.capabilities) & AV_CODEC_CAP_VARIABLE_FRAME_SIZE == 0
        else { return 0 }
        return Int(context.pointee.frame_size)
    }

    /// Describes the encoded stream to a muxer of libavformat.
    func copyParameters(to parameters: UnsafeMutablePointer<AVCodecParameters>) throws(FFmpegError) {
        try FFmpegError.check(avcodec_parameters_from_context(parameters, context))
    }

    /// The size of its pictures, and the shape of a sample.
    var shape: VideoFilters.Shape {
        guard let context else { return VideoFilters.Shape(width: 0, height: 0) }
        let ratio = context.pointee.sample_aspect_ratio
        var shape = VideoFilters.Shape(width: Int(context.pointee.width), height: Int(context.pointee.height))
        if ratio.isPositive { shape.aspect = SampleAspectRatio(width: Int(ratio.num), height: Int(ratio.den)) }
        return shape
    }
    var sampleRate: Int { Int(context?.pointee.sample_rate ?? 0) }

    var extradata: [UInt8] {
        guard let context, let data = context.pointee.extradata else { return [] }
        return Array(UnsafeBufferPointer(start: data, count: Int(context.pointee.extradata_size)))
    }

    /// The time of one picture in the encoder's time base; 0 for sound.
    private var pictureDuration: Int64 {
        guard let context, context.pointee.framerate.isPositive else { return 0 }
        let rate = context.pointee.framerate
        return av_rescale_q(1, AVRational(num: rate.den, den: rate.num), context.pointee.time_base)
    }

    /// Encodes a frame, nil at the end, and hands over each packet that is finished.
    func encode(_ frame: Frame?, _ body: (Packet) throws -> Void) throws {
        do {
            try FFmpegError.check(avcodec_send_frame(context, frame?.pointer))
        } catch {
            throw ConversionError(.codec, "the encoder \(name) failed", cause: error.text)
        }
        while true {
            let packet = Packet()
            let result = avcodec_receive_packet(context, packet.pointer)
            if result == w2g_error_again || result == w2g_error_eof { return }
            if result < 0 {
                throw ConversionError(.codec, "the encoder \(name) failed", cause: FFmpegError(code: result).text)
            }
            // libx264 leaves this out; without it a container would end at the start of the last picture.
            if packet.pointer.pointee.duration == 0 { packet.pointer.pointee.duration = pictureDuration }
            try body(packet)
        }
    }
}
