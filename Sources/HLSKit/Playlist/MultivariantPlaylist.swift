/// A Multivariant Playlist: the renditions of a presentation (draft-pantos-hls-rfc8216bis 4.4.6).
///
/// A playlist that was read keeps its text. Setting a property rewrites the lines that say it and no others, so that
/// writing gives back what was read, but for what was changed.
public struct MultivariantPlaylist: Sendable, Hashable {
    /// Where the playlist comes from, which its URIs are relative to; it is not written.
    public var url: String?
    /// The text of the playlist: what was read, but for what was changed.
    public internal(set) var bytes: [UInt8]
    var usesCRLF: Bool

    /// The protocol version that the playlist needs (`#EXT-X-VERSION`); nil when it does not say, which means 1.
    public var version: Int? {
        didSet {
            if version != oldValue { set(.version, version.map { SegmentLines.integer(.version, $0) }) }
        }
    }
    /// Whether every segment of all media playlists can be decoded without the others (`#EXT-X-INDEPENDENT-SEGMENTS`).
    public var hasIndependentSegments: Bool {
        didSet {
            guard hasIndependentSegments != oldValue else { return }
            set(.independentSegments, hasIndependentSegments ? SegmentLines.bare(.independentSegments) : nil)
        }
    }
    /// Where to start playing (`#EXT-X-START`).
    public var start: StartPoint? {
        didSet { if start != oldValue { set(.start, start?.lineBytes) } }
    }
    /// The variables that the playlist defines (`#EXT-X-DEFINE`); see ``variables`` for their values.
    public var definitions: [VariableDefinition] {
        didSet { replace(oldValue, with: definitions) }
    }
    /// Where the steering manifest is (`#EXT-X-CONTENT-STEERING`).
    public var contentSteering: ContentSteering? {
        didSet { if contentSteering != oldValue { set(.contentSteering, contentSteering?.lineBytes) } }
    }
    /// Data of the session (`#EXT-X-SESSION-DATA`).
    public var sessionData: [SessionData] {
        didSet { replace(oldValue, with: sessionData) }
    }
    /// Keys that a client can load early (`#EXT-X-SESSION-KEY`).
    public var sessionKeys: [SessionKey] {
        didSet { replace(oldValue, with: sessionKeys) }
    }
    /// The renditions (`#EXT-X-MEDIA`).
    public var renditions: [Rendition] {
        didSet { replace(oldValue, with: renditions) }
    }
    /// The variants (`#EXT-X-STREAM-INF` and the URI behind it).
    public var variants: [Variant] {
        didSet {
            let variants = variants
            edit {
                $0.replace(.tag(.streamInformation), oldValue, with: variants) {
                    TextEditor.Rendered(line: $0.lineBytes, uri: SegmentLines.singleLine($0.uri))
                }
            }
        }
    }
    /// The playlists of I-frames (`#EXT-X-I-FRAME-STREAM-INF`).
    public var iFrameVariants: [IFrameVariant] {
        didSet { replace(oldValue, with: iFrameVariants) }
    }

    /// The variables and their values, those of the URL included; media playlists import them.
    public internal(set) var variables: PlaylistVariables
}

extension MultivariantPlaylist {
    /// Describes a playlist.
    ///
    /// - Parameters:
    ///   - version: The protocol version to declare. Nil declares the least that what is given needs, or none for 1.
    ///   - usesCRLF: Whether lines end with CRLF.
    public init(
        version: Int? = nil,
        hasIndependentSegments: Bool = false,
        start: StartPoint? = nil,
        definitions: [VariableDefinition] = [],
        contentSteering: ContentSteering? = nil,
        sessionData: [SessionData] = [],
        sessionKeys: [SessionKey] = [],
        renditions: [Rendition] = [],
        variants: [Variant],
        iFrameVariants: [IFrameVariant] = [],
        usesCRLF: Bool = false,
        url: String? = nil
    ) {
        self.init(bytes: usesCRLF ? Array("#EXTM3U\r\n".utf8) : Array("#EXTM3U\n".utf8), usesCRLF: usesCRLF)
        self.url = url
        // The observers write the lines, as they do when a property is set later.
        setAll {
            $0.version = version
            $0.definitions = definitions
            $0.hasIndependentSegments = hasIndependentSegments
            $0.start = start
            $0.contentSteering = contentSteering
            $0.sessionData = sessionData
            $0.sessionKeys = sessionKeys
            $0.renditions = renditions
            $0.variants = variants
            $0.iFrameVariants = iFrameVariants
            $0.variables = PlaylistVariables(definitions, url: url, imported: [:])
            if version == nil { $0.declareMinimumVersion() }
        }
    }

    /// A playlist that nothing has been read of.
    init(bytes: [UInt8], usesCRLF: Bool) {
        self.bytes = bytes
        self.usesCRLF = usesCRLF
        hasIndependentSegments = false
        definitions = []
        sessionData = []
        sessionKeys = []
        renditions = []
        variants = []
        iFrameVariants = []
        variables = PlaylistVariables()
    }

    /// The text of the playlist as a string; bytes that are not UTF-8 become U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Raises or lowers `#EXT-X-VERSION` to the least that the playlist needs; removes it when that is 1.
    public mutating func declareMinimumVersion() {
        let minimum = minimumVersion.version
        version = minimum > 1 ? minimum : nil
    }

    /// The renditions of a group.
    public func renditions(_ type: MediaType, group: String) -> [Rendition] {
        renditions.filter { $0.type == type && $0.groupID == group }
    }

    /// How many renditions each group has, by its type and its name: looked up once a variant, a long list would take
    /// hours.
    var groupSizes: [[String]: Int] {
        renditions.reduce(into: [:]) { $0[[$1.type.rawValue, $1.groupID], default: 0] += 1 }
    }

    private mutating func setAll(_ change: (inout MultivariantPlaylist) -> Void) {
        change(&self)
    }

    mutating func set(_ tag: PlaylistTag, _ line: [UInt8]?) {
        edit { $0.set(tag, to: line) }
    }

    mutating func replace<Tag: AttributeTag>(_ old: [Tag], with new: [Tag]) {
        edit { $0.replace(.tag(Tag.tag), old, with: new) { TextEditor.Rendered(line: $0.lineBytes) } }
    }

    mutating func edit(_ change: (inout TextEditor) -> Void) {
        var editor = TextEditor(bytes, usesCRLF: usesCRLF, variables: variables)
        change(&editor)
        bytes = editor.bytes
    }
}
