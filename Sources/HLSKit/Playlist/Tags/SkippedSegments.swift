/// What a Playlist Delta Update leaves out: `#EXT-X-SKIP` (draft-pantos-hls-rfc8216bis 4.4.5.2).
public struct SkippedSegments: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .skip }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(count: Int, recentlyRemovedDateRanges: TabSeparatedList? = nil) {
        attributes = AttributeList()
        self.count = count
        self.recentlyRemovedDateRanges = recentlyRemovedDateRanges
    }
}

extension SkippedSegments {
    /// How many segments are left out (`SKIPPED-SEGMENTS`).
    public var count: Int {
        get { attributes["SKIPPED-SEGMENTS"] ?? 0 }
        set { attributes["SKIPPED-SEGMENTS"] = newValue }
    }

    /// The IDs of the date ranges that were removed (`RECENTLY-REMOVED-DATERANGES`).
    public var recentlyRemovedDateRanges: TabSeparatedList? {
        get { attributes["RECENTLY-REMOVED-DATERANGES"] }
        set { attributes["RECENTLY-REMOVED-DATERANGES"] = newValue }
    }
}

/// Strings in quotation marks with a tab between them.
public struct TabSeparatedList: Sendable, Hashable, ExpressibleByArrayLiteral, AttributeValue {
    /// The entries in the order in which they stand.
    public var entries: [String]

    /// A list of entries.
    public init(arrayLiteral entries: String...) {
        self.entries = entries
    }

    /// Reads a quoted-string with tabs between the entries.
    public init?(attribute text: Span<UInt8>) {
        entries = text.string(text.unquoted).utf8.split(separator: 0x09).map { String(Substring($0)) }
    }

    /// Appends a quoted-string with tabs between the entries.
    public func write(to text: inout [UInt8]) {
        entries.joined(separator: "\t").write(to: &text)
    }
}
