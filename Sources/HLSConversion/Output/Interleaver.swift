import DequeModule
import HLSKit

/// Puts the units of several tracks into one order by time.
///
/// A unit is released when no track can bring an earlier one any more: every track has a unit waiting or has ended. A track
/// that brings nothing for long does not hold the others for ever: beyond a number of bytes they go on without it.
struct Interleaver<Unit> {
    private struct Waiting {
        var key: MediaTime
        var byteCount: Int
        var unit: Unit
    }

    private struct Track {
        var waiting: Deque<Waiting> = []
        var hasEnded = false
    }

    private var tracks: [Track]
    private let byteLimit: Int
    private var bytes = 0

    init(trackCount: Int, byteLimit: Int) {
        tracks = Array(repeating: Track(), count: trackCount)
        self.byteLimit = byteLimit
    }

    mutating func add(_ unit: Unit, track: Int, key: MediaTime, byteCount: Int) {
        tracks[track].waiting.append(Waiting(key: key, byteCount: byteCount, unit: unit))
        bytes += byteCount
    }

    mutating func end(track: Int) {
        tracks[track].hasEnded = true
    }

    /// Whether a track has ended and nothing of it waits.
    func isFinished(_ track: Int) -> Bool {
        tracks[track].hasEnded && tracks[track].waiting.isEmpty
    }

    /// The first waiting unit of a track.
    func first(of track: Int) -> Unit? {
        tracks[track].waiting.first?.unit
    }

    /// Takes the next unit in order; nil when it is not certain yet.
    mutating func next() -> (track: Int, unit: Unit)? {
        let isCertain = tracks.allSatisfy { $0.hasEnded || !$0.waiting.isEmpty }
        guard isCertain || bytes > byteLimit else { return nil }
        var best: Int?
        for index in tracks.indices {
            guard let key = tracks[index].waiting.first?.key else { continue }
            if let known = best.flatMap({ tracks[$0].waiting.first?.key }), known <= key { continue }
            best = index
        }
        guard let best, let first = tracks[best].waiting.popFirst() else { return nil }
        bytes -= first.byteCount
        return (best, first.unit)
    }
}
