import CFFmpeg
import HLSKit

/// Decides which packets of a copied track go into the output: half an access unit is worse than none.
struct CopyCheck {
    /// What a packet is.
    enum Verdict {
        case whole
        /// There is nothing in it to be seen or heard.
        case nothing
        case damaged
    }

    private let isAudio: Bool
    /// Whether each packet is an AAC frame with a header of its own.
    private let isADTS: Bool
    /// Whether there was a packet that is whole.
    private(set) var hasWhole = false
    private(set) var hasDamage = false

    init(_ stream: InputStream) {
        isAudio = stream.kind == .audio
        isADTS = stream.codec == AV_CODEC_ID_AAC && stream.extradata.isEmpty
    }

    /// Whether damage is all that there was.
    var isHopeless: Bool { hasDamage && !hasWhole }

    mutating func judge(_ packet: Packet) -> Verdict {
        let verdict = verdict(packet)
        switch verdict {
        case .whole: hasWhole = true
        case .damaged: hasDamage = true
        case .nothing: break
        }
        return verdict
    }

    private func verdict(_ packet: Packet) -> Verdict {
        if packet.isCorrupt { return .damaged }
        // Sound that an edit list hides must not be heard.
        if packet.byteCount == 0 || packet.isDiscarded && isAudio { return .nothing }
        // What FFmpeg cuts out of a stream with lost or missing bytes is now and then no frame, or the start of one.
        if isADTS, packet.withBytes({ ADTSHeader($0)?.frameLength != $0.count }) { return .damaged }
        return .whole
    }
}
