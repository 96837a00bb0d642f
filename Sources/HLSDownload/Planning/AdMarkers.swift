import HLSKit

/// A line that marks where advertisements begin or end, in one of the forms that packagers write.
enum AdMarker: Sendable, Hashable {
    /// A break begins, of so many seconds when that is declared.
    case out(Double?)
    /// A break goes on, for so many more seconds when that is declared.
    case continues(Double?)
    /// The break ends.
    case back

    /// Names of tags that mark breaks, or carry the splice command of one.
    private static let prefixes = [
        "#EXT-X-CUE", "#EXT-OATCLS-SCTE35", "#EXT-X-SCTE35", "#EXT-X-SPLICEPOINT-SCTE35", "#EXT-X-ASSET:",
        "#ANVATO-SEGMENT-INFO", "#UPLYNK-SEGMENT",
    ]

    /// Whether a line has to do with breaks, so that it means nothing without them.
    static func isOne(_ line: String) -> Bool { prefixes.contains { line.hasPrefix($0) } }

    /// Reads a line; nil when it marks neither a begin nor an end.
    init?(_ line: String) {
        let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        let value = line[colon...].dropFirst()
        switch line[..<colon] {
        case "#EXT-X-CUE-OUT": self = .out(Self.duration(value))
        case "#EXT-X-CUE-OUT-CONT": self = .continues(Self.remainder(value))
        case "#EXT-X-CUE-IN": self = .back
        case "#EXT-X-SCTE35", "#EXT-X-CUE":
            let values = Self.attributes(value)
            let type = values["type"]?.lowercased()
            switch (values["cue-out"]?.lowercased(), values["cue-in"]?.lowercased()) {
            case ("yes", _): self = .out(Self.duration(value))
            case ("cont", _): self = .continues(Self.remainder(value))
            case (_, "yes"): self = .back
            default:
                guard type == "spliceout" || type == "splicein" else { return nil }
                self = type == "spliceout" ? .out(Self.duration(value)) : .back
            }
        case "#ANVATO-SEGMENT-INFO":
            let type = Self.attributes(value)["type"]
            guard type == "ad" || type == "master" else { return nil }
            self = type == "ad" ? .out(nil) : .back
        case "#UPLYNK-SEGMENT":
            guard value.hasSuffix(",ad") || value.hasSuffix(",segment") else { return nil }
            self = value.hasSuffix(",ad") ? .out(nil) : .back
        default: return nil
        }
    }

    /// `30`, `DURATION=30`, or with other attributes around it.
    private static func duration(_ value: Substring) -> Double? {
        let values = attributes(value)
        return positive(values["duration"] ?? values["breakduration"] ?? String(value))
    }

    /// What is left of a break: `8.5/30`, or `ElapsedTime=8.5,Duration=30`.
    private static func remainder(_ value: Substring) -> Double? {
        let values = attributes(value)
        let parts = value.split(separator: "/")
        let texts =
            parts.count == 2 && values.isEmpty
            ? (String(parts[0]), String(parts[1])) : (values["elapsedtime"] ?? "", values["duration"] ?? "")
        guard let elapsed = Double(texts.0), let total = positive(texts.1), elapsed >= 0, elapsed <= total else {
            return nil
        }
        return total - elapsed
    }

    private static func positive(_ text: String) -> Double? {
        Double(text).flatMap { $0 > 0 && $0 < 1e6 ? $0 : nil }
    }

    /// The attributes of a list by their names in lower case; values without quotation marks.
    private static func attributes(_ list: Substring) -> [String: String] {
        var values: [String: String] = [:]
        for part in list.split(separator: ",") {
            guard let equals = part.firstIndex(of: "=") else { continue }
            let name = part[..<equals].filter { $0 != " " }.lowercased()
            values[name] = String(part[part.index(after: equals)...].filter { $0 != "\"" && $0 != " " })
        }
        return values
    }
}

extension DateRange {
    /// Words of a class that stand for advertisements, such as those of `twitch-stitched-ad`.
    private static let adWords: Set = ["ad", "adbreak", "ads", "advert", "advertisement", "commercial"]

    /// Whether the segments of the range are advertisements.
    ///
    /// Interstitials are not among the segments (draft-pantos-hls-rfc8216bis, appendix D).
    var isAdBreak: Bool {
        if scte35Out != nil { return true }
        guard let rangeClass = rangeClass?.lowercased(), rangeClass != "com.apple.hls.interstitial",
            !attributes.contains("X-ASSET-URI"), !attributes.contains("X-ASSET-LIST")
        else { return false }
        return rangeClass.split { !$0.isLetter && !$0.isNumber }.contains { Self.adWords.contains(String($0)) }
    }
}

