import CFFmpeg

/// A chain of filters between a decoder and an encoder.
///
/// Owns the `AVFilterGraph`.
final class FilterGraph {
    private var graph: UnsafeMutablePointer<AVFilterGraph>?
    private var source: UnsafeMutablePointer<AVFilterContext>?
    private var sink: UnsafeMutablePointer<AVFilterContext>?

    /// Builds a graph.
    ///
    /// - Parameters:
    ///   - chain: The filters, as FFmpeg writes them.
    ///   - input: The arguments of the buffer that takes frames, nil for a chain that makes its own.
    ///   - isVideo: Whether pictures or sound go through it.
    init(chain: String, input: String?, isVideo: Bool) throws(ConversionError) {
        try FFmpegLibraries.load(.filters)
        guard let allocated = avfilter_graph_alloc() else { fatalError("out of memory") }
        graph = allocated
        do {
            if let input {
                source = try Self.add(isVideo ? "buffer" : "abuffer", arguments: input, to: allocated)
            }
            sink = try Self.add(isVideo ? "buffersink" : "abuffersink", arguments: nil, to: allocated)
            // FFmpeg sees the chain from outside: its open input is our source's output.
            var outputs = source.flatMap { Self.end("in", $0) }
            var inputs = Self.end("out", sink)
            defer {
                avfilter_inout_free(&outputs)
                avfilter_inout_free(&inputs)
            }
            try FFmpegError.check(avfilter_graph_parse_ptr(allocated, chain, &inputs, &outputs, nil))
            try FFmpegError.check(avfilter_graph_config(allocated, nil))
        } catch {
            avfilter_graph_free(&graph)
            throw ConversionError(.codec, "the filters '\(chain)' cannot be set up", cause: error.text)
        }
    }

    deinit {
        avfilter_graph_free(&graph)
    }

    private static func add(
        _ name: String,
        arguments: String?,
        to graph: UnsafeMutablePointer<AVFilterGraph>
    ) throws(FFmpegError) -> UnsafeMutablePointer<AVFilterContext>? {
        var context: UnsafeMutablePointer<AVFilterContext>?
        try FFmpegError.check(
            avfilter_graph_create_filter(&context, avfilter_get_by_name(name), name, arguments, nil, graph)
        )
        return context
    }

    private static func end(
        _ label: String,
        _ context: UnsafeMutablePointer<AVFilterContext>?
    ) -> UnsafeMutablePointer<AVFilterInOut>? {
        let end = avfilter_inout_alloc()
        end?.pointee.name = av_strdup(label)
        end?.pointee.filter_ctx = context
        return end
    }

    /// Whether this FFmpeg was built with a filter.
    static func exists(_ name: String) throws(ConversionError) -> Bool {
        try FFmpegLibraries.load(.filters)
        return avfilter_get_by_name(name) != nil
    }

    /// Makes every frame of sound but the last have this many samples.
    func setFrameSize(_ samples: Int) {
        av_buffersink_set_frame_size(sink, UInt32(samples))
    }

    var timeBase: AVRational { av_buffersink_get_time_base(sink) }

    /// Filters a frame, nil at the end, and hands over each frame that comes out.
    func filter(_ frame: Frame?, _ body: (Frame) throws -> Void) throws {
        if let source {
            try check(av_buffersrc_add_frame_flags(source, frame?.pointer, 0))
        }
        while let frame = try next() { try body(frame) }
    }

    /// The next frame that is ready; nil when the graph wants input or has ended.
    func next() throws(ConversionError) -> Frame? {
        let frame = Frame()
        let result = av_buffersink_get_frame(sink, frame.pointer)
        if result == w2g_error_again || result == w2g_error_eof { return nil }
        try check(result)
        return frame
    }

    private func check(_ result: Int32) throws(ConversionError) {
        guard result < 0 else { return }
        throw ConversionError(.codec, "a filter failed", cause: FFmpegError(code: result).text)
    }
}
