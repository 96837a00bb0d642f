extension MediaPlaylist {
    /// Describes a playlist.
    ///
    /// - Parameters:
    ///   - version: The protocol version to declare. Nil declares the least that what is given needs, or none for 1;
    ///     give one when segments will be appended later, such as 3 for decimal durations.
    ///   - targetDuration: Seconds; no segment's duration, rounded, may be greater.
    ///   - usesCRLF: Whether lines end with CRLF.
    public init(
        version: Int? = nil,
        targetDuration: Int,
        mediaSequence: Int = 0,
        discontinuitySequence: Int = 0,
        kind: Kind? = nil,
        isIFramesOnly: Bool = false,
        hasIndependentSegments: Bool = false,
        start: StartPoint? = nil,
        definitions: [VariableDefinition] = [],
        serverControl: ServerControl? = nil,
        partInformation: PartInformation? = nil,
        segments: some Sequence<MediaSegment> = [],
        pendingParts: [PartialSegment] = [],
        dateRanges: [DateRange] = [],
        preloadHints: [PreloadHint] = [],
        renditionReports: [RenditionReport] = [],
        isEnded: Bool = false,
        usesCRLF: Bool = false,
        url: String? = nil
    ) {
        self.init(header: usesCRLF ? Array("#EXTM3U\r\n".utf8) : Array("#EXTM3U\n".utf8), usesCRLF: usesCRLF)
        self.url = url
        // The observers write the lines, as they do when a property is set later.
        setAll {
            $0.version = version
            $0.definitions = definitions
            $0.targetDuration = targetDuration
            $0.set(.mediaSequence, to: max(0, mediaSequence))
            $0.mediaSequence = mediaSequence
            $0.discontinuitySequence = discontinuitySequence
            $0.kind = kind
            $0.isIFramesOnly = isIFramesOnly
            $0.hasIndependentSegments = hasIndependentSegments
            $0.start = start
            $0.serverControl = serverControl
            $0.partInformation = partInformation
            $0.variables = PlaylistVariables(definitions, url: url, imported: [:])
            $0.segments.append(contentsOf: segments)
            $0.trailingDateRanges = dateRanges
            $0.pendingParts = pendingParts
            $0.preloadHints = preloadHints
            $0.renditionReports = renditionReports
            $0.isEnded = isEnded
            if version == nil { $0.declareMinimumVersion() }
        }
    }

    /// Describes an ended playlist whose segments are listed.
    ///
    /// ```swift
    /// let playlist = MediaPlaylist(targetDuration: 6) {
    ///     MediaSegment(uri: "0.ts", duration: 6)
    ///     MediaSegment(uri: "1.ts", duration: 4.5)
    /// }
    /// ```
    public init(
        version: Int? = nil,
        targetDuration: Int,
        mediaSequence: Int = 0,
        kind: Kind? = nil,
        hasIndependentSegments: Bool = false,
        isEnded: Bool = true,
        @MediaSegmentBuilder segments: () -> [MediaSegment]
    ) {
        self.init(
            version: version,
            targetDuration: targetDuration,
            mediaSequence: mediaSequence,
            kind: kind,
            hasIndependentSegments: hasIndependentSegments,
            segments: segments(),
            isEnded: isEnded
        )
    }

    /// A playlist with only a header.
    init(header: [UInt8], usesCRLF: Bool) {
        self.header = header
        self.usesCRLF = usesCRLF
        trailer = []
        mediaSequence = 0
        discontinuitySequence = 0
        isIFramesOnly = false
        hasIndependentSegments = false
        definitions = []
        ownSegments = MediaSegments()
        ownSegments.usesCRLF = usesCRLF
        pendingParts = []
        trailingDateRanges = []
        preloadHints = []
        renditionReports = []
        isEnded = false
        variables = PlaylistVariables()
    }

    private mutating func setAll(_ change: (inout MediaPlaylist) -> Void) {
        change(&self)
    }

    /// Raises or lowers `#EXT-X-VERSION` to the least that the playlist needs; removes it when that is 1.
    public mutating func declareMinimumVersion() {
        let minimum = minimumVersion.version
        version = minimum > 1 ? minimum : nil
    }

    /// Removes segments from the start and counts the sequence numbers on, as a live window does (6.2.2).
    ///
    /// What applies to the segments that stay, such as keys and the map, goes on applying. A playlist without dates
    /// loses nothing; one with dates keeps the date of its first segment.
    public mutating func removeFirstSegments(_ count: Int) {
        let count = min(max(0, count), segments.count)
        guard count > 0 else { return }
        let discontinuities = segments.sums.before(count, records: segments.records).discontinuities
        let own = count < segments.count && segments[count].isDiscontinuity ? 1 : 0
        let date = count < segments.count ? segments[count].date : nil
        segments.removeFirst(count)
        if let date, segments.first?.programDateTime == nil { segments[0].programDateTime = date }
        mediaSequence &+= count
        if discontinuities > own { discontinuitySequence &+= discontinuities - own }
    }
}

/// Lists segments: one after the other, with conditions and loops between them.
@resultBuilder
public enum MediaSegmentBuilder {
    /// One segment.
    public static func buildExpression(_ segment: MediaSegment) -> [MediaSegment] { [segment] }

    /// Segments that were listed elsewhere.
    public static func buildExpression(_ segments: [MediaSegment]) -> [MediaSegment] { segments }

    /// Several in order.
    public static func buildBlock(_ segments: [MediaSegment]...) -> [MediaSegment] { segments.flatMap(\.self) }

    /// A loop.
    public static func buildArray(_ segments: [[MediaSegment]]) -> [MediaSegment] { segments.flatMap(\.self) }

    /// A condition.
    public static func buildOptional(_ segments: [MediaSegment]?) -> [MediaSegment] { segments ?? [] }

    /// The first of two choices.
    public static func buildEither(first segments: [MediaSegment]) -> [MediaSegment] { segments }

    /// The second of two choices.
    public static func buildEither(second segments: [MediaSegment]) -> [MediaSegment] { segments }
}
