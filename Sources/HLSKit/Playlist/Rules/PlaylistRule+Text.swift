// Rules about the text itself, attributes and variables.
extension PlaylistRule {
    // MARK: Text

    /// The first line is not #EXTM3U.
    public static let missingHeader = PlaylistRule(
        "missing-header",
        .error,
        "4.4.1.1",
        "The first line is not #EXTM3U: make it the first line."
    )
    /// The file starts with a byte order mark.
    public static let byteOrderMark = PlaylistRule(
        "byte-order-mark",
        .error,
        "4.1",
        "The file starts with a byte order mark: save it as UTF-8 without one."
    )
    /// There is a control character.
    public static let controlCharacter = PlaylistRule(
        "control-character",
        .error,
        "4.1",
        "There is a control character: remove it."
    )
    /// There are bytes that are not UTF-8.
    public static let invalidUTF8 = PlaylistRule(
        "invalid-utf8",
        .error,
        "4.1",
        "There are bytes that are not UTF-8: save the file as UTF-8."
    )
    /// There are spaces around the line's text.
    public static let strayWhitespace = PlaylistRule(
        "stray-whitespace",
        .error,
        "4.1",
        "There are spaces around the line's text: remove them."
    )
    /// … does not belong to this kind of playlist.
    public static let mixedPlaylist = PlaylistRule(
        "mixed-playlist",
        .error,
        "4.1",
        "% does not belong to this kind of playlist: move it to a playlist of its own."
    )
    /// … stands more than once.
    public static let duplicateTag = PlaylistRule(
        "duplicate-tag",
        .error,
        nil,
        "% stands more than once: keep one."
    )
    /// The value '…' is not what the tag takes.
    public static let malformedValue = PlaylistRule(
        "malformed-value",
        .error,
        nil,
        "The value '%' is not what the tag takes: correct it."
    )
    /// … takes no value.
    public static let unexpectedValue = PlaylistRule(
        "unexpected-value",
        .warning,
        nil,
        "% takes no value: end the line after its name."
    )
    /// Version … is newer than 13, the newest that is known here.
    public static let unsupportedVersion = PlaylistRule(
        "unsupported-version",
        .note,
        "4.4.1.2",
        "Version % is newer than 13, the newest that is known here."
    )
    /// There are more findings than are kept.
    public static let tooManyDiagnostics = PlaylistRule(
        "too-many-diagnostics",
        .note,
        "4.1",
        "There are more findings than are kept: correct these first."
    )
    /// Text is not in Unicode normalization form C.
    public static let notNormalized = PlaylistRule(
        "not-normalized",
        .error,
        "4.1",
        "The character '%' is written in pieces: save the file in Unicode normalization form NFC."
    )
    /// A URI has characters that RFC 3986 does not allow.
    public static let malformedURI = PlaylistRule(
        "malformed-uri",
        .warning,
        "4.1",
        "The URI has a character that no URI has, in '%': percent-encode it."
    )

    // MARK: Attributes

    /// The attribute list is broken at '…'.
    public static let malformedAttributeList = PlaylistRule(
        "malformed-attribute-list",
        .error,
        "4.2",
        "The attribute list is broken at '%': write NAME=value, names in capitals, with commas and no spaces between."
    )
    /// The attribute … stands twice.
    public static let duplicateAttribute = PlaylistRule(
        "duplicate-attribute",
        .error,
        "4.2",
        "The attribute % stands twice: keep one."
    )
    /// The attribute … has a value of another form than the tag demands.
    public static let malformedAttribute = PlaylistRule(
        "malformed-attribute",
        .error,
        nil,
        "The attribute % has a value of another form than the tag demands: correct it."
    )
    /// The attribute … has a value that is not defined.
    public static let unknownAttributeValue = PlaylistRule(
        "unknown-attribute-value",
        .warning,
        nil,
        "The attribute % has a value that is not defined: use a defined one."
    )
    /// The attribute … is missing.
    public static let missingAttribute = PlaylistRule(
        "missing-attribute",
        .error,
        nil,
        "The attribute % is missing: add it."
    )

    // MARK: Variables

    /// The variable … is not defined above this line.
    public static let undefinedVariable = PlaylistRule(
        "undefined-variable",
        .error,
        "4.3",
        "The variable % is not defined above this line: define it with #EXT-X-DEFINE."
    )
    /// The variable … is defined twice.
    public static let duplicateVariable = PlaylistRule(
        "duplicate-variable",
        .error,
        "4.4.2.3",
        "The variable % is defined twice: keep one."
    )
    /// A definition has exactly one of NAME with VALUE, IMPORT and QUERYPARAM.
    public static let malformedDefinition = PlaylistRule(
        "malformed-definition",
        .error,
        "4.4.2.3",
        "A definition has exactly one of NAME with VALUE, IMPORT and QUERYPARAM: correct it."
    )
    /// The variable name '…' has other characters than letters, digits, - and _.
    public static let malformedVariableName = PlaylistRule(
        "malformed-variable-name",
        .error,
        "4.4.2.3",
        "The variable name '%' has other characters than letters, digits, - and _: rename it."
    )
    /// The multivariant playlist does not define ….
    public static let unknownImport = PlaylistRule(
        "unknown-import",
        .error,
        "4.4.2.3",
        "The multivariant playlist does not define %: define it there, or read the playlist with its variables."
    )
    /// IMPORT stands in a multivariant playlist.
    public static let importInMultivariant = PlaylistRule(
        "import-in-multivariant",
        .error,
        "4.4.2.3",
        "IMPORT stands in a multivariant playlist: use it in media playlists only."
    )
    /// The URL has no query parameter … with a value.
    public static let missingQueryParameter = PlaylistRule(
        "missing-query-parameter",
        .error,
        "4.4.2.3",
        "The URL has no query parameter % with a value: add it, or read the playlist with its URL."
    )
    /// The value of a query parameter has characters that no quoted string has.
    public static let queryValueNotText = PlaylistRule(
        "query-value-not-text",
        .error,
        "4.4.2.3",
        "The value of the query parameter % has quotes or line endings: let the URL have another."
    )

    static let textRules: [PlaylistRule] = [
        .missingHeader, .byteOrderMark, .controlCharacter, .invalidUTF8, .strayWhitespace, .mixedPlaylist,
        .duplicateTag, .malformedValue, .unexpectedValue, .unsupportedVersion, .tooManyDiagnostics, .notNormalized,
        .malformedURI, .malformedAttributeList, .duplicateAttribute, .malformedAttribute, .unknownAttributeValue,
        .missingAttribute, .undefinedVariable, .duplicateVariable, .malformedDefinition, .malformedVariableName,
        .unknownImport, .importInMultivariant, .missingQueryParameter, .queryValueNotText,
    ]
}
