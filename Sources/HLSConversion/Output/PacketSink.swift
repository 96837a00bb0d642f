import CFFmpeg
import HLSKit

/// Takes the coded packets of all tracks and makes the output of them.
///
/// Called from several threads.
protocol PacketSink: AnyObject, Sendable {
    /// Describes a track; must come before its first packet.
    func configure(track: Int, _ description: TrackDescription) throws
    /// Takes the next packet of a track, in decoding order.
    func write(_ packet: Packet, track: Int) throws
    /// Says that a track has no more packets.
    func end(track: Int) throws
    /// Finishes the output after the end of every track.
    func finish() throws
    /// Lets go of what is half-written. The sink is not used any more.
    func abandon()
    /// What was made so far.
    var output: PackagedOutput { get }
}

/// What a sink must know of a track's coding.
///
/// `@unchecked Sendable`: the parameters are an immutable copy of FFmpeg's, read only.
struct TrackDescription: @unchecked Sendable {
    /// The unit of the timestamps of its packets.
    let timeBase: AVRational
    let extradata: [UInt8]
    let parameters: CodecParameters
}

/// Owns an `AVCodecParameters`.
final class CodecParameters {
    let pointer: UnsafeMutablePointer<AVCodecParameters>

    init(_ fill: (UnsafeMutablePointer<AVCodecParameters>) throws(FFmpegError) -> Void) throws(FFmpegError) {
        guard let pointer = avcodec_parameters_alloc() else { fatalError("out of memory") }
        self.pointer = pointer
        try fill(pointer)
    }

    deinit {
        var owned: UnsafeMutablePointer<AVCodecParameters>? = pointer
        avcodec_parameters_free(&owned)
    }
}

/// What a sink made.
struct PackagedOutput {
    var duration = MediaTime.zero
    var segments = 0
    var bytes: Int64 = 0
    var frames = 0
    /// Units that were left out since they are damaged.
    var damagedUnits = 0
}
