import CFFmpeg
import Foundation
import HLSKit
import TestSupport
import Testing

@testable import HLSConversion

/// Makes inputs for the tests, with the encoders and muxers that the module itself uses.
///
/// The picture is black with a white flash in the first 80 ms of every second; the sound is silent but for a tone in the
/// first 100 ms of every second. Where both are, they begin together, so that sync can be measured.
struct TestMedia {
    var format = "mp4"
    var duration = 3.0
    /// Seconds that its clock shows at the beginning.
    var start = 0.0
    var video: Video? = Video()
    var audio: [Audio] = [Audio()]
    /// Options of the muxer.
    var muxerOptions: [(String, String)] = []

    struct Video {
        var width = 160
        var height = 90
        var rate = "25"
        var encoder = "libx264"
        var pixelFormat = "yuv420p"
        /// Filters behind the picture, such as to drop frames.
        var filters: [String] = []
        var options: [(String, String)] = [("preset", "veryfast"), ("bf", "3")]
        var gop: Int32 = 25
        var isInterlaced = false
        /// PQ instead of the usual transfer; what else belongs to it is not told.
        var isHighDynamicRange = false
        /// The shape of a sample that the container tells, whatever the stream does.
        var containerSampleAspectRatio: AVRational?
        /// Whether the container calls the picture progressive, whatever the stream does.
        var isCalledProgressive = false
        /// What rewrites the packets, as FFmpeg writes it, such as `h264_metadata=...`.
        var bitstreamFilter: String?
    }

    struct Audio {
        var sampleRate = 48_000
        var layout = "stereo"
        var encoder = "aac"
        var frequency = 1_000
        /// Seconds by which the sound is behind its true place.
        var delay = 0.0
    }

    /// Writes the file.
    func write(to url: URL) throws {
        try FFmpegLibraries.load(.formatsAndCodecs)
        let format = try FileFormat(named: format)
        let file = try OutputFile(path: url.path(percentEncoded: false), format: format)
        let wantsHeader = format.wantsGlobalHeader
        var tracks: [Track] = []
        if let video { tracks.append(try videoTrack(video, wantsHeader)) }
        for audio in audio { tracks.append(try audioTrack(audio, wantsHeader)) }
        for track in tracks {
            try file.addStream(timeBase: track.encoder.timeBase) { target throws(FFmpegError) in
                try track.encoder.copyParameters(to: target)
                guard target.pointee.codec_type == AVMEDIA_TYPE_VIDEO, let video else { return }
                if let ratio = video.containerSampleAspectRatio { target.pointee.sample_aspect_ratio = ratio }
                if video.isCalledProgressive { target.pointee.field_order = AV_FIELD_PROGRESSIVE }
            }
        }
        try file.writeHeader(options: muxerOptions)
        // By time, so that containers without an index are interleaved well.
        var open = Set(tracks.indices)
        while let next = open.min(by: { tracks[$0].time < tracks[$1].time }) {
            if let frame = try tracks[next].graph.next() {
                tracks[next].time = Double(frame.pointer.pointee.pts) * tracks[next].graph.timeBase.value
                let track = tracks[next]
                frame.pointer.pointee.pts = av_rescale_q(
                    frame.pointer.pointee.pts,
                    track.graph.timeBase,
                    track.encoder.timeBase
                )
                frame.pointer.pointee.pts += Int64(start / track.encoder.timeBase.value)
                frame.pointer.pointee.pict_type = AV_PICTURE_TYPE_NONE
                try track.encoder.encode(frame) { try write($0, of: track, stream: next, to: file) }
            } else {
                let track = tracks[next]
                try track.encoder.encode(nil) { try write($0, of: track, stream: next, to: file) }
                open.remove(next)
            }
        }
        try file.finish()
    }

    private func write(_ packet: Packet, of track: Track, stream: Int, to file: OutputFile) throws {
        if let rewriter = track.rewriter {
            try rewriter.rewrite(packet) { try file.write($0, stream: stream) }
        } else {
            try file.write(packet, stream: stream)
        }
    }

    /// A chain of FFmpeg's bitstream filters; owns it.
    private final class Rewriter {
        private var context: UnsafeMutablePointer<AVBSFContext>?

