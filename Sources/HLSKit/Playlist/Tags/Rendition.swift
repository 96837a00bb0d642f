/// A rendition of the presentation, such as a language: `#EXT-X-MEDIA` (draft-pantos-hls-rfc8216bis 4.4.6.1).
public struct Rendition: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .media }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(
        type: MediaType,
        groupID: String,
        name: String,
        uri: String? = nil,
        language: String? = nil,
        associatedLanguage: String? = nil,
        stableRenditionID: String? = nil,
        isDefault: Bool = false,
        isAutoselect: Bool = false,
        isForced: Bool = false,
        instreamID: String? = nil,
        bitDepth: Int? = nil,
        sampleRate: Int? = nil,
        characteristics: QuotedList? = nil,
        channels: String? = nil
    ) {
        attributes = AttributeList()
        self.type = type
        self.groupID = groupID
        self.name = name
        self.uri = uri
        self.language = language
        self.associatedLanguage = associatedLanguage
        self.stableRenditionID = stableRenditionID
        self.isDefault = isDefault
        self.isAutoselect = isAutoselect
        self.isForced = isForced
        self.instreamID = instreamID
        self.bitDepth = bitDepth
        self.sampleRate = sampleRate
        self.characteristics = characteristics
        self.channels = channels
    }
}

extension Rendition {
    /// What the rendition is (`TYPE`).
    public var type: MediaType {
        get { attributes["TYPE"] ?? .audio }
        set { attributes["TYPE"] = newValue }
    }

    /// The group that variants refer to (`GROUP-ID`).
    public var groupID: String {
        get { attributes["GROUP-ID"] ?? "" }
        set { attributes["GROUP-ID"] = newValue }
    }

    /// What people read, in its language; unique within the group (`NAME`).
    public var name: String {
        get { attributes["NAME"] ?? "" }
        set { attributes["NAME"] = newValue }
    }

    /// The media playlist; nil when the variant itself carries the rendition (`URI`).
    public var uri: String? {
        get { attributes["URI"] }
        set { attributes["URI"] = newValue }
    }

    /// The primary language (RFC 5646) (`LANGUAGE`).
    public var language: String? {
        get { attributes["LANGUAGE"] }
        set { attributes["LANGUAGE"] = newValue }
    }

    /// A language used in another role, such as written against spoken (`ASSOC-LANGUAGE`).
    public var associatedLanguage: String? {
        get { attributes["ASSOC-LANGUAGE"] }
        set { attributes["ASSOC-LANGUAGE"] = newValue }
    }

    /// A name of the URI that stays when the URI changes (`STABLE-RENDITION-ID`).
    public var stableRenditionID: String? {
        get { attributes["STABLE-RENDITION-ID"] }
        set { attributes["STABLE-RENDITION-ID"] = newValue }
    }

    /// Whether to play this one when nobody chose (`DEFAULT`).
    public var isDefault: Bool {
        get { attributes["DEFAULT"] ?? false }
        set { attributes["DEFAULT"] = newValue || attributes.contains("DEFAULT") ? newValue : nil }
    }

    /// Whether it may be chosen without the user (`AUTOSELECT`).
    public var isAutoselect: Bool {
        get { attributes["AUTOSELECT"] ?? false }
        set { attributes["AUTOSELECT"] = newValue || attributes.contains("AUTOSELECT") ? newValue : nil }
    }

    /// Whether the subtitles are essential (`FORCED`).
    public var isForced: Bool {
        get { attributes["FORCED"] ?? false }
        set { attributes["FORCED"] = newValue || attributes.contains("FORCED") ? newValue : nil }
    }

    /// The rendition within the segments, such as `CC1` or `SERVICE1` (`INSTREAM-ID`).
    public var instreamID: String? {
        get { attributes["INSTREAM-ID"] }
        set { attributes["INSTREAM-ID"] = newValue }
    }

    /// Bits of an audio sample (`BIT-DEPTH`).
    public var bitDepth: Int? {
        get { attributes["BIT-DEPTH"] }
        set { attributes["BIT-DEPTH"] = newValue }
    }

    /// Audio samples a second (`SAMPLE-RATE`).
    public var sampleRate: Int? {
        get { attributes["SAMPLE-RATE"] }
        set { attributes["SAMPLE-RATE"] = newValue }
    }

    /// Media characteristics, such as `public.accessibility.describes-video` (`CHARACTERISTICS`).
    public var characteristics: QuotedList? {
        get { attributes["CHARACTERISTICS"] }
        set { attributes["CHARACTERISTICS"] = newValue }
    }

    /// Channels, then parameters after `/`, such as `6` or `16/JOC` (`CHANNELS`).
    public var channels: String? {
        get { attributes["CHANNELS"] }
        set { attributes["CHANNELS"] = newValue }
    }
}

/// What a rendition is (`TYPE`, draft-pantos-hls-rfc8216bis 4.4.6.1).
public struct MediaType: PlaylistToken {
    /// The word as it is written.
    public let rawValue: String

    /// A word as it is written.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Sound.
    public static let audio = MediaType(rawValue: "AUDIO")

    /// Pictures.
    public static let video = MediaType(rawValue: "VIDEO")

    /// Subtitles.
    public static let subtitles = MediaType(rawValue: "SUBTITLES")

    /// Captions within the video.
    public static let closedCaptions = MediaType(rawValue: "CLOSED-CAPTIONS")
}
