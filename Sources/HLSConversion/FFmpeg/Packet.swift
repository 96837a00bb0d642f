import CFFmpeg
import HLSKit

/// One coded access unit with its timestamps.
///
/// Owns its `AVPacket`.
///
/// `@unchecked Sendable`: a packet is handed from one pipeline stage to the next and touched by one of them at a time.
final class Packet: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<AVPacket>

    init() {
        guard let pointer = av_packet_alloc() else { fatalError("out of memory") }
        self.pointer = pointer
    }

    deinit {
        var owned: UnsafeMutablePointer<AVPacket>? = pointer
        av_packet_free(&owned)
    }

    /// Gives the data back; the packet can be filled again.
    func reset() {
        av_packet_unref(pointer)
    }

    var streamIndex: Int { Int(pointer.pointee.stream_index) }
    var byteCount: Int { Int(pointer.pointee.size) }
    var isKey: Bool { pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 }
    /// The demuxer knows that bytes are missing.
    var isCorrupt: Bool { pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }
    /// Needed for decoding only: an edit list hides it.
    var isDiscarded: Bool { pointer.pointee.flags & AV_PKT_FLAG_DISCARD != 0 }

    /// The decoding time, from the stream's time base.
    func dts(in timeBase: AVRational) -> MediaTime? { MediaTime(pointer.pointee.dts, in: timeBase) }

    /// The presentation time, from the stream's time base.
    func pts(in timeBase: AVRational) -> MediaTime? { MediaTime(pointer.pointee.pts, in: timeBase) }

    /// How long it is presented; nil when the container does not tell.
    func duration(in timeBase: AVRational) -> MediaTime? {
        MediaTime(pointer.pointee.duration, in: timeBase).flatMap { $0 > .zero ? $0 : nil }
    }

    /// The bytes, to be read within the call only: FFmpeg owns them.
    func withBytes<Result>(_ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
        guard let data = pointer.pointee.data, byteCount > 0 else {
            return try body(UnsafeBufferPointer<UInt8>(start: nil, count: 0).span)
        }
        return try body(UnsafeBufferPointer(start: data, count: byteCount).span)
    }

    /// A part of the bytes as a packet of its own that shares them.
    ///
    /// - Parameters:
    ///   - delay: What it is presented later, in the time base.
    ///   - duration: How long it is presented, in the time base.
    func part(_ range: Range<Int>, delay: Int64, duration: Int64) throws(FFmpegError) -> Packet {
        let part = Packet()
        try FFmpegError.check(av_packet_ref(part.pointer, pointer))
        let fields = part.pointer
        guard range.lowerBound >= 0, range.upperBound <= byteCount else {
            throw FFmpegError(code: w2g_error_invalid_data)
        }
        fields.pointee.data = pointer.pointee.data?.advanced(by: range.lowerBound)
        fields.pointee.size = Int32(range.count)
        if fields.pointee.pts != w2g_no_timestamp { fields.pointee.pts &+= delay }
        if fields.pointee.dts != w2g_no_timestamp { fields.pointee.dts &+= delay }
        fields.pointee.duration = duration
        return part
    }

    /// Codec configuration that replaces the stream's from here on, when the packet brings one.
    var newExtradata: [UInt8]? {
        var size = 0
        guard let data = av_packet_get_side_data(pointer, AV_PKT_DATA_NEW_EXTRADATA, &size), size > 0 else {
            return nil
        }
        return Array(UnsafeBufferPointer(start: data, count: size))
    }
}

/// A fraction of FFmpeg as a number of ticks a second.
extension AVRational {
    static let mediaTime = AVRational(num: 1, den: Int32(MediaTime.ticksPerSecond))
    static let microseconds = AVRational(num: 1, den: AV_TIME_BASE)

    static func == (first: AVRational, second: AVRational) -> Bool {
        first.num == second.num && first.den == second.den
    }

    var isPositive: Bool { num > 0 && den > 0 }
    var value: Double { Double(num) / Double(den) }
}

extension MediaTime {
    /// Converts a timestamp of FFmpeg, nil when it is the one that means none.
    init?(_ timestamp: Int64, in timeBase: AVRational) {
        guard timestamp != w2g_no_timestamp, timeBase.isPositive else { return nil }
        // Nearest value; overflow gives the same value that means none.
        let ticks = av_rescale_q(timestamp, timeBase, .mediaTime)
        guard ticks != w2g_no_timestamp else { return nil }
        self.init(ticks: ticks)
    }
}