        init(_ chain: String, _ encoder: Encoder) throws {
            try FFmpegError.check(av_bsf_list_parse_str(chain, &context))
            let context = try #require(context)
            try encoder.copyParameters(to: context.pointee.par_in)
            context.pointee.time_base_in = encoder.timeBase
            try FFmpegError.check(av_bsf_init(context))
        }

        deinit { av_bsf_free(&context) }

        func rewrite(_ packet: Packet, _ body: (Packet) throws -> Void) throws {
            try FFmpegError.check(av_bsf_send_packet(context, packet.pointer))
            let rewritten = Packet()
            while av_bsf_receive_packet(context, rewritten.pointer) == 0 { try body(rewritten) }
        }
    }

    private struct Track {
        var rewriter: Rewriter?
        var graph: FilterGraph
        var encoder: Encoder
        var time = 0.0
    }

    private func videoTrack(_ video: Video, _ wantsHeader: Bool) throws -> Track {
        let picture =
            "color=black:size=\(video.width)x\(video.height):rate=\(video.rate):duration=\(duration),"
            + "drawbox=color=white:t=fill:enable='lt(mod(t,1),0.079)',noise=alls=4:allf=t"
        let chain = ([picture] + video.filters + ["format=\(video.pixelFormat)"]).joined(separator: ",")
        let graph = try FilterGraph(chain: chain, input: nil, isVideo: true)
        let codec = try CodecNames.encoder(video.encoder, type: AVMEDIA_TYPE_VIDEO)
        let encoder = try Encoder(codec, options: video.options) { context in
            context.pointee.width = Int32(video.width)
            context.pointee.height = Int32(video.height)
            context.pointee.pix_fmt = av_get_pix_fmt(video.pixelFormat)
            // Formats that count frames take the rate itself, MPEG-2 takes no other.
            let rate = video.rate.split(separator: "/").compactMap { Int32($0) }
            let frameRate = AVRational(num: rate[0], den: rate.count > 1 ? rate[1] : 1)
            context.pointee.time_base = AVRational(num: frameRate.den, den: frameRate.num)
            context.pointee.framerate = frameRate
            context.pointee.gop_size = video.gop
            context.pointee.thread_count = 1
            if wantsHeader { context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
            if video.isInterlaced { context.pointee.flags |= AV_CODEC_FLAG_INTERLACED_DCT }
            if video.isHighDynamicRange {
                context.pointee.color_trc = AVCOL_TRC_SMPTE2084
            }
        }
        let rewriter = try video.bitstreamFilter.map { try Rewriter($0, encoder) }
        return Track(rewriter: rewriter, graph: graph, encoder: encoder)
    }

    private func audioTrack(_ audio: Audio, _ wantsHeader: Bool) throws -> Track {
        let codec = try CodecNames.encoder(audio.encoder, type: AVMEDIA_TYPE_AUDIO)
        let format = try #require(codec.pointee.sample_fmts?.pointee)
        let formatName = String(cString: av_get_sample_fmt_name(format))
        // A short slope keeps the coder from smearing the beginning.
        let tone = "0.5*sin(2*PI*\(audio.frequency)*t)*lt(mod(t,1),0.1)*min(1,mod(t,1)*1000)"
        let chain =
            "aevalsrc='\(tone)':sample_rate=\(audio.sampleRate):duration=\(duration),"
            + "aformat=sample_fmts=\(formatName):channel_layouts=\(audio.layout),asetpts=PTS+\(audio.delay)/TB"
        let graph = try FilterGraph(chain: chain, input: nil, isVideo: false)
        let encoder = try Encoder(codec, options: []) { context in
            context.pointee.sample_rate = Int32(audio.sampleRate)
            context.pointee.sample_fmt = format
            av_channel_layout_from_string(&context.pointee.ch_layout, audio.layout)
            context.pointee.bit_rate = 128_000
            context.pointee.time_base = AVRational(num: 1, den: Int32(audio.sampleRate))
            if wantsHeader { context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
        }
        if encoder.frameSize > 0 { graph.setFrameSize(encoder.frameSize) }
        return Track(graph: graph, encoder: encoder)
    }
}

/// A small film for tests that only need some input.
func smallFilm(in folder: TestFolder, name: String = "film.mp4", duration: Double = 2) throws -> URL {
    let url = folder.file(name)
    var media = TestMedia()
    media.duration = duration
    try media.write(to: url)
    return url
}
