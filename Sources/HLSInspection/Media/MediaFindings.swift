import HLSKit

/// Findings about segments, one for each rule, segment and PID.
struct MediaFindings: Sendable {
    struct Entry: Sendable {
        let rule: MediaRule
        let segment: Int
        /// A place among the bytes that the demuxer was given; nil when the finding is about the whole segment.
        let position: Int?
        let pid: UInt16?
        let message: String
        /// The line of the playlist that the finding is about, instead of a place in the segment.
        var line: Int?
        var count = 1
    }

    private struct Key: Hashable {
        let rule: MediaRule
        let segment: Int
        let pid: UInt16?
    }

    private(set) var entries: [Entry] = []
    private var places: [Key: Int] = [:]
    /// How many more there were than are kept.
    private(set) var leftOut = 0

    /// The most that are kept.
    static let limit = 10_000

    mutating func add(
        _ rule: MediaRule,
        segment: Int,
        position: Int? = nil,
        pid: UInt16? = nil,
        line: Int? = nil,
        _ message: @autoclosure () -> String
    ) {
        let key = Key(rule: rule, segment: segment, pid: pid)
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
            Entry(rule: rule, segment: segment, position: position, pid: pid, message: message(), line: line)
        )
    }

    mutating func remove(where isUnwanted: (Entry) -> Bool) {
        entries.removeAll(where: isUnwanted)
        places = [:]
        for (place, entry) in entries.enumerated() {
            places[Key(rule: entry.rule, segment: entry.segment, pid: entry.pid)] = place
        }
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
