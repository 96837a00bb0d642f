/// Reads a media playlist in one pass, whole or piece by piece.
struct MediaPlaylistReader {
    var checker: LineChecker
    private var values = Values()
    private let url: String?
    private var usesCRLF = false
    private(set) var segments = MediaSegments()
    private var parser: SegmentParser
    private var variables: VariableReader
    private let usesVariables: Bool
    private var scanner = PlaylistLineScanner()
    /// Where the header ends so far: behind the last tag that speaks of the whole values.
    private var headerEnd = 0
    /// Where the lines of the next segment start.
    private var blockStart = 0
    private var hasSegments = false
    /// The text of the header, once the segments behind it are taken out.
    private var header: [UInt8]?
    /// Whether the first tag that belongs to one kind of playlist belongs to a multivariant one; nil in front of it.
    private(set) var isMultivariant: Bool?

    /// What tags say of the whole values.
    private struct Values {
        var version: Int?
        var targetDuration: Int?
        var mediaSequence = 0
        var discontinuitySequence = 0
        var kind: MediaPlaylist.Kind?
        var isIFramesOnly = false
        var hasIndependentSegments = false
        var start: StartPoint?
        var definitions: [VariableDefinition] = []
        var serverControl: ServerControl?
        var partInformation: PartInformation?
        var skip: SkippedSegments?
        var pendingParts: [PartialSegment] = []
        var trailingDateRanges: [DateRange] = []
        var preloadHints: [PreloadHint] = []
        var renditionReports: [RenditionReport] = []
        var isEnded = false
    }

    init(_ bytes: [UInt8], configuration: PlaylistReader.Configuration, usesVariables: Bool? = nil) {
        let text = bytes.span
        self.usesVariables = usesVariables ?? text.contains(0x7B)
        checker = LineChecker(limit: configuration.maximumDiagnostics, leastSeverity: configuration.leastSeverity)
        parser = SegmentParser(mayHaveReferences: self.usesVariables)
        variables = VariableReader(
            url: configuration.url,
            imported: configuration.importedVariables,
            mayImport: true
        )
        url = configuration.url
        segments.source = bytes
        // An array that has to grow would be in memory twice.
        segments.records.reserveCapacity(min(Self.likelySegments(text), 1 << 22))
    }

    /// Prepares to read a text that is not there yet.
    ///
    /// - Parameter outline: What an earlier reading has found out about the whole.
    init(configuration: PlaylistReader.Configuration, outline: MediaPlaylist?) {
        self.init([], configuration: configuration, usesVariables: true)
        guard let outline else { return }
        segments.base = outline.ownSegments.base
        segments.variables = outline.variables
    }

    /// How many segments a text may have, by the lines at its beginning when it is long.
    private static func likelySegments(_ text: Span<UInt8>) -> Int {
        let sample = 1 << 12
        let byLength = text.count / 96
        guard text.count > 16 * sample else { return byLength }
        var uris = 0
        for index in 1..<sample where text[index - 1] == 0x0A && text[index] > 0x23 { uris &+= 1 }
        return max(byLength, text.count / sample * uris / 8 * 9)
    }

    mutating func read(_ bytes: [UInt8]) -> (MediaPlaylist, [PlaylistDiagnostic]) {
        _ = read(bytes, to: bytes.count, most: .max)
        return (assemble(bytes), checker.diagnostics.diagnostics)
    }

    /// Reads the lines that were not read yet.
    ///
    /// - Parameters:
    ///   - bytes: The text, which may have grown at its end since it was read last.
    ///   - end: Where the last line ends that is there as a whole.
    ///   - most: How many segments are wanted at once.
    /// - Returns: Whether there are so many.
    mutating func read(_ bytes: [UInt8], to end: Int, most: Int) -> Bool {
        let text = bytes.span.extracting(0..<end)
        if scanner.offset == 0 {
            usesCRLF = text.startsWithCRLFLine
            segments.usesCRLF = usesCRLF
        }
        while let line = scanner.next(in: text) {
            checker.number &+= 1
            checker.checkText(line, in: text)
            switch line.content {
            case .blank: break
            case .comment, .unknownTag: parser.takeOther()
            case .uri:
                finish(line, in: text)
                if segments.records.count >= most { return true }
            case .tag(let tag):
                if isMultivariant == nil, tag.scope != .either { isMultivariant = tag.scope == .multivariant }
                checker.checkTag(tag, line, in: text)
                take(tag, line, in: text)
            }
        }
        return false
    }

