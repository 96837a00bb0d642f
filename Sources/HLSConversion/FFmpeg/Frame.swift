import CFFmpeg
import HLSKit

/// One decoded picture or block of sound.
///
/// Owns its `AVFrame`.
///
/// `@unchecked Sendable`: a frame is handed from one pipeline stage to the next and touched by one of them at a time.
final class Frame: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<AVFrame>

    init() {
        guard let pointer = av_frame_alloc() else { fatalError("out of memory") }
        self.pointer = pointer
    }

    deinit {
        var owned: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&owned)
    }

    /// A second reference to the same data.
    func copy() throws(FFmpegError) -> Frame {
        let copy = Frame()
        try FFmpegError.check(av_frame_ref(copy.pointer, pointer))
        return copy
    }

    /// Where its presentation ends; nil when the container does not tell.
    func end(in timeBase: AVRational) -> MediaTime? {
        guard let pts = MediaTime(pointer.pointee.pts, in: timeBase),
            let duration = MediaTime(w2g_frame_duration(pointer), in: timeBase), duration > .zero
        else { return nil }
        return pts + duration
    }

    var isInterlaced: Bool { w2g_frame_is_interlaced(pointer) != 0 }
}
