import CFFmpeg
import HLSKit

/// Splits packets of AMR into frames: 3GP files put several into one sample, and FFmpeg decodes the first alone.
struct AMRSplitter {
    private let isWideband: Bool
    /// How long a frame lasts in the stream's time base.
    private let duration: Int64

    /// Nil for streams of another coding.
    init?(_ stream: InputStream) {
        guard [AV_CODEC_ID_AMR_NB, AV_CODEC_ID_AMR_WB].contains(stream.codec) else { return nil }
        isWideband = stream.codec == AV_CODEC_ID_AMR_WB
        duration = av_rescale_q(AMR.frameDuration.ticks, .mediaTime, stream.timeBase)
    }

    /// The frames of a packet.
    func frames(of packet: Packet) throws -> [Packet] {
        let ranges = packet.withBytes { AMR.frames(in: $0, isWideband: isWideband) }
        guard ranges.count > 1 else { return [packet] }
        return try ranges.enumerated().map { index, range in
            try packet.part(range, delay: Int64(index) * duration, duration: duration)
        }
    }
}
