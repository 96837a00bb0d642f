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

    private let stream: InputStream
    private let isAudio: Bool
    /// How many packets must be looked at in the file itself.
    private var suspects = 0
    private let isTransportPicture: Bool
    /// Whether each packet is an AAC frame with a header of its own.
    private let isADTS: Bool
    /// Whether there was a packet that is whole.
    private(set) var hasWhole = false
    private(set) var hasDamage = false

    init(_ stream: InputStream) {
        self.stream = stream
        isAudio = stream.kind == .audio
        isTransportPicture = stream.kind == .video && stream.owner.formatName == "mpegts"
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

    private mutating func verdict(_ packet: Packet) -> Verdict {
        if isTransportPicture {
            // The mark of a picture comes with the one in front of it, when FFmpeg has to find where that ends.
            if packet.isCorrupt { suspects = 2 }
            if suspects > 0 {
                suspects -= 1
                return isWhole(packet) ?? !packet.isCorrupt ? .whole : .damaged
            }
        }
        if packet.isCorrupt { return .damaged }
        // Sound that an edit list hides must not be heard.
        if packet.byteCount == 0 || packet.isDiscarded && isAudio { return .nothing }
        // What FFmpeg cuts out of a stream with lost or missing bytes is now and then no frame, or the start of one.
        if isADTS, packet.withBytes({ ADTSHeader($0)?.frameLength != $0.count }) { return .damaged }
        return .whole
    }

    /// Whether a picture of a transport stream lies whole in the file; nil when FFmpeg does not tell where.
    private func isWhole(_ packet: Packet) -> Bool? {
        let position = packet.pointer.pointee.pos
        guard position >= 0 else { return nil }
        // Its packets lie among those of other streams.
        let count = min(packet.byteCount * 3 + Self.inspectedBytes, Self.greatestInspection)
        return TransportUnitCheck.isWhole(
            stream.owner.peek(at: position, count: count),
            pid: Int(stream.pointer.pointee.id)
        )
    }

    private static let inspectedBytes = 256 << 10
    private static let greatestInspection = 16 << 20
}
