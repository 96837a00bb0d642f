/// Delivery directives that the server supports: `#EXT-X-SERVER-CONTROL` (draft-pantos-hls-rfc8216bis 4.4.3.8).
public struct ServerControl: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .serverControl }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(
        canSkipUntil: MediaDuration? = nil,
        canSkipDateRanges: Bool = false,
        holdBack: MediaDuration? = nil,
        partHoldBack: MediaDuration? = nil,
        canBlockReload: Bool = false
    ) {
        attributes = AttributeList()
        self.canSkipUntil = canSkipUntil
        self.canSkipDateRanges = canSkipDateRanges
        self.holdBack = holdBack
        self.partHoldBack = partHoldBack
        self.canBlockReload = canBlockReload
    }
}

extension ServerControl {
    /// How far from the end segments can be skipped in a delta update; at least six target durations (`CAN-SKIP-UNTIL`).
    public var canSkipUntil: MediaDuration? {
        get { attributes["CAN-SKIP-UNTIL"] }
        set { attributes["CAN-SKIP-UNTIL"] = newValue }
    }

    /// Whether older date ranges can be skipped as well (`CAN-SKIP-DATERANGES`).
    public var canSkipDateRanges: Bool {
        get { attributes["CAN-SKIP-DATERANGES"] ?? false }
        set {
            attributes["CAN-SKIP-DATERANGES"] = newValue || attributes.contains("CAN-SKIP-DATERANGES") ? newValue : nil
        }
    }

    /// The least distance from the end at which to play; at least three target durations (`HOLD-BACK`).
    public var holdBack: MediaDuration? {
        get { attributes["HOLD-BACK"] }
        set { attributes["HOLD-BACK"] = newValue }
    }

    /// The same for low-latency mode; at least twice, better three times the part target (`PART-HOLD-BACK`).
    public var partHoldBack: MediaDuration? {
        get { attributes["PART-HOLD-BACK"] }
        set { attributes["PART-HOLD-BACK"] = newValue }
    }

    /// Whether the server holds a request until the playlist has what was asked for (`CAN-BLOCK-RELOAD`).
    public var canBlockReload: Bool {
        get { attributes["CAN-BLOCK-RELOAD"] ?? false }
        set { attributes["CAN-BLOCK-RELOAD"] = newValue || attributes.contains("CAN-BLOCK-RELOAD") ? newValue : nil }
    }
}
