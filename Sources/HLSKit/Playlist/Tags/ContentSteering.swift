/// Where the steering manifest is: `#EXT-X-CONTENT-STEERING` (draft-pantos-hls-rfc8216bis 4.4.6.6).
public struct ContentSteering: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .contentSteering }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(serverURI: String, pathwayID: String? = nil) {
        attributes = AttributeList()
        self.serverURI = serverURI
        self.pathwayID = pathwayID
    }
}

extension ContentSteering {
    /// Where the steering manifest is (`SERVER-URI`).
    public var serverURI: String {
        get { attributes["SERVER-URI"] ?? "" }
        set { attributes["SERVER-URI"] = newValue }
    }

    /// The pathway to use until it is loaded; nil means `.` (`PATHWAY-ID`).
    public var pathwayID: String? {
        get { attributes["PATHWAY-ID"] }
        set { attributes["PATHWAY-ID"] = newValue }
    }
}
