/// A range of time with attributes: `#EXT-X-DATERANGE` (draft-pantos-hls-rfc8216bis 4.4.5.1).
public struct DateRange: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .dateRange }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(
        id: String,
        rangeClass: String? = nil,
        startDate: MediaDate? = nil,
        cue: QuotedList? = nil,
        endDate: MediaDate? = nil,
        duration: MediaDuration? = nil,
        plannedDuration: MediaDuration? = nil,
        scte35Command: HexadecimalSequence? = nil,
        scte35Out: HexadecimalSequence? = nil,
        scte35In: HexadecimalSequence? = nil,
        endsOnNext: Bool = false
    ) {
        attributes = AttributeList()
        self.id = id
        self.rangeClass = rangeClass
        self.startDate = startDate
        self.cue = cue
        self.endDate = endDate
        self.duration = duration
        self.plannedDuration = plannedDuration
        self.scte35Command = scte35Command
        self.scte35Out = scte35Out
        self.scte35In = scte35In
        self.endsOnNext = endsOnNext
    }
}

extension DateRange {
    /// What names the range in the playlist (`ID`).
    public var id: String {
        get { attributes["ID"] ?? "" }
        set { attributes["ID"] = newValue }
    }

    /// What attributes mean; ranges of a class do not overlap (`CLASS`).
    public var rangeClass: String? {
        get { attributes["CLASS"] }
        set { attributes["CLASS"] = newValue }
    }

    /// When the range starts; nil on a tag that continues an earlier one of the same ID (`START-DATE`).
    public var startDate: MediaDate? {
        get { attributes["START-DATE"] }
        set { attributes["START-DATE"] = newValue }
    }

    /// When to trigger the action: `PRE`, `POST`, `ONCE` (`CUE`).
    public var cue: QuotedList? {
        get { attributes["CUE"] }
        set { attributes["CUE"] = newValue }
    }

    /// When the range ends (`END-DATE`).
    public var endDate: MediaDate? {
        get { attributes["END-DATE"] }
        set { attributes["END-DATE"] = newValue }
    }

    /// How long the range is (`DURATION`).
    public var duration: MediaDuration? {
        get { attributes["DURATION"] }
        set { attributes["DURATION"] = newValue }
    }

    /// How long the range is expected to be (`PLANNED-DURATION`).
    public var plannedDuration: MediaDuration? {
        get { attributes["PLANNED-DURATION"] }
        set { attributes["PLANNED-DURATION"] = newValue }
    }

    /// A SCTE-35 splice command (`SCTE35-CMD`).
    public var scte35Command: HexadecimalSequence? {
        get { attributes["SCTE35-CMD"] }
        set { attributes["SCTE35-CMD"] = newValue }
    }

    /// The SCTE-35 command that leads out (`SCTE35-OUT`).
    public var scte35Out: HexadecimalSequence? {
        get { attributes["SCTE35-OUT"] }
        set { attributes["SCTE35-OUT"] = newValue }
    }

    /// The SCTE-35 command that leads back (`SCTE35-IN`).
    public var scte35In: HexadecimalSequence? {
        get { attributes["SCTE35-IN"] }
        set { attributes["SCTE35-IN"] = newValue }
    }

    /// Whether the range ends where the next one of its class starts (`END-ON-NEXT`).
    public var endsOnNext: Bool {
        get { attributes["END-ON-NEXT"] ?? false }
        set { attributes["END-ON-NEXT"] = newValue || attributes.contains("END-ON-NEXT") ? newValue : nil }
    }
}

extension DateRange {
    /// This range with what a later tag of the same ID adds (4.4.5.1: same attributes have same values).
    public func continued(by other: DateRange) -> DateRange {
        var result = self
        let span = other.attributes.bytes.span
        var scanner = AttributeScanner(0..<span.count)
        while let slot = scanner.next(in: span) {
            let name = span.string(slot.name)
            guard !name.isEmpty, !result.attributes.contains(name) else { continue }
            if !result.attributes.bytes.isEmpty { result.attributes.bytes.append(0x2C) }
            for index in slot.name { result.attributes.bytes.append(span[index]) }
            result.attributes.bytes.append(0x3D)
            for index in slot.value { result.attributes.bytes.append(span[index]) }
        }
        return result
    }

    /// The end: `END-DATE`, or the start plus `DURATION`; nil when neither is known.
    public var resolvedEndDate: MediaDate? {
        if let endDate { return endDate }
        guard let startDate, let duration else { return nil }
        return startDate + duration
    }
}
