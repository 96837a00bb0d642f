import CFFmpeg
import HLSKit
import Synchronization

/// Makes segments and a playlist of coded packets, whichever thread they come from.
final class HLSPackager: PacketSink {
    private let state: Mutex<HLSPackagerState>

    /// Creates a packager.
    ///
    /// - Parameters:
    ///   - onSegment: Called with the name of each segment that is whole.
    ///   - onPlaylist: Called once, when the playlist can be opened.
    init(
        configuration: HLSPackagerState.Configuration,
        folder: OutputFolder,
        onSegment: @escaping @Sendable (String) -> Void,
        onPlaylist: @escaping @Sendable () -> Void
    ) {
        state = Mutex(
            HLSPackagerState(
                configuration: configuration,
                target: .folder(folder),
                onSegment: onSegment,
                onPlaylist: onPlaylist
            )
        )
    }

    func configure(track: Int, _ description: TrackDescription) throws {
        state.withLock { $0.configure(track: track, description) }
    }

    /// Describes a track whose units are read without FFmpeg.
    func configure(track: Int, extradata: [UInt8]) {
        state.withLock { $0.configure(track: track, extradata: extradata) }
    }

    func write(_ packet: Packet, track: Int) throws {
        try state.withLock { try $0.add(packet, track: track) }
    }

    /// Takes the next access unit of a track, in decoding order.
    func write(_ unit: AccessUnit, track: Int) throws {
        try state.withLock { try $0.add(unit, track: track) }
    }

    func end(track: Int) throws {
        try state.withLock { try $0.end(track: track) }
    }

    func finish() throws {
        try state.withLock { try $0.finish() }
    }

    func abandon() {
        state.withLock { $0.abandon() }
    }

    var output: PackagedOutput {
        state.withLock { $0.output }
    }
}