    /// Takes the segments out that were read last.
    ///
    /// - Parameter bytes: The text, which they keep.
    /// - Returns: The segments, and the text to read on with: what they hand on to those behind, and the rest.
    mutating func takeSegments(_ bytes: [UInt8]) -> (MediaSegments, text: [UInt8]) {
        if header == nil, let first = segments.records.first { header = Array(bytes[..<first.offset]) }
        var taken = segments
        taken.source = bytes
        var rest = MediaSegments()
        rest.usesCRLF = usesCRLF
        rest.variables = segments.variables
        rest.base = segments.base
        rest.base.mediaSequence &+= taken.count
        rest.base.discontinuitySequence &+= segments.records.count { $0.flags.contains(.discontinuity) }
        var text = parser.state.move(from: (bytes, segments.tables), to: &rest.tables)
        segments = rest
        let start = text.count
        text += bytes[blockStart...]
        scanner = PlaylistLineScanner(at: start + scanner.offset - blockStart)
        blockStart = start
        return (taken, text)
    }

    private mutating func finish(_ line: PlaylistLine, in text: Span<UInt8>) {
        if !hasSegments { blockStart = max(headerEnd, text.startsWithByteOrderMark ? 3 : 0) }
        hasSegments = true
        if usesVariables { variables.check(line.text, line, in: text, &checker) }
        let (record, finding) = parser.finish(line, in: text, base: 0, from: blockStart)
        if let finding { report(finding, line, in: text) }
        segments.sums.append(record, at: segments.records.count)
        segments.records.append(record)
        blockStart = line.end
    }

    private mutating func take(_ tag: PlaylistTag, _ line: PlaylistLine, in text: Span<UInt8>) {
        if usesVariables, tag.valueForm == .attributes {
            variables.checkAttributes(line, in: text, &checker)
        }
        if tag.isPlaylistWide || tag.scope == .multivariant { takePlaylistTag(tag, line, in: text) }
        if tag.isInHeader, !hasSegments, !parser.isInSegment {
            headerEnd = line.end
            parser.forgetOtherLines()
            return
        }
        let finding = parser.take(tag, line, in: text, base: 0, tables: &segments.tables) { _ in [] }
        if let finding { report(finding, line, in: text, tag: tag) }
    }

    private mutating func report(
        _ finding: SegmentParser.Finding,
        _ line: PlaylistLine,
        in text: Span<UInt8>,
        tag: PlaylistTag? = nil
    ) {
        let subject = checker.diagnostics.isFull ? "" : text.string(finding.range.prefix(64))
        checker.report(finding.rule, line, at: finding.range.lowerBound, tag: tag, subject: subject)
    }

    private mutating func takePlaylistTag(_ tag: PlaylistTag, _ line: PlaylistLine, in text: Span<UInt8>) {
        switch tag {
        case .header: break
        case .version, .targetDuration, .mediaSequence, .discontinuitySequence:
            takeInteger(tag, line, in: text)
        case .playlistType:
            values.kind = MediaPlaylist.Kind(rawValue: text.string(line.value))
            if values.kind == nil { reportMalformed(tag, line, in: text) }
        case .iFramesOnly: values.isIFramesOnly = true
        case .independentSegments: values.hasIndependentSegments = true
        case .endList: values.isEnded = true
        case .start: values.start = StartPoint(attributes: attributes(line, in: text))
        case .serverControl: values.serverControl = ServerControl(attributes: attributes(line, in: text))
        case .partInformation: values.partInformation = PartInformation(attributes: attributes(line, in: text))
        case .skip: values.skip = SkippedSegments(attributes: attributes(line, in: text))
        case .preloadHint: values.preloadHints.append(PreloadHint(attributes: attributes(line, in: text)))
        case .renditionReport:
            values.renditionReports.append(RenditionReport(attributes: attributes(line, in: text)))
        case .define:
            let definition = VariableDefinition(attributes: AttributeList(bytes: text.array(line.value)))
            values.definitions.append(definition)
            variables.define(definition, line, &checker)
        default:
            checker.report(.mixedPlaylist, line, tag: tag, subject: "#\(tag.name)")
        }
    }

