/// A variable that the playlist uses as `{$name}`: `#EXT-X-DEFINE` (draft-pantos-hls-rfc8216bis 4.4.2.3).
public struct VariableDefinition: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .define }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(
        name: String? = nil,
        value: String? = nil,
        importedName: String? = nil,
        queryParameter: String? = nil
    ) {
        attributes = AttributeList()
        self.name = name
        self.value = value
        self.importedName = importedName
        self.queryParameter = queryParameter
    }
}

extension VariableDefinition {
    /// The name of a variable whose value is given here (`NAME`).
    public var name: String? {
        get { attributes["NAME"] }
        set { attributes["NAME"] = newValue }
    }

    /// The value that goes with the name (`VALUE`).
    public var value: String? {
        get { attributes["VALUE"] }
        set { attributes["VALUE"] = newValue }
    }

    /// The name of a variable of the multivariant playlist; in media playlists only (`IMPORT`).
    public var importedName: String? {
        get { attributes["IMPORT"] }
        set { attributes["IMPORT"] = newValue }
    }

    /// The name of a query parameter of the playlist's URL (`QUERYPARAM`).
    public var queryParameter: String? {
        get { attributes["QUERYPARAM"] }
        set { attributes["QUERYPARAM"] = newValue }
    }
}

extension VariableDefinition {
    /// The name that the playlist uses, whichever attribute gives it.
    public var variableName: String? { name ?? importedName ?? queryParameter }
}
