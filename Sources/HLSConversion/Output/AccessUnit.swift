import CFFmpeg
import HLSKit

/// One coded access unit with its times, whoever read it: what passes from stage to stage.
struct AccessUnit {
    private enum Payload {
        case packet(Packet)
        case bytes([UInt8])
    }

    /// The presentation time; nil when the container does not have it.
    var pts: MediaTime?
    /// The decoding time; nil when the container does not have it.
    var dts: MediaTime?
    /// How long it is presented; nil when the container does not have it.
    var duration: MediaTime?
    /// Whether the container, or the encoder, marks it as one where decoding can start.
    var isKey: Bool
    private let payload: Payload
    /// What a unit without bytes is; nil for units with bytes.
    private(set) var planned: UnitTraits?

    /// Wraps a packet of FFmpeg's.
    init(_ packet: Packet, timeBase: AVRational) {
        pts = packet.pts(in: timeBase)
        dts = packet.dts(in: timeBase)
        duration = packet.duration(in: timeBase)
        isKey = packet.isKey
        payload = .packet(packet)
    }

    /// Wraps bytes that were read without FFmpeg.
    init(_ bytes: [UInt8], pts: MediaTime, dts: MediaTime, duration: MediaTime?, isKey: Bool) {
        self.pts = pts
        self.dts = dts
        self.duration = duration
        self.isKey = isKey
        payload = .bytes(bytes)
    }

    /// Creates a unit that has times and no bytes, to plan where segments will end.
    init(planned timing: UnitTiming) {
        pts = timing.pts
        dts = timing.dts
        duration = timing.duration
        isKey = timing.isKey
        payload = .bytes([])
        planned = UnitTraits(isRandomAccess: timing.isRandomAccess, changesFormat: timing.changesFormat)
    }

    /// The packet of FFmpeg's, when it is one.
    var packet: Packet? {
        if case .packet(let packet) = payload { packet } else { nil }
    }

    /// Codec configuration that replaces the track's from this unit on; nil when it stays.
    var newExtradata: [UInt8]? { packet?.newExtradata }

    var byteCount: Int {
        switch payload {
        case .packet(let packet): packet.byteCount
        case .bytes(let bytes): bytes.count
        }
    }

    /// The bytes, to be read within the call only.
    func withBytes<Result>(_ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
        switch payload {
        case .packet(let packet): try packet.withBytes(body)
        case .bytes(let bytes): try body(bytes.span)
        }
    }
}
