import HLSKit

/// Finds out what the playlist of a conversion will be: the writer itself is run with units that have times and no bytes.
///
/// Pure: the same times give the same playlist.
struct PlaylistPlanner {
    /// What the playlist will be.
    struct Plan: Equatable {
        var text: String
        /// The names of the init sections and segments, in the order in which they will be written.
        var files: [String]
        /// Seconds of the longest segment, rounded.
        var targetDuration: Int
    }

    private var writer: RenditionWriterState

    /// Makes a planner.
    ///
    /// - Parameters:
    ///   - configuration: Of the writer that will make the segments.
    ///   - input: Its path, for people.
    init(_ configuration: RenditionWriterState.Configuration, input: String, segmentPrefix: String) {
        var configuration = configuration
        configuration.playlistType = .vod
        writer = RenditionWriterState(
            configuration: configuration,
            target: .plan(input: input, segmentPrefix: segmentPrefix)
        )
    }

    /// Plans with the next access unit of a track.
    mutating func add(_ unit: UnitTiming, track: Int) throws {
        try writer.add(AccessUnit(planned: unit), track: track)
    }

    /// Ends a track.
    mutating func end(track: Int) throws { try writer.end(track: track) }

    /// Ends the plan, after the end of every track.
    ///
    /// - Throws: ``ConversionError`` when there is nothing to play.
    mutating func finish() throws -> Plan {
        try writer.finish()
        return Plan(
            text: writer.finishedPlaylist,
            files: writer.plannedFiles,
            targetDuration: writer.greatestDuration
        )
    }

    /// Plans with all units of some tracks, by time.
    ///
    /// - Parameter check: Called now and then; what it throws ends the planning.
    mutating func add(_ tracks: [PlanningTrack], check: () throws -> Void) throws {
        var sources = tracks.map { Source($0.units()) }
        var count = 0
        while let next = sources.indices.filter({ sources[$0].unit != nil }).min(by: {
            sources[$0].time < sources[$1].time
        }) {
            guard let unit = sources[next].take() else { break }
            try add(unit, track: next)
            count += 1
            if count % 4_096 == 0 { try check() }
        }
        for index in tracks.indices { try end(track: index) }
    }

    /// The units of one track, one after the other.
    private struct Source {
        private var iterator: any IteratorProtocol<UnitTiming>
        private(set) var unit: UnitTiming?
        /// The decoding time of the next unit, or of the one before it when it has none.
        private(set) var time = MediaTime.zero

        init(_ units: any Sequence<UnitTiming>) {
            iterator = units.makeIterator()
            _ = take()
        }

        mutating func take() -> UnitTiming? {
            defer {
                unit = iterator.next()
                time = unit.flatMap { $0.dts ?? $0.pts } ?? time
            }
            return unit
        }
    }
}
