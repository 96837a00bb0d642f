/// Reads a multivariant playlist in one pass.
struct MultivariantPlaylistReader {
    var checker: LineChecker
    private let url: String?
    private var version: Int?
    private var hasIndependentSegments = false
    private var start: StartPoint?
    private var contentSteering: ContentSteering?
    private var variables: VariableReader
    private var isWaitingForURI = false
    private var variants: [Variant] = []
    private var renditions: [Rendition] = []
    private var iFrameVariants: [IFrameVariant] = []
    private var sessionData: [SessionData] = []
    private var sessionKeys: [SessionKey] = []
    private var definitions: [VariableDefinition] = []

    init(configuration: PlaylistReader.Configuration) {
        url = configuration.url
        checker = LineChecker(limit: configuration.maximumDiagnostics, leastSeverity: configuration.leastSeverity)
        variables = VariableReader(url: url, imported: configuration.importedVariables, mayImport: false)
    }

    mutating func read(_ bytes: [UInt8]) -> (MultivariantPlaylist, [PlaylistDiagnostic]) {
        let text = bytes.span
        var scanner = PlaylistLineScanner()
        while let line = scanner.next(in: text) {
            checker.number &+= 1
            checker.checkText(line, in: text)
            switch line.content {
            case .blank, .comment, .unknownTag: break
            case .uri: takeURI(line, in: text)
            case .tag(let tag):
                checker.checkTag(tag, line, in: text)
                take(tag, line, in: text)
            }
        }
        if isWaitingForURI {
            checker.diagnostics.report(.missingVariantURI, line: checker.number, tag: .streamInformation)
        }
        let playlist = MultivariantPlaylist(
            url: url,
            bytes: bytes,
            usesCRLF: text.startsWithCRLFLine,
            version: version,
            hasIndependentSegments: hasIndependentSegments,
            start: start,
            definitions: definitions,
            contentSteering: contentSteering,
            sessionData: sessionData,
            sessionKeys: sessionKeys,
            renditions: renditions,
            variants: variants,
            iFrameVariants: iFrameVariants,
            variables: variables.variables
        )
        return (playlist, checker.diagnostics.diagnostics)
    }

    private mutating func takeURI(_ line: PlaylistLine, in text: Span<UInt8>) {
        variables.check(line.text, line, in: text, &checker)
        guard isWaitingForURI, !variants.isEmpty else { return checker.report(.uriWithoutVariant, line) }
        isWaitingForURI = false
        let uri = variables.variables.substituted(text, line.text)
        variants[variants.count - 1].uri = String(decoding: uri, as: UTF8.self)
    }

    private mutating func take(_ tag: PlaylistTag, _ line: PlaylistLine, in text: Span<UInt8>) {
        if isWaitingForURI {
            checker.report(.missingVariantURI, line, tag: .streamInformation)
            isWaitingForURI = false
        }
        if tag == .define { return define(line, in: text) }
        let raw = AttributeList(bytes: text.array(line.value))
        if tag.valueForm == .attributes { variables.checkAttributes(line, in: text, &checker) }
        let list = variables.variables.values.isEmpty ? raw : variables.variables.substituted(raw)
        switch tag {
        case .header: break
        case .version: takeVersion(line, in: text)
        case .independentSegments: hasIndependentSegments = true
        case .start: start = StartPoint(attributes: list)
        case .contentSteering: contentSteering = ContentSteering(attributes: list)
        case .sessionData: sessionData.append(SessionData(attributes: list))
        case .sessionKey: sessionKeys.append(SessionKey(attributes: list))
        case .media: renditions.append(Rendition(attributes: list))
        case .iFrameStreamInformation: iFrameVariants.append(IFrameVariant(attributes: list))
        case .streamInformation:
            variants.append(Variant(attributes: list))
            isWaitingForURI = true
        default: checker.report(.mixedPlaylist, line, tag: tag, subject: "#\(tag.name)")
        }
    }

    private mutating func define(_ line: PlaylistLine, in text: Span<UInt8>) {
        let definition = VariableDefinition(attributes: AttributeList(bytes: text.array(line.value)))
        definitions.append(definition)
        variables.checkAttributes(line, in: text, &checker)
        variables.define(definition, line, &checker)
    }

    private mutating func takeVersion(_ line: PlaylistLine, in text: Span<UInt8>) {
        guard let version = Numbers.integer(text, line.value) else {
            return checker.report(
                .malformedValue,
                line,
                at: line.value.lowerBound,
                tag: .version,
                subject: text.string(line.value.prefix(64))
            )
        }
        self.version = version
        if version > 13 { checker.report(.unsupportedVersion, line, tag: .version, subject: "\(version)") }
    }
}
