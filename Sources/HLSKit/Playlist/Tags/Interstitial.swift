/// Another presentation that plays within this one: a date range of class `com.apple.hls.interstitial`
/// (draft-pantos-hls-rfc8216bis appendix D).
public struct Interstitial: Sendable, Hashable {
    /// The class of date range that makes one an interstitial.
    public static let rangeClass = "com.apple.hls.interstitial"

    /// The date range that says all this.
    public var dateRange: DateRange

    /// The interstitial that a date range describes; nil when it is of another class.
    public init?(_ dateRange: DateRange) {
        guard dateRange.rangeClass == Self.rangeClass else { return nil }
        self.dateRange = dateRange
    }

    /// An interstitial of one asset.
    public init(id: String, startDate: MediaDate, duration: MediaDuration? = nil, assetURI: String) {
        dateRange = DateRange(id: id, rangeClass: Self.rangeClass, startDate: startDate, duration: duration)
        self.assetURI = assetURI
    }

    /// An interstitial of the assets that a list names.
    public init(id: String, startDate: MediaDate, duration: MediaDuration? = nil, assetListURI: String) {
        dateRange = DateRange(id: id, rangeClass: Self.rangeClass, startDate: startDate, duration: duration)
        self.assetListURI = assetListURI
    }
}

extension Interstitial {
    /// The playlist of the only asset; either this or the list (`X-ASSET-URI`).
    public var assetURI: String? {
        get { dateRange.attributes["X-ASSET-URI"] }
        set { dateRange.attributes["X-ASSET-URI"] = newValue }
    }

    /// Where the ``AssetList`` is, a JSON document (`X-ASSET-LIST`).
    public var assetListURI: String? {
        get { dateRange.attributes["X-ASSET-LIST"] }
        set { dateRange.attributes["X-ASSET-LIST"] = newValue }
    }

    /// Where the primary goes on, from where it was left; nil means after the time that the interstitial took (`X-RESUME-OFFSET`).
    public var resumeOffset: MediaDuration? {
        get { dateRange.attributes["X-RESUME-OFFSET"] }
        set { dateRange.attributes["X-RESUME-OFFSET"] = newValue }
    }

    /// The longest time that the interstitial may play (`X-PLAYOUT-LIMIT`).
    public var playoutLimit: MediaDuration? {
        get { dateRange.attributes["X-PLAYOUT-LIMIT"] }
        set { dateRange.attributes["X-PLAYOUT-LIMIT"] = newValue }
    }

    /// Which boundaries to move to those of segments: `OUT`, `IN` (`X-SNAP`).
    public var snap: QuotedList? {
        get { dateRange.attributes["X-SNAP"] }
        set { dateRange.attributes["X-SNAP"] = newValue }
    }

    /// What the user cannot do: `SKIP`, `JUMP` (`X-RESTRICT`).
    public var restrictions: QuotedList? {
        get { dateRange.attributes["X-RESTRICT"] }
        set { dateRange.attributes["X-RESTRICT"] = newValue }
    }

    /// How much of the timeline it takes; nil means a point (`X-TIMELINE-OCCUPIES`).
    public var timelineOccupies: TimelineOccupation? {
        get { dateRange.attributes["X-TIMELINE-OCCUPIES"] }
        set { dateRange.attributes["X-TIMELINE-OCCUPIES"] = newValue }
    }

    /// How the timeline shows it; nil means highlighted (`X-TIMELINE-STYLE`).
    public var timelineStyle: TimelineStyle? {
        get { dateRange.attributes["X-TIMELINE-STYLE"] }
        set { dateRange.attributes["X-TIMELINE-STYLE"] = newValue }
    }

    /// When the skip button appears, from the start; nil means at once (`X-SKIP-CONTROL-OFFSET`).
    public var skipControlOffset: MediaDuration? {
        get { dateRange.attributes["X-SKIP-CONTROL-OFFSET"] }
        set { dateRange.attributes["X-SKIP-CONTROL-OFFSET"] = newValue }
    }

    /// How long the skip button stays; nil means to the end (`X-SKIP-CONTROL-DURATION`).
    public var skipControlDuration: MediaDuration? {
        get { dateRange.attributes["X-SKIP-CONTROL-DURATION"] }
        set { dateRange.attributes["X-SKIP-CONTROL-DURATION"] = newValue }
    }

    /// Which label the skip button has (`X-SKIP-CONTROL-LABEL-ID`).
    public var skipControlLabelID: String? {
        get { dateRange.attributes["X-SKIP-CONTROL-LABEL-ID"] }
        set { dateRange.attributes["X-SKIP-CONTROL-LABEL-ID"] = newValue }
    }

    /// Whether clients may get different content; true when it is not said (`X-CONTENT-MAY-VARY`).
    public var contentMayVary: Bool {
        get { (dateRange.attributes["X-CONTENT-MAY-VARY"] as String?) != "NO" }
        set { dateRange.attributes["X-CONTENT-MAY-VARY"] = newValue ? "YES" : "NO" }
    }
}

extension DateRange {
    /// The interstitial that the range describes, nil when it is of another class.
    public var interstitial: Interstitial? { Interstitial(self) }
}

/// How much of the timeline an interstitial takes (`X-TIMELINE-OCCUPIES`).
public struct TimelineOccupation: PlaylistToken {
    /// The word as it is written.
    public let rawValue: String

    /// A word as it is written.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The word is written in quotation marks.
    public static var isQuoted: Bool { true }

    /// A single point.
    public static let point = TimelineOccupation(rawValue: "POINT")

    /// A range as long as the interstitial.
    public static let range = TimelineOccupation(rawValue: "RANGE")
}

/// How the timeline shows an interstitial (`X-TIMELINE-STYLE`).
public struct TimelineStyle: PlaylistToken {
    /// The word as it is written.
    public let rawValue: String

    /// A word as it is written.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The word is written in quotation marks.
    public static var isQuoted: Bool { true }

    /// Apart from the primary content.
    public static let highlight = TimelineStyle(rawValue: "HIGHLIGHT")

    /// Like the primary content.
    public static let primary = TimelineStyle(rawValue: "PRIMARY")
}
