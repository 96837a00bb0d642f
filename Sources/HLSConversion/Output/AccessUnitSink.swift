import HLSKit
import Synchronization

/// Writes the access units of all tracks into the output.
///
/// Called from several threads.
protocol AccessUnitSink: AnyObject, Sendable {
    /// Describes a track; must come before its first unit.
    func configure(track: Int, _ description: TrackDescription) throws
    /// Adds the next unit of a track, in decoding order.
    func write(_ unit: AccessUnit, track: Int) throws
    /// Marks the end of a track.
    func end(track: Int) throws
    /// Finishes the output after the end of every track.
    func finish() throws
    /// Removes what is half-written, and closes the sink: every later call throws ``ConversionError/Code/cancelled``.
    ///
    /// Waits for a call that is under way, so that nothing is written once it has returned.
    func abandon()
    /// What was made so far.
    var output: WrittenOutput { get }
}

/// What a sink has written.
struct WrittenOutput {
    var duration = MediaTime.zero
    var segments = 0
    var bytes: Int64 = 0
    var frames = 0
    /// Units that were left out since they are damaged.
    var damagedUnits = 0
}

/// A writer's state behind its lock: once it is closed, or the conversion is cancelled, nothing is written any more.
final class WriterLock<State>: Sendable {
    private struct Guarded {
        var state: State
        var isClosed = false
    }

    private let guarded: Mutex<Guarded>
    private let cancellation: Cancellation

    init(_ state: sending State, cancellation: Cancellation) {
        guarded = Mutex(Guarded(state: state))
        self.cancellation = cancellation
    }

    /// Writes, unless the lock is closed or the conversion cancelled.
    func write<Result>(_ body: (inout State) throws -> sending Result) throws -> sending Result {
        try guarded.withLock { guarded in
            guard !guarded.isClosed else { throw Cancellation.error }
            try cancellation.check()
            return try body(&guarded.state)
        }
    }

    /// Reads what was written, also when the lock is closed.
    func read<Result>(_ body: (inout State) -> sending Result) -> sending Result {
        guarded.withLock { body(&$0.state) }
    }

    /// Closes the lock after a last change.
    func close(_ body: (inout State) -> Void) {
        guarded.withLock { guarded in
            guarded.isClosed = true
            body(&guarded.state)
        }
    }
}
