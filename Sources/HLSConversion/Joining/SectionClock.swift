import HLSKit

/// Decides where the sections of a playlist start in the file that they are joined to; reads nothing itself.
struct SectionClock {
    /// Where a section is.
    struct Placement: Equatable {
        /// Its start by the durations of the playlist.
        var declaredStart: MediaTime
        /// The first timestamp of its leading stream: of the video where it has some.
        var first: MediaTime
        /// What is added to its timestamps.
        var offset: MediaTime

        var start: MediaTime { first + offset }
    }

    /// The sections that were placed, by their number.
    private(set) var placements: [Int: Placement] = [:]
    /// Where the leading stream of what was placed ends.
    private var end: MediaTime?
    /// What the next section's timestamps need when its clock goes on.
    private var nextOffset = MediaTime.zero
    /// How much later sections start than their playlist declares, because its durations are rounded.
    private var shift = MediaTime.zero
    private var rounding = MediaTime.zero

    /// The clock of transport streams has 33 bits (ISO/IEC 13818-1 2.4.3.6).
    private static let wrap = Int64(1) << 33
    /// Timestamps that are nearer than this are of the same clock.
    private static let greatestDistance = MediaTime(seconds: 10)
    /// How much the starts of sections that belong together may differ.
    private static let greatestDifference = MediaTime(seconds: 1)

    /// Places a section behind those that were placed before.
    ///
    /// - Parameters:
    ///   - number: The number of the section.
    ///   - first: The first timestamp of its leading stream.
    ///   - other: The section of another playlist that is played at the same time; nil when there is none.
    /// - Returns: What is added to its timestamps.
    mutating func place(
        _ section: PlaylistSections.Section,
        number: Int,
        first: MediaTime,
        beside other: Placement? = nil
    ) -> MediaTime {
        let offset = offset(of: section, first: first, beside: other)
        placements[number] = Placement(declaredStart: section.start, first: first, offset: offset)
        nextOffset = offset
        rounding = section.rounding
        return offset
    }

    private mutating func offset(
        of section: PlaylistSections.Section,
        first: MediaTime,
        beside other: Placement?
    ) -> MediaTime {
        if let other {
            // A rendition has the clock of its variant (6.2.4), and keeps its distance to it.
            let shared = Self.unwrapped(first + other.offset, near: other.start) - first
            if Self.distance(first + shared, other.start) < Self.greatestDistance { return shared }
            return max(other.start, end ?? other.start) - first
        }
        let start = start(of: section)
        if section.continuesClock, end != nil {
            let continued = Self.unwrapped(first + nextOffset, near: start)
            if Self.distance(continued, start) < Self.greatestDistance { return continued - first }
        }
        return start - first
    }

    /// As the durations of the playlist declare, but not in front of the end of what was placed.
    private mutating func start(of section: PlaylistSections.Section) -> MediaTime {
        guard let end else { return section.start }
        let declared = section.start + shift
        let seamless = end + section.gap
        if Self.distance(declared, seamless) <= rounding {
            shift = shift + (seamless - declared)
            return seamless
        }
        return max(declared, end)
    }

    /// Notes how a section ended.
    ///
    /// - Parameters:
    ///   - end: The end of its leading stream in the file.
    ///   - correction: What was added to its last timestamps besides, because its clock jumped.
    mutating func finish(end: MediaTime?, correction: MediaTime) {
        if let end { self.end = max(self.end ?? end, end) }
        nextOffset = nextOffset + correction
    }

    /// The section that is played at the same time as one of another playlist.
    ///
    /// - Parameter isParallel: Whether both playlists have as many sections.
    func placement(beside section: PlaylistSections.Section, number: Int, isParallel: Bool) -> Placement? {
        if isParallel { return placements[number] }
        return placements.values
            .filter { Self.distance($0.declaredStart, section.start) <= Self.greatestDifference }
            .min { Self.distance($0.declaredStart, section.start) < Self.distance($1.declaredStart, section.start) }
    }

    /// Whether a section of this playlist, whose start is declared, may belong to one of another.
    static func mayBelong(_ start: MediaTime, to other: MediaTime) -> Bool {
        start <= other + greatestDifference
    }

    private static func distance(_ one: MediaTime, _ other: MediaTime) -> MediaTime {
        max(one - other, other - one)
    }

    /// A timestamp with as many turns of the 33-bit clock more or less as bring it nearest to another.
    private static func unwrapped(_ time: MediaTime, near other: MediaTime) -> MediaTime {
        let turns = (Double((other - time).ticks) / Double(wrap)).rounded()
        guard abs(turns) < 1e6 else { return time }
        return time + MediaTime(ticks: Int64(turns) * wrap)
    }
}
