/// Checks playlists against every rule that can be checked on their text, one by one and together.
///
/// ```swift
/// for finding in PlaylistValidator(rules: [.specification, .authoring]).diagnostics(of: playlist) { print(finding) }
/// ```
public struct PlaylistValidator: Sendable {
    /// Sets of rules.
    public struct RuleSet: OptionSet, Sendable, Hashable {
        /// The bits of the set.
        public let rawValue: Int

        /// A set of its bits.
        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// Every MUST and SHOULD of draft-pantos-hls-rfc8216bis that a playlist shows.
        public static let specification = RuleSet(rawValue: 1)
        /// Rules of Apple's HLS Authoring Specification for Apple Devices that a playlist shows.
        public static let authoring = RuleSet(rawValue: 2)
    }

    /// A media playlist of a presentation, and what is known of its segments.
    public struct Member: Sendable {
        /// The URI by which the multivariant playlist names the media playlist.
        public var uri: String
        /// The media playlist.
        public var playlist: MediaPlaylist
        /// The number of bytes of each segment; nil takes byte ranges and bit rates of the playlist where it has them.
        public var segmentSizes: [Int]?
        /// The formats that the segments have (RFC 6381), nil when they are not known.
        public var codecs: [String]?

        /// A media playlist of a presentation.
        public init(uri: String, playlist: MediaPlaylist, segmentSizes: [Int]? = nil, codecs: [String]? = nil) {
            self.uri = uri
            self.playlist = playlist
            self.segmentSizes = segmentSizes
            self.codecs = codecs
        }
    }

    /// The rules to check.
    public var rules: RuleSet
    /// The number of findings to keep for each playlist.
    public var maximumDiagnostics: Int
    /// What is less grave is not kept.
    var leastSeverity = PlaylistRule.Severity.note

    /// A validator.
    public init(rules: RuleSet = .specification, maximumDiagnostics: Int = 1_000) {
        self.rules = rules
        self.maximumDiagnostics = max(0, maximumDiagnostics)
    }

    /// What is wrong with a playlist, in the order of its lines.
    public func diagnostics(of playlist: Playlist) -> [PlaylistDiagnostic] {
        switch playlist {
        case .media(let playlist): diagnostics(of: playlist)
        case .multivariant(let playlist): diagnostics(of: playlist)
        }
    }

    /// What is wrong with a media playlist, in the order of its lines.
    public func diagnostics(of playlist: MediaPlaylist) -> [PlaylistDiagnostic] {
        let bytes = playlist.bytes
        var diagnostics: [PlaylistDiagnostic] = []
        if rules.contains(.specification) {
            diagnostics = reader(playlist.url, playlist.variables).readMedia(bytes).diagnostics
            var check = MediaRules(playlist, found: collector)
            diagnostics += check.diagnostics(in: bytes) + uriFindings(in: bytes)
        }
        if rules.contains(.authoring) {
            let found = collector
            var check = AuthoringRules(playlist: playlist, lines: TagLines(bytes), found: found)
            check.check()
            diagnostics += check.found.diagnostics + uriFindings(in: bytes, isAuthoring: true)
        }
        return Self.inOrder(diagnostics)
    }

    /// What is wrong with a multivariant playlist, in the order of its lines.
    public func diagnostics(of playlist: MultivariantPlaylist) -> [PlaylistDiagnostic] {
        let bytes = playlist.bytes
        let found = collector
        let lines = TagLines(bytes)
        var diagnostics: [PlaylistDiagnostic] = []
        if rules.contains(.specification) {
            diagnostics = reader(playlist.url, playlist.variables).readMultivariant(bytes).diagnostics
            var check = MultivariantRules(playlist: playlist, lines: lines, found: found)
            check.check()
            diagnostics += check.found.diagnostics + uriFindings(in: bytes)
        }
        if rules.contains(.authoring) {
            var check = MultivariantAuthoringRules(playlist: playlist, lines: lines, found: found)
            check.check()
            diagnostics += check.found.diagnostics + uriFindings(in: bytes, isAuthoring: true)
        }
        return Self.inOrder(diagnostics)
    }

