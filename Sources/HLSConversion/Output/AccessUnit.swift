import CFFmpeg
import HLSKit

/// One coded access unit with its times, whoever read it.
struct AccessUnit {
    private enum Payload {
        case packet(Packet)
        case bytes([UInt8])
    }

    /// The presentation time; nil when the container does not tell.
    var pts: MediaTime?
    /// The decoding time; nil when the container does not tell.
    var dts: MediaTime?
    /// How long it is presented; nil when the container does not tell.
    var duration: MediaTime?
    private let payload: Payload
    /// What a unit is that has no bytes; nil when its bytes tell.
    private(set) var planned: PackagedTrack.Appended?

    /// Takes a packet of FFmpeg's.
    init(_ packet: Packet, timeBase: AVRational) {
        pts = packet.pts(in: timeBase)
        dts = packet.dts(in: timeBase)
        duration = packet.duration(in: timeBase)
        payload = .packet(packet)
    }

    /// Takes bytes that were read without FFmpeg.
    init(_ bytes: [UInt8], pts: MediaTime, dts: MediaTime, duration: MediaTime?) {
        self.pts = pts
        self.dts = dts
        self.duration = duration
        payload = .bytes(bytes)
    }

    /// Takes the times of a unit whose bytes do not matter, to plan where segments will end.
    init(planned timing: UnitTiming) {
        pts = timing.pts
        dts = timing.dts
        duration = timing.duration
        payload = .bytes([])
        planned = PackagedTrack.Appended(isRandomAccess: timing.isRandomAccess, changesSize: timing.changesSize)
    }

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
