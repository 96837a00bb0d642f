/// A resource to load before a date range needs it: a date range of class `com.apple.hls.preload`
/// (draft-pantos-hls-rfc8216bis appendix E).
public struct PreloadDateRange: Sendable, Hashable {
    /// The class of date range that asks for a preload.
    public static let rangeClass = "com.apple.hls.preload"

    /// The date range that says all this.
    public var dateRange: DateRange

    /// The preload that a date range describes; nil when it is of another class.
    public init?(_ dateRange: DateRange) {
        guard dateRange.rangeClass == Self.rangeClass else { return nil }
        self.dateRange = dateRange
    }

    /// A preload of a resource for a date range.
    public init(id: String, startDate: MediaDate, uri: String, targetID: String, targetClass: String? = nil) {
        dateRange = DateRange(id: id, rangeClass: Self.rangeClass, startDate: startDate)
        self.uri = uri
        self.targetID = targetID
        self.targetClass = targetClass
    }
}

extension PreloadDateRange {
    /// What to load early (`X-URI`).
    public var uri: String? {
        get { dateRange.attributes["X-URI"] }
        set { dateRange.attributes["X-URI"] = newValue }
    }

    /// The ID of the date range that will need it (`X-TARGET-ID`).
    public var targetID: String? {
        get { dateRange.attributes["X-TARGET-ID"] }
        set { dateRange.attributes["X-TARGET-ID"] = newValue }
    }

    /// The class of the date range that will need it (`X-TARGET-CLASS`).
    public var targetClass: String? {
        get { dateRange.attributes["X-TARGET-CLASS"] }
        set { dateRange.attributes["X-TARGET-CLASS"] = newValue }
    }
}

extension DateRange {
    /// The preload that the range asks for, nil when it is of another class.
    public var preload: PreloadDateRange? { PreloadDateRange(self) }
}
