import HLSKit

/// One inspection under way: fills the report.
struct Inspection {
    let configuration: HLSInspector.Configuration
    /// The folder that names in the report are relative to.
    let folder: String
    var report: InspectionReport
    let progress: @Sendable (InspectionProgress) -> Void

    private let start = ContinuousClock.now
    /// Progress is not told more often than this.
    private static let progressInterval = Duration.milliseconds(100)
    private var bytes = 0

    init(
        configuration: HLSInspector.Configuration,
        folder: String,
        report: InspectionReport,
        progress: @escaping @Sendable (InspectionProgress) -> Void
    ) {
        self.configuration = configuration
        self.folder = folder
        self.report = report
        self.progress = progress
    }

    private var validator: PlaylistValidator {
        PlaylistValidator(rules: configuration.checksAuthoringRules ? [.specification, .authoring] : .specification)
    }

    // MARK: What was given

    mutating func inspectSegment(_ url: String, isMP4: Bool = false) async throws(InspectionError) {
        let plan = SegmentPlan(url: url, file: report.file)
        let rendition = InspectionReport.Rendition(uri: report.file, role: .only)
        var source = Source(rendition: rendition, playlist: nil, plans: [plan])
        source.byteCount = await configuration.loader.byteCount(of: url)
        if isMP4 { source.movie = try await MovieFinder(loader: configuration.loader).movie(in: url) }
        let media = try await read(source, done: 0, of: 1)
        report.renditions = [media.rendition]
        report.findings += media.findings
        if isMP4 { report.kind = media.fileKind }
    }

    mutating func inspectPlaylist(_ url: String) async throws(InspectionError) {
        let text = try await configuration.loader.contents(of: url, limit: configuration.maximumPlaylistBytes)
        let reader = PlaylistReader(configuration: .init(url: url, maximumDiagnostics: 0))
        switch reader.read(text).playlist {
        case .media(let playlist):
            report.kind = .mediaPlaylist
            report.findings += validator.diagnostics(of: playlist).map { Finding($0, file: report.file) }
            let rendition = InspectionReport.Rendition(uri: report.file, role: .only)
            let plans = SegmentPlan.segments(of: playlist, folder: folder)
            let media = try await read(Source(rendition: rendition, playlist: playlist, plans: plans), done: 0, of: 1)
            report.renditions = [media.rendition]
            report.findings += media.findings
        case .multivariant(let playlist):
            report.kind = .multivariantPlaylist
            try await inspect(playlist)
        }
    }

    // MARK: Presentations

    private mutating func inspect(_ playlist: MultivariantPlaylist) async throws(InspectionError) {
        let lines = TagLines(playlist.bytes)
        var members: [PresentationMember] = []
        var mediaFindings: [Finding] = []
        var missing: [Finding] = []
        let entries = PresentationEntry.entries(of: playlist, lines)
        for (index, entry) in entries.enumerated() {
            let url = PlaylistURL.resolve(entry.uri, against: playlist.url)
            let file = LocalURL.name(of: url, in: folder)
            var rendition = entry.rendition
            let media: MediaPlaylist
            do {
                media = try await mediaPlaylist(url, variables: playlist.variables)
            } catch  where [.notFound, .notUsable, .unreachable, .inputOutput].contains(error.code) {
                missing.append(
                    Finding(
                        .missingPlaylist,
                        file: report.file,
                        line: entry.line,
                        "the playlist \(entry.uri) cannot be used (\(error.message)), or take its tag out"
                    )
                )
                report.renditions.append(rendition)
                continue
            }
            rendition.uri = entry.uri
            let plans = SegmentPlan.segments(of: media, folder: folder)
            var source = Source(rendition: rendition, playlist: media, plans: plans)
            source.isIndependent = playlist.hasIndependentSegments
            let result = try await read(source, done: index, of: entries.count)
            report.renditions.append(result.rendition)
            mediaFindings += result.findings
            members.append(PresentationMember(entry: entry, file: file, playlist: media, media: result))
        }
        let checker = DeclarationRules(playlist: playlist, file: report.file, members: members)
        let diagnostics = validator.diagnostics(of: playlist, members: members.map(\.validated))
        report.findings += diagnostics.compactMap { diagnostic in
            // Told above, with its line.
            if diagnostic.rule == .missingMediaPlaylist { return nil }
            let file = diagnostic.uri.flatMap { uri in members.first { $0.entry.uri == uri }?.file } ?? report.file
            return Finding(diagnostic, file: file)
        }
        report.findings += missing + checker.findings() + mediaFindings
    }

    private func mediaPlaylist(
        _ url: String,
        variables: PlaylistVariables
    ) async throws(InspectionError) -> MediaPlaylist {
        let text = try await configuration.loader.contents(of: url, limit: configuration.maximumPlaylistBytes)
        let base = configuration.loader.finalURL(of: url)
        let reader = PlaylistReader(
            configuration: .init(url: base, importedVariables: variables.values, maximumDiagnostics: 0)
        )
        let content = SegmentStart(Array(text.prefix(SegmentStart.byteCount))).content
        if let advice = content.advice {
            throw InspectionError(.notUsable, "it is \(content.description): \(advice)")
        }
        guard content != .webPage, case .media(let playlist) = reader.read(text).playlist else {
            throw InspectionError(.notUsable, "it is no media playlist: name one")
        }
        return playlist
    }

    // MARK: Renditions

    /// What a rendition is read from.
    private struct Source {
        let rendition: InspectionReport.Rendition
        let playlist: MediaPlaylist?
        let plans: [SegmentPlan]
        /// Whether the multivariant playlist says that segments need no other ones.
        var isIndependent = false
        /// The tracks of an MP4 file.
        var movie: MP4Movie?
        /// The bytes of a file that is read alone.
        var byteCount: Int?
    }

    private mutating func read(
        _ source: Source,
        done: Int,
        of count: Int
    ) async throws(InspectionError) -> RenditionResult {
        let playlist = source.playlist
        var reader = RenditionReader(
            plans: source.plans,
            loader: configuration.loader,
            depth: !configuration.readsSegments ? .nothing : playlist?.isIFramesOnly == true ? .iFrames : .all,
            hasPlaylist: playlist != nil,
            isSubtitles: source.rendition.role == .subtitles,
            playlistURL: playlist?.url
        )
        reader.movieAhead = source.movie
        let before = bytes
        var read = 0
        let (progress, start) = (progress, start)
        var lastTold: ContinuousClock.Instant?
        try await reader.read { segments, bytes in
            read = bytes
            let now = ContinuousClock.now
            if segments < source.plans.count, let lastTold, now - lastTold < Self.progressInterval { return }
            lastTold = now
            progress(
                InspectionProgress(
                    rendition: source.rendition.uri,
                    renditionsDone: done,
                    renditions: count,
                    segmentsDone: segments,
                    segments: source.plans.count,
                    bytes: before + bytes,
                    totalBytes: source.byteCount,
                    elapsed: now - start
                )
            )
        }
        bytes = before + read
        return RenditionResult(
            rendition: source.rendition,
            playlist: playlist,
            hasIndependentSegments: source.isIndependent || playlist?.hasIndependentSegments == true,
            reader: reader,
            playlistFile: playlist?.url.map { LocalURL.name(of: $0, in: folder) } ?? report.file
        )
    }
}
