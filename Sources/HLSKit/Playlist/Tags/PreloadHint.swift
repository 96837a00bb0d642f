/// A resource that will be needed soon: `#EXT-X-PRELOAD-HINT` (draft-pantos-hls-rfc8216bis 4.4.5.3).
public struct PreloadHint: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .preloadHint }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(type: HintType, uri: String, byteRangeStart: Int? = nil, byteRangeLength: Int? = nil) {
        attributes = AttributeList()
        self.type = type
        self.uri = uri
        self.byteRangeStart = byteRangeStart
        self.byteRangeLength = byteRangeLength
    }
}

extension PreloadHint {
    /// What the resource is (`TYPE`).
    public var type: HintType {
        get { attributes["TYPE"] ?? .part }
        set { attributes["TYPE"] = newValue }
    }

    /// Where the resource will be (`URI`).
    public var uri: String {
        get { attributes["URI"] ?? "" }
        set { attributes["URI"] = newValue }
    }

    /// The offset of its first byte; nil means 0 (`BYTERANGE-START`).
    public var byteRangeStart: Int? {
        get { attributes["BYTERANGE-START"] }
        set { attributes["BYTERANGE-START"] = newValue }
    }

    /// The number of its bytes; nil means up to the end (`BYTERANGE-LENGTH`).
    public var byteRangeLength: Int? {
        get { attributes["BYTERANGE-LENGTH"] }
        set { attributes["BYTERANGE-LENGTH"] = newValue }
    }
}

/// What a preload hint speaks of (`TYPE`, draft-pantos-hls-rfc8216bis 4.4.5.3).
public struct HintType: PlaylistToken {
    /// The word as it is written.
    public let rawValue: String

    /// A word as it is written.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A Partial Segment.
    public static let part = HintType(rawValue: "PART")

    /// A Media Initialization Section.
    public static let map = HintType(rawValue: "MAP")
}