    private mutating func takeInteger(_ tag: PlaylistTag, _ line: PlaylistLine, in text: Span<UInt8>) {
        let value = Int(attribute: text.extracting(line.value))
        if Numbers.integer(text, line.value) == nil { reportMalformed(tag, line, in: text) }
        guard let value else { return }
        switch tag {
        case .version:
            values.version = value
            if value > 13 { checker.report(.unsupportedVersion, line, tag: tag, subject: "\(value)") }
        case .targetDuration: values.targetDuration = value
        case .mediaSequence: values.mediaSequence = value
        default: values.discontinuitySequence = value
        }
        if tag == .mediaSequence || tag == .discontinuitySequence, hasSegments || parser.hasDiscontinuity {
            checker.report(.sequenceAfterSegment, line, tag: tag, subject: "#\(tag.name)")
        }
    }

    private mutating func reportMalformed(_ tag: PlaylistTag, _ line: PlaylistLine, in text: Span<UInt8>) {
        checker.report(
            .malformedValue,
            line,
            at: line.value.lowerBound,
            tag: tag,
            subject: text.string(line.value.prefix(64))
        )
    }

    private func attributes(_ line: PlaylistLine, in text: Span<UInt8>) -> AttributeList {
        let list = AttributeList(bytes: text.array(line.value))
        return usesVariables ? variables.variables.substituted(list) : list
    }

    /// The playlist with the segments that were not taken out.
    ///
    /// - Parameter bytes: The text that was read last.
    mutating func assemble(_ bytes: [UInt8]) -> MediaPlaylist {
        let text = bytes.span
        let trailerStart = hasSegments ? blockStart : headerEnd
        let trailer = text.array(trailerStart..<text.count)
        segments.variables = variables.variables
        segments.base = MediaSegments.Base(
            mediaSequence: values.mediaSequence,
            discontinuitySequence: values.discontinuitySequence,
            skippedSegments: max(0, values.skip?.count ?? 0)
        )
        readTrailer(trailer)
        return MediaPlaylist(
            url: url,
            header: header ?? text.array(0..<(segments.records.first?.offset ?? headerEnd)),
            trailer: trailer,
            usesCRLF: usesCRLF,
            version: values.version,
            targetDuration: values.targetDuration,
            mediaSequence: values.mediaSequence,
            discontinuitySequence: values.discontinuitySequence,
            kind: values.kind,
            isIFramesOnly: values.isIFramesOnly,
            hasIndependentSegments: values.hasIndependentSegments,
            start: values.start,
            definitions: values.definitions,
            serverControl: values.serverControl,
            partInformation: values.partInformation,
            skip: values.skip,
            ownSegments: segments,
            pendingParts: PartialSegment.settled(values.pendingParts),
            trailingDateRanges: values.trailingDateRanges,
            preloadHints: values.preloadHints,
            renditionReports: values.renditionReports,
            isEnded: values.isEnded,
            variables: variables.variables
        )
    }

    private mutating func readTrailer(_ trailer: [UInt8]) {
        let text = trailer.span
        var scanner = PlaylistLineScanner()
        var hasDuration: PlaylistLine?
        while let line = scanner.next(in: text) {
            switch line.content {
            case .tag(.part): values.pendingParts.append(PartialSegment(attributes: attributes(line, in: text)))
            case .tag(.dateRange):
                values.trailingDateRanges.append(DateRange(attributes: attributes(line, in: text)))
            case .tag(.segment): hasDuration = line
            default: break
            }
        }
        if hasDuration != nil { checker.diagnostics.report(.missingSegmentURI, line: checker.number, tag: .segment) }
    }
}
