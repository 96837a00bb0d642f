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

    /// Removes what the picture tells of how it lies, and returns it; nil when it tells nothing.
    func takeOrientation() -> Orientation? {
        guard let data = av_frame_get_side_data(pointer, AV_FRAME_DATA_DISPLAYMATRIX), data.pointee.size >= 36,
            let bytes = data.pointee.data
        else { return nil }
        let matrix = bytes.withMemoryRebound(to: Int32.self, capacity: 9) { numbers in
            (0..<9).map { numbers[$0] }
        }
        av_frame_remove_side_data(pointer, AV_FRAME_DATA_DISPLAYMATRIX)
        return Orientation(matrix: matrix)
    }

    var isInterlaced: Bool { w2g_frame_is_interlaced(pointer) != 0 }
}