/// Finds the segments that are advertisements, by the markers of a playlist; it is given them in playing order.
struct AdDetector: Sendable {
    private enum Break: Sendable {
        case none
        /// Until so far into the playlist; nil until a marker ends it.
        case until(MediaDuration?)
    }

    /// The date ranges of breaks, and those that end some, in the order in which they were declared.
    private var ranges: [DateRange] = []
    private var current = Break.none
    private var breakCount = 0
    /// The number of the break, counted by the markers that begin one, that is not one since nothing ends it.
    private var endlessBreak: Int?
    /// Whether any marker was met.
    private(set) var hasMarkers = false

    /// Looks through a playlist before its segments are given.
    ///
    /// - Parameter isEnded: Whether all of the stream is there, so that a break whose end is missing is not one.
    mutating func survey(_ lists: [DateRange], _ markers: [AdMarker], isEnded: Bool) {
        for range in lists { note(range) }
        hasMarkers = hasMarkers || !markers.isEmpty
        var (isOpen, count) = (false, 0)
        for marker in markers {
            switch marker {
            case .out(let duration):
                if !isOpen || duration != nil { count += 1 }
                isOpen = duration == nil
            case .continues(let rest): if rest != nil { isOpen = false }
            case .back: isOpen = false
            }
        }
        endlessBreak = isEnded && isOpen ? count : nil
    }

    /// Takes in a date range, or what a later tag adds to an earlier one.
    mutating func note(_ range: DateRange) {
        if let index = ranges.firstIndex(where: { $0.id == range.id }) {
            ranges[index] = ranges[index].continued(by: range)
        } else if range.isAdBreak || range.scte35In != nil {
            ranges.append(range)
            hasMarkers = hasMarkers || range.isAdBreak
        }
    }

    /// Whether a segment is an advertisement.
    ///
    /// - Parameters:
    ///   - start: When it begins.
    ///   - date: When it begins, as a date.
    mutating func isAd(_ segment: MediaSegment, at start: MediaDuration, _ date: MediaDate?) -> Bool {
        for range in segment.dateRanges { note(range) }
        let half = MediaDuration(microseconds: max(0, segment.duration.microseconds) / 2)
        var isContinued = false
        for marker in segment.otherLines.lazy.compactMap(AdMarker.init) {
            hasMarkers = true
            isContinued = advance(marker, at: start) || isContinued
        }
        if case .until(let end?) = current, start + half >= end, !isContinued { current = .none }
        if case .until = current { return true }
        guard let date, !ranges.isEmpty else { return false }
        return ranges.contains { isBreak($0, at: date + half) }
    }

    /// - Returns: Whether the marker declares that a break goes on.
    private mutating func advance(_ marker: AdMarker, at start: MediaDuration) -> Bool {
        func end(_ rest: Double?) -> MediaDuration? { rest.map { start + MediaDuration(seconds: $0) } }
        switch marker {
        case .out(let duration):
            if case .until(nil) = current, duration == nil { return true }
            breakCount += 1
            current = breakCount == endlessBreak ? .none : .until(end(duration))
        case .continues(let rest):
            switch current {
            case .none:
                guard endlessBreak == nil || breakCount != endlessBreak else { return false }
                current = .until(end(rest))
            case .until(nil): current = .until(end(rest))
            case .until: break
            }
            return true
        case .back: current = .none
        }
        return false
    }

    private func isBreak(_ range: DateRange, at date: MediaDate) -> Bool {
        guard range.isAdBreak, let start = range.startDate, start <= date else { return false }
        return end(of: range, from: start).map { date < $0 } ?? false
    }

    private func end(of range: DateRange, from start: MediaDate) -> MediaDate? {
        if let end = range.resolvedEndDate { return end }
        let planned = range.plannedDuration
        // A command that leads back, or the next range of the class, ends it; not one that belongs to a later break.
        let others = ranges.filter {
            $0.id != range.id
                && ($0.scte35In != nil && $0.scte35Out == nil || range.endsOnNext && $0.rangeClass == range.rangeClass)
        }
        let end = others.compactMap(\.startDate).filter { $0 > start }.min()
        guard let planned else { return end }
        return end.map { $0 < start + planned + planned ? $0 : start + planned } ?? start + planned
    }
}