    /// What is wrong with a media playlist that was loaded again: with itself, and with what changed since.
    ///
    /// A delta update is joined with the earlier playlist first; what cannot be joined is checked as it is.
    ///
    /// - Parameter elapsed: The time between the moments at which the server gave the two versions. With it, a
    ///   playlist that has not grown in time is found (6.2.1).
    public func diagnostics(
        of playlist: MediaPlaylist,
        after previous: MediaPlaylist,
        elapsed: MediaDuration? = nil
    ) -> [PlaylistDiagnostic] {
        let all = diagnostics(of: playlist)
        guard rules.contains(.specification) else { return all }
        let whole = (try? previous.merging(playlist)) ?? playlist
        guard whole.skip == nil else { return all }
        var check = ReloadRules(
            previous: previous,
            playlist: whole,
            lines: TagLines(playlist.bytes),
            elapsed: elapsed,
            found: collector
        )
        check.check()
        return all + check.found.diagnostics
    }

    /// What is wrong with a presentation: with the multivariant playlist, with each media playlist, and between them.
    public func diagnostics(
        of playlist: MultivariantPlaylist,
        members: [Member]
    ) -> [PlaylistDiagnostic] {
        var all = diagnostics(of: playlist)
        for member in members {
            // The tag holds for all when the multivariant playlist has it.
            let own = diagnostics(of: member.playlist).filter {
                $0.rule != .appleIndependentSegments || !playlist.hasIndependentSegments
            }
            all += own.map {
                PlaylistDiagnostic(
                    rule: $0.rule,
                    line: $0.line,
                    column: $0.column,
                    tag: $0.tag,
                    subject: $0.subject,
                    uri: member.uri
                )
            }
        }
        var check = PresentationRules(
            playlist: playlist,
            members: members,
            lines: TagLines(playlist.bytes),
            found: collector
        )
        if rules.contains(.specification) { check.check() }
        if rules.contains(.authoring) { check.checkAuthoring() }
        return all + check.found.diagnostics
    }

    private func uriFindings(in bytes: [UInt8], isAuthoring: Bool = false) -> [PlaylistDiagnostic] {
        var check = URIRules(found: collector, isAuthoring: isAuthoring)
        return check.diagnostics(in: bytes)
    }

    private var collector: DiagnosticCollector {
        DiagnosticCollector(limit: maximumDiagnostics, leastSeverity: leastSeverity)
    }

    private func reader(_ url: String?, _ variables: PlaylistVariables) -> PlaylistReader {
        var configuration = PlaylistReader.Configuration(
            url: url,
            importedVariables: variables.values,
            maximumDiagnostics: maximumDiagnostics
        )
        configuration.leastSeverity = leastSeverity
        return PlaylistReader(configuration: configuration)
    }

    private static func inOrder(_ diagnostics: [PlaylistDiagnostic]) -> [PlaylistDiagnostic] {
        diagnostics.enumerated()
            .sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            .map(\.element)
    }
}

/// The numbers of the lines on which tags stand.
package struct TagLines {
    private var numbers: [PlaylistTag: [Int]] = [:]

    package init(_ bytes: [UInt8]) {
        var scanner = PlaylistLineScanner()
        var number = 0
        while let line = scanner.next(in: bytes.span) {
            number += 1
            if case .tag(let tag) = line.content { numbers[tag, default: []].append(number) }
        }
    }

    /// The line of the tag at an index among those of its kind; 0 when there is none.
    package func number(_ tag: PlaylistTag, _ index: Int) -> Int {
        guard let lines = numbers[tag], index < lines.count else { return 0 }
        return lines[index]
    }

    /// The line of the first tag of a kind, or of the last one where only that counts; 0 when there is none.
    package func number(_ tag: PlaylistTag) -> Int {
        (tag.isSingle ? numbers[tag]?.last : numbers[tag]?.first) ?? 0
    }
}
