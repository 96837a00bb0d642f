/// Reads playlists.
///
/// Lenient reading takes what servers really send and tells what is wrong with it; strict reading refuses a playlist
/// that breaks a MUST. Neither traps, whatever the bytes are.
public struct PlaylistReader: Sendable {
    /// What a reader has to know.
    public struct Configuration: Sendable {
        /// Where the playlist comes from: what its URIs are relative to, and the query that `QUERYPARAM` reads.
        public var url: String?
        /// The variables of the multivariant playlist, which `IMPORT` reads.
        public var importedVariables: [String: String]
        /// The number of findings to keep; 1000 unless told otherwise.
        public var maximumDiagnostics: Int
        /// What is less grave is not kept: strict reading must not miss an error behind many warnings.
        var leastSeverity = PlaylistRule.Severity.note

        /// A configuration.
        public init(url: String? = nil, importedVariables: [String: String] = [:], maximumDiagnostics: Int = 1_000) {
            self.url = url
            self.importedVariables = importedVariables
            self.maximumDiagnostics = max(0, maximumDiagnostics)
        }
    }

    /// A playlist and what is wrong with its text.
    public struct Result<Value: Sendable>: Sendable {
        /// The playlist.
        public let playlist: Value
        /// The findings, in the order of the lines.
        ///
        /// ``PlaylistValidator`` finds what concerns more than one line.
        public let diagnostics: [PlaylistDiagnostic]
    }

    /// What the reader knows.
    public let configuration: Configuration

    /// A reader.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    /// Reads a playlist leniently.
    public func read(_ bytes: [UInt8]) -> Result<Playlist> {
        if Self.isMultivariant(bytes.span) {
            let result = readMultivariant(bytes)
            return Result(playlist: .multivariant(result.playlist), diagnostics: result.diagnostics)
        }
        let result = readMedia(bytes)
        return Result(playlist: .media(result.playlist), diagnostics: result.diagnostics)
    }

    /// Reads a playlist leniently.
    public func read(_ bytes: Span<UInt8>) -> Result<Playlist> {
        read(bytes.array(0..<bytes.count))
    }

    /// Reads a playlist leniently.
    public func read(_ bytes: some Collection<UInt8>) -> Result<Playlist> {
        read(Array(bytes))
    }

    /// Reads a playlist leniently.
    public func read(_ text: String) -> Result<Playlist> {
        read(Array(text.utf8))
    }

    /// Reads a playlist strictly: the first MUST that it breaks is thrown.
    public func readStrictly(_ bytes: [UInt8]) throws(PlaylistError) -> Playlist {
        var errorsOnly = configuration
        errorsOnly.maximumDiagnostics = 1
        errorsOnly.leastSeverity = .error
        let result = PlaylistReader(configuration: errorsOnly).read(bytes)
        if let error = result.diagnostics.first(where: { $0.severity == .error }) { throw PlaylistError(error) }
        var validator = PlaylistValidator(maximumDiagnostics: 1)
        validator.leastSeverity = .error
        let findings = validator.diagnostics(of: result.playlist)
        if let error = findings.first(where: { $0.severity == .error }) { throw PlaylistError(error) }
        return result.playlist
    }

    /// Reads a playlist strictly: the first MUST that it breaks is thrown.
    public func readStrictly(_ bytes: Span<UInt8>) throws(PlaylistError) -> Playlist {
        try readStrictly(bytes.array(0..<bytes.count))
    }

    /// Reads a playlist strictly: the first MUST that it breaks is thrown.
    public func readStrictly(_ bytes: some Collection<UInt8>) throws(PlaylistError) -> Playlist {
        try readStrictly(Array(bytes))
    }

    /// Reads a playlist strictly: the first MUST that it breaks is thrown.
    public func readStrictly(_ text: String) throws(PlaylistError) -> Playlist {
        try readStrictly(Array(text.utf8))
    }

    func readMedia(_ bytes: [UInt8]) -> Result<MediaPlaylist> {
        var reader = MediaPlaylistReader(bytes, configuration: configuration)
        checkStart(bytes.span, &reader.checker)
        let (playlist, diagnostics) = reader.read(bytes)
        return Result(playlist: playlist, diagnostics: diagnostics)
    }

    func readMultivariant(_ bytes: [UInt8]) -> Result<MultivariantPlaylist> {
        var reader = MultivariantPlaylistReader(configuration: configuration)
        checkStart(bytes.span, &reader.checker)
        let (playlist, diagnostics) = reader.read(bytes)
        return Result(playlist: playlist, diagnostics: diagnostics)
    }

    private func checkStart(_ text: Span<UInt8>, _ checker: inout LineChecker) {
        if text.startsWithByteOrderMark { checker.diagnostics.report(.byteOrderMark, line: 1, column: 1) }
        var scanner = PlaylistLineScanner()
        if scanner.next(in: text)?.content != .tag(.header) {
            checker.diagnostics.report(.missingHeader, line: 1, tag: .header)
        }
    }

    /// Whether the first tag that belongs to one kind of playlist belongs to a multivariant one.
    private static func isMultivariant(_ text: Span<UInt8>) -> Bool {
        var scanner = PlaylistLineScanner()
        while let line = scanner.next(in: text) {
            guard case .tag(let tag) = line.content, tag.scope != .either else { continue }
            return tag.scope == .multivariant
        }
        return false
    }
}
