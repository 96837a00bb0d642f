import HLSKit

/// Writes one rendition: the segments and the media playlist of some tracks, whichever threads their units come from.
final class RenditionWriter: Sendable {
    private let state: WriterLock<RenditionWriterState>

    /// Creates a writer.
    ///
    /// - Parameters:
    ///   - cancellation: Nothing is written once it is cancelled.
    ///   - onFile: Called with the name of each segment and init section that is whole.
    ///   - onPlaylist: Called once, when the playlist can be opened.
    init(
        configuration: RenditionWriterState.Configuration,
        folder: OutputFolder,
        cancellation: Cancellation,
        onFile: @escaping @Sendable (String) -> Void,
        onPlaylist: @escaping @Sendable () -> Void
    ) {
        state = WriterLock(
            RenditionWriterState(
                configuration: configuration,
                target: .folder(folder),
                onFile: onFile,
                onPlaylist: onPlaylist
            ),
            cancellation: cancellation
        )
    }

    func configure(track: Int, _ description: TrackDescription) throws {
        try state.write { $0.configure(track: track, description) }
    }

    func write(_ unit: AccessUnit, track: Int) throws {
        try state.write { try $0.add(unit, track: track) }
    }

    func end(track: Int) throws {
        try state.write { try $0.end(track: track) }
    }

    func finish() throws {
        try state.write { try $0.finish() }
    }

    /// Removes the segment that is half-written, and writes nothing any more.
    func abandon() {
        state.close { $0.abandon() }
    }

    var output: WrittenOutput {
        state.read { $0.output }
    }
}
