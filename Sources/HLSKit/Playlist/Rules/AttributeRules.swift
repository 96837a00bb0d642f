/// What an attribute has to look like (draft-pantos-hls-rfc8216bis 4.2).
enum AttributeForm: String {
    case integer = "decimal-integer"
    case decimal = "decimal-floating-point"
    case signed = "signed-decimal-floating-point"
    case hex = "hexadecimal-sequence"
    case quoted = "quoted-string"
    case quotedWords = "quoted-string with words"
    case word = "enumerated-string"
    case yesNo = "YES or NO"
    case yes = "YES"
    case resolution = "decimal-resolution"
    case date = "quoted-string with a date"
    case range = "quoted-string with a byte range"
    case quotedOrNone = "quoted-string or NONE"
}

/// An attribute that the specification defines for a tag.
struct AttributeRule {
    var name: StaticString
    var form: AttributeForm
    var isRequired = false
    /// The words that are defined, with `|` between; nil when any is good.
    var words: StaticString?

    init(_ name: StaticString, _ form: AttributeForm, isRequired: Bool = false, words: StaticString? = nil) {
        self.name = name
        self.form = form
        self.isRequired = isRequired
        self.words = words
    }
}

extension PlaylistTag {
    /// The attributes that the specification defines for the tag, those of interstitials and preloads included.
    var attributeRules: [AttributeRule] {
        switch self {
        case .start: Self.startRules
        case .define: Self.defineRules
        case .serverControl: Self.serverControlRules
        case .partInformation: Self.partInformationRules
        case .skip: Self.skipRules
        case .contentSteering: Self.contentSteeringRules
        case .sessionData: Self.sessionDataRules
        case .key, .sessionKey: Self.keyRules
        case .media: Self.mediaRules
        case .streamInformation: Self.streamInformationRules
        case .iFrameStreamInformation: Self.iFrameStreamInformationRules
        case .map: Self.mapRules
        case .dateRange: Self.dateRangeRules
        case .part: Self.partRules
        case .preloadHint: Self.preloadHintRules
        case .renditionReport: Self.renditionReportRules
        default: []
        }
    }

    private static let startRules: [AttributeRule] = [
        AttributeRule("TIME-OFFSET", .signed, isRequired: true),
        AttributeRule("PRECISE", .yesNo),
    ]

    private static let defineRules: [AttributeRule] = [
        AttributeRule("NAME", .quoted),
        AttributeRule("VALUE", .quoted),
        AttributeRule("IMPORT", .quoted),
        AttributeRule("QUERYPARAM", .quoted),
    ]

    private static let serverControlRules: [AttributeRule] = [
        AttributeRule("CAN-SKIP-UNTIL", .decimal),
        AttributeRule("CAN-SKIP-DATERANGES", .yes),
        AttributeRule("HOLD-BACK", .decimal),
        AttributeRule("PART-HOLD-BACK", .decimal),
        AttributeRule("CAN-BLOCK-RELOAD", .yes),
    ]

    private static let partInformationRules: [AttributeRule] = [
        AttributeRule("PART-TARGET", .decimal, isRequired: true)
    ]

    private static let skipRules: [AttributeRule] = [
        AttributeRule("SKIPPED-SEGMENTS", .integer, isRequired: true),
        AttributeRule("RECENTLY-REMOVED-DATERANGES", .quoted),
    ]

    private static let contentSteeringRules: [AttributeRule] = [
        AttributeRule("SERVER-URI", .quoted, isRequired: true),
        AttributeRule("PATHWAY-ID", .quoted),
    ]

    private static let sessionDataRules: [AttributeRule] = [
        AttributeRule("DATA-ID", .quoted, isRequired: true),
        AttributeRule("VALUE", .quoted),
        AttributeRule("URI", .quoted),
        AttributeRule("FORMAT", .word, words: "JSON|RAW"),
        AttributeRule("LANGUAGE", .quoted),
    ]

    private static let keyRules: [AttributeRule] = [
        AttributeRule("METHOD", .word, isRequired: true, words: "NONE|AES-128|SAMPLE-AES|SAMPLE-AES-CTR|AES-256-GCM"),
        AttributeRule("URI", .quoted),
        AttributeRule("IV", .hex),
        AttributeRule("KEYFORMAT", .quoted),
        AttributeRule("KEYFORMATVERSIONS", .quoted),
    ]

    private static let mediaRules: [AttributeRule] = [
        AttributeRule("TYPE", .word, isRequired: true, words: "AUDIO|VIDEO|SUBTITLES|CLOSED-CAPTIONS"),
        AttributeRule("URI", .quoted),
        AttributeRule("GROUP-ID", .quoted, isRequired: true),
        AttributeRule("LANGUAGE", .quoted),
        AttributeRule("ASSOC-LANGUAGE", .quoted),
        AttributeRule("NAME", .quoted, isRequired: true),
        AttributeRule("STABLE-RENDITION-ID", .quoted),
        AttributeRule("DEFAULT", .yesNo),
        AttributeRule("AUTOSELECT", .yesNo),
        AttributeRule("FORCED", .yesNo),
        AttributeRule("INSTREAM-ID", .quoted),
        AttributeRule("BIT-DEPTH", .integer),
        AttributeRule("SAMPLE-RATE", .integer),
        AttributeRule("CHARACTERISTICS", .quoted),
        AttributeRule("CHANNELS", .quoted),
    ]

