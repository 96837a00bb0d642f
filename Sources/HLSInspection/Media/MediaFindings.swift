import HLSKit

/// Findings about segments, one for each rule, segment and PID.
struct MediaFindings: Sendable {
    struct Entry: Sendable {
        let rule: MediaRule
        let severity: Finding.Severity
        /// The document and section that has the rule.
        let section: String
        let segment: Int
        /// A place among the bytes of all segments, or in `file`; nil when the finding is about the whole segment.
        let position: Int?
        let track: TrackID?
        let message: String
        /// The line of the playlist that the finding is about, instead of a place in the segment.
        var line: Int?
        /// The file that it is about; nil for the segment's.
        var file: String?
        var count = 1
    }

    private struct Key: Hashable {
        let rule: MediaRule
        let segment: Int
        let track: TrackID?
        let file: String?
    }

    private(set) var entries: [Entry] = []
    private var places: [Key: Int] = [:]
    /// How many more there were than are kept.
    private(set) var leftOut = 0

    /// The most that are kept.
    static let limit = 10_000

    mutating func add(
        _ rule: MediaRule,
        severity: Finding.Severity? = nil,
        section: String? = nil,
        segment: Int,
        position: Int? = nil,
        track: TrackID? = nil,
        line: Int? = nil,
        file: String? = nil,
        _ message: @autoclosure () -> String
    ) {
        let key = Key(rule: rule, segment: segment, track: track, file: file)
        if let place = places[key] {
            entries[place].count += 1
            return
        }
        guard entries.count < Self.limit else {
            leftOut += 1
            return
        }
        places[key] = entries.count
        entries.append(
            Entry(
                rule: rule,
                severity: severity ?? rule.severity,
                section: section ?? rule.section,
                segment: segment,
                position: position,
                track: track,
                message: message(),
                line: line,
                file: file
            )
        )
    }
}

/// Numbers as people read them.
enum Words {
    static func seconds(_ time: MediaTime) -> String { seconds(time.seconds) }

    /// Milliseconds at most.
    static func seconds(_ seconds: Double) -> String {
        "\((seconds * 1_000).rounded() / 1_000) s"
    }

    static func rate(_ value: Double) -> String {
        "\((value * 1_000).rounded() / 1_000)"
    }
}
