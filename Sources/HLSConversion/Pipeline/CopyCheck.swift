import CFFmpeg
import HLSKit

/// Decides which packets of a copied track go into the output: half an access unit is worse than none.
struct CopyCheck {
    /// What a packet is.
    enum Verdict {
        case whole
        /// It is whole, but what was in front of it in the file is lost.
        case wholeBehindLoss
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
    /// In sound of a transport stream: where the last packet lies whose position is known, and when the next one is presented.
    private var last: (position: Int64, end: MediaTime)?
    private let isTransportSound: Bool
    /// Whether there was a packet that is whole.
    private(set) var hasWhole = false
    private(set) var hasDamage = false

    init(_ stream: InputStream) {
        self.stream = stream
        isAudio = stream.kind == .audio
        isTransportPicture = stream.kind == .video && stream.owner.formatName == "mpegts"
        isTransportSound = isAudio && stream.owner.formatName == "mpegts"
        isADTS = stream.codec == AV_CODEC_ID_AAC && stream.extradata.isEmpty
    }

    /// Whether damage is all that there was.
    var isHopeless: Bool { hasDamage && !hasWhole }

    mutating func judge(_ packet: Packet) -> Verdict {
        let verdict = verdict(packet)
        switch verdict {
        case .whole, .wholeBehindLoss: hasWhole = true
        case .damaged:
            hasDamage = true
            last = nil
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
        return isTransportSound && isBehindLoss(packet) ? .wholeBehindLoss : .whole
    }

    /// Whether packets of the transport stream are missing in front of sound.
    ///
    /// When the first one of a PES packet is lost, FFmpeg passes over the others and marks nothing. Only where time is missing
    /// the file itself is looked into: sound may pause.
    private mutating func isBehindLoss(_ packet: Packet) -> Bool {
        let position = packet.pointer.pointee.pos
        guard let start = packet.pts(in: stream.timeBase), let duration = packet.duration(in: stream.timeBase) else {
            return false
        }
        defer { last = (position >= 0 ? position : last?.position ?? -1, start + duration) }
        guard let last, last.position >= 0, position > last.position,
            start - last.end > MediaTime(ticks: duration.ticks / 2)
        else { return false }
        let count = Int(min(position - last.position, Int64(Self.greatestInspection))) + 204
        return TransportUnitCheck.lacksStart(
            stream.owner.peek(at: last.position, count: count),
            pid: Int(stream.pointer.pointee.id)
        )
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