    private static let streamInformationRules: [AttributeRule] = [
        AttributeRule("BANDWIDTH", .integer, isRequired: true),
        AttributeRule("AVERAGE-BANDWIDTH", .integer),
        AttributeRule("SCORE", .decimal),
        AttributeRule("CODECS", .quoted),
        AttributeRule("SUPPLEMENTAL-CODECS", .quoted),
        AttributeRule("RESOLUTION", .resolution),
        AttributeRule("FRAME-RATE", .decimal),
        AttributeRule("HDCP-LEVEL", .word, words: "NONE|TYPE-0|TYPE-1"),
        AttributeRule("ALLOWED-CPC", .quoted),
        AttributeRule("VIDEO-RANGE", .word, words: "SDR|HLG|PQ"),
        AttributeRule("REQ-VIDEO-LAYOUT", .quoted),
        AttributeRule("STABLE-VARIANT-ID", .quoted),
        AttributeRule("AUDIO", .quoted),
        AttributeRule("VIDEO", .quoted),
        AttributeRule("SUBTITLES", .quoted),
        AttributeRule("CLOSED-CAPTIONS", .quotedOrNone),
        AttributeRule("PATHWAY-ID", .quoted),
    ]

    private static let iFrameStreamInformationRules: [AttributeRule] = [
        AttributeRule("BANDWIDTH", .integer, isRequired: true),
        AttributeRule("URI", .quoted, isRequired: true),
        AttributeRule("AVERAGE-BANDWIDTH", .integer),
        AttributeRule("SCORE", .decimal),
        AttributeRule("CODECS", .quoted),
        AttributeRule("SUPPLEMENTAL-CODECS", .quoted),
        AttributeRule("RESOLUTION", .resolution),
        AttributeRule("HDCP-LEVEL", .word, words: "NONE|TYPE-0|TYPE-1"),
        AttributeRule("ALLOWED-CPC", .quoted),
        AttributeRule("VIDEO-RANGE", .word, words: "SDR|HLG|PQ"),
        AttributeRule("REQ-VIDEO-LAYOUT", .quoted),
        AttributeRule("STABLE-VARIANT-ID", .quoted),
        AttributeRule("VIDEO", .quoted),
        AttributeRule("PATHWAY-ID", .quoted),
    ]

    private static let mapRules: [AttributeRule] = [
        AttributeRule("URI", .quoted, isRequired: true),
        AttributeRule("BYTERANGE", .range),
    ]

    private static let dateRangeRules: [AttributeRule] = [
        AttributeRule("ID", .quoted, isRequired: true),
        AttributeRule("CLASS", .quoted),
        AttributeRule("START-DATE", .date),
        AttributeRule("CUE", .quotedWords, words: "PRE|POST|ONCE"),
        AttributeRule("END-DATE", .date),
        AttributeRule("DURATION", .decimal),
        AttributeRule("PLANNED-DURATION", .decimal),
        AttributeRule("SCTE35-CMD", .hex),
        AttributeRule("SCTE35-OUT", .hex),
        AttributeRule("SCTE35-IN", .hex),
        AttributeRule("END-ON-NEXT", .yes),
        AttributeRule("X-ASSET-URI", .quoted),
        AttributeRule("X-ASSET-LIST", .quoted),
        AttributeRule("X-RESUME-OFFSET", .signed),
        AttributeRule("X-PLAYOUT-LIMIT", .decimal),
        AttributeRule("X-SNAP", .quotedWords, words: "OUT|IN"),
        AttributeRule("X-RESTRICT", .quotedWords, words: "SKIP|JUMP"),
        AttributeRule("X-CONTENT-MAY-VARY", .quotedWords, words: "YES|NO"),
        AttributeRule("X-TIMELINE-OCCUPIES", .quotedWords, words: "POINT|RANGE"),
        AttributeRule("X-TIMELINE-STYLE", .quotedWords, words: "HIGHLIGHT|PRIMARY"),
        AttributeRule("X-SKIP-CONTROL-OFFSET", .integer),
        AttributeRule("X-SKIP-CONTROL-DURATION", .integer),
        AttributeRule("X-SKIP-CONTROL-LABEL-ID", .quoted),
        AttributeRule("X-URI", .quoted),
        AttributeRule("X-TARGET-ID", .quoted),
        AttributeRule("X-TARGET-CLASS", .quoted),
    ]

    private static let partRules: [AttributeRule] = [
        AttributeRule("URI", .quoted, isRequired: true),
        AttributeRule("DURATION", .decimal, isRequired: true),
        AttributeRule("INDEPENDENT", .yes),
        AttributeRule("BYTERANGE", .range),
        AttributeRule("GAP", .yes),
    ]

    private static let preloadHintRules: [AttributeRule] = [
        AttributeRule("TYPE", .word, isRequired: true, words: "PART|MAP"),
        AttributeRule("URI", .quoted, isRequired: true),
        AttributeRule("BYTERANGE-START", .integer),
        AttributeRule("BYTERANGE-LENGTH", .integer),
    ]

    private static let renditionReportRules: [AttributeRule] = [
        AttributeRule("URI", .quoted),
        AttributeRule("LAST-MSN", .integer),
        AttributeRule("LAST-PART", .integer),
    ]
}
