import HLSKit

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Downloads HLS streams to folders that play.
///
/// ```swift
/// let downloader = HLSDownloader()
/// let result = try await downloader.download("https://example.com/film.m3u8", to: folder) { event in
///     if case .progress(let progress) = event { print(progress.fraction ?? 0) }
/// }
/// print(result.playlist, result.duration.seconds)
/// ```
public struct HLSDownloader: Sendable {
    /// What happens when a segment cannot be fetched.
    public enum MissingPolicy: String, Sendable, Hashable, CaseIterable {
        /// The download fails at its end, and can be gone on with.
        case fail
        /// The segment becomes a gap in the playlist.
        case gap
    }

    /// What is downloaded, and how.
    public struct Configuration: Sendable {
        /// The segments that are fetched at once, 1 to 256.
        public var workers = 8
        /// Which variants.
        public var variants = VariantChoice.best
        /// Which renditions of sound.
        public var audio = TrackChoice.automatic
        /// Which subtitles.
        public var subtitles = TrackChoice.automatic
        /// Whether the playlists of I-frames are downloaded too.
        public var includesIFrames = false
        /// Whether encrypted segments stay so, with their keys beside them.
        public var keepsEncryption = false
        /// What happens when a segment cannot be fetched.
        public var missingSegments = MissingPolicy.fail
        /// Whether a stream that still grows is recorded until it ends, behind what the folder has of it already.
        public var recordsLive = false
        /// How long a recording waits for a new segment, beyond the duration of the last one, while the playlist cannot be
        /// loaded or does not change.
        public var livePatience = Duration.seconds(60)
        /// How much of the stream is wanted, from ``start`` on; nil for all.
        public var duration: Duration?
        /// The media time at which the wanted part starts; whole segments are taken.
        public var start = Duration.zero
        /// The media time at which the wanted part ends; nil for the end of the stream.
        public var end: Duration?
        /// Whether segments that the playlist marks as advertisements are left out.
        public var skipsAdvertisements = false
        /// The URL that relative names of the playlist are resolved against; nil for that of the playlist.
        ///
        /// As with every base URL, what stands behind its last slash does not count (RFC 3986 5.2.3).
        public var baseURL: String?
        /// The text of the playlist, when the caller has it; the source is only what it is called then.
        public var playlistText: [UInt8]?
        /// Whether what a playlist names is requested with the query of the playlist's URL.
        public var queryInheritance = QueryInheritance.automatic
        /// The key of all encrypted segments, instead of those that playlists name; with it segments of a stream whose
        /// playlists declare no encryption are decrypted too.
        public var key: GivenKey?
        /// The initialization vector of segments in AES-128, 16 bytes; nil for those that playlists declare.
        public var initializationVector: [UInt8]?
        /// Whether a folder with other files or another download may be used.
        public var replacesOtherResults = false
        /// The address that the folder was downloaded from before the stream moved to another one.
        public var resumesFrom: String?
        /// What a stream may have at most.
        public var limits = DownloadLimits()
        /// How resources are fetched over HTTP.
        public var transfer = TransferConfiguration()
        /// Fetches instead of HTTP; for tests.
        package var fetcher: (any ResourceFetcher)?

        /// The best variant with its default renditions, eight segments at once.
        public init() {}

        func planner(_ fetcher: any ResourceFetcher) -> PresentationPlanner {
            PresentationPlanner(
                loader: loader(fetcher),
                choice: PresentationPlanner.Choice(
                    variants: variants,
                    audio: audio,
                    subtitles: subtitles,
                    includesIFrames: includesIFrames,
                    keepsEncryption: keepsEncryption,
                    recordsLive: recordsLive,
                    segments: segmentChoice,
                    encryption: EncryptionChoice(key: key, vector: initializationVector)
                )
            )
        }

        func loader(_ fetcher: any ResourceFetcher) -> PlaylistLoader {
            PlaylistLoader(
                fetcher: fetcher,
                limits: limits,
                rootBase: baseURL.map { LocalPath.url(of: $0) },
                rootText: playlistText
            )
        }

        /// The URL of the playlist, or what it is called when its text is given.
        func url(of source: String) -> String { playlistText == nil ? LocalPath.url(of: source) : source }

        /// Which segments of each playlist are wanted.
        private var segmentChoice: SegmentFilter.Choice {
            var choice = SegmentFilter.Choice()
            choice.range.start = MediaDuration(start)
            choice.range.end = end.map(MediaDuration.init)
            choice.skipsAdvertisements = skipsAdvertisements
            guard let duration else { return choice }
            if start > .zero {
                let end = choice.range.start + MediaDuration(duration)
                choice.range.end = choice.range.end.map { min($0, end) } ?? end
            } else {
                choice.limit = MediaDuration(duration)
            }
            return choice
        }

        func validate() throws(DownloadError) {
            guard (1...256).contains(workers) else {
                throw DownloadError(.invalidOption, "\(workers) segments at once make no sense: give 1 to 256")
            }
            guard livePatience > .zero else {
                throw DownloadError(.invalidOption, "the patience for a live stream must be positive")
            }
            guard duration.map({ $0 > .zero }) ?? true else {
                throw DownloadError(.invalidOption, "the duration has to be greater than nothing")
            }
            if let end, end <= start {
                throw DownloadError(.invalidOption, .emptyRange(from: start / .seconds(1), to: end / .seconds(1)))
            }
            if let vector = initializationVector, vector.count != 16 {
                throw DownloadError(.invalidOption, .invalidVector(Hexadecimal.lowercaseText(vector)))
            }
            if recordsLive, start > .zero || end != nil { throw DownloadError(.invalidOption, .rangeOfRecording) }
        }
    }

    /// What is downloaded, and how.
    public var configuration: Configuration

    /// Creates a downloader.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    /// Downloads a stream, or goes on where an earlier call was interrupted.
    ///
    /// Cancelling the task stops it within a second and keeps what is there. The recording of a live stream ends well
    /// instead: what is recorded becomes a whole playlist.
    /// - Parameters:
    ///   - source: The URL of a playlist, or the path of a local one.
    ///   - directory: The folder to write; made when it does not exist. Its name becomes the playlist's.
    ///   - onEvent: Called with what is worth knowing, one call at a time.
    /// - Returns: What was made.
    /// - Throws: ``DownloadError``.
    public func download(
        _ source: String,
        to directory: URL,
        onEvent: @escaping @Sendable (DownloadEvent) -> Void = { _ in }
    ) async throws -> DownloadResult {
        try configuration.validate()
        let stop = StopSignal()
        let task = Task { [configuration] in
            try await Self.download(source, to: directory, configuration, stop, onEvent)
        }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            if !stop.set() { task.cancel() }
        }
    }

    private static func download(
        _ source: String,
        to directory: URL,
        _ configuration: Configuration,
        _ stop: StopSignal,
        _ onEvent: @escaping @Sendable (DownloadEvent) -> Void
    ) async throws -> DownloadResult {
        let counter = ByteCounter()
        let url = configuration.url(of: source)
        return try await withFetcher(configuration, url, counter) { fetcher in
            var run = DownloadRun(
                configuration: configuration,
                source: url,
                directory: path(directory),
                fetcher: fetcher,
                counter: counter,
                stop: stop,
                onEvent: onEvent
            )
            return try await run.run()
        }
    }

    /// Downloads a stream, and tells how it goes as a sequence that ends when the download does.
    ///
    /// Ending the iteration early cancels the download.
    /// - Throws: ``DownloadError``, from the iteration.
    public func events(downloading source: String, to directory: URL) -> AsyncThrowingStream<DownloadEvent, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    let result = try await download(source, to: directory) { continuation.yield($0) }
                    continuation.yield(.finished(result))
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Makes the plan of a download, and does nothing else.
    ///
    /// - Parameters:
    ///   - source: The URL of a playlist, or the path of a local one.
    ///   - directory: The folder that would be written.
    /// - Throws: ``DownloadError``.
    public func plan(_ source: String, to directory: URL) async throws -> DownloadPlan {
        try configuration.validate()
        let url = configuration.url(of: source)
        let name = FileNames.last(Self.path(directory)) + ".m3u8"
        return try await Self.withFetcher(configuration, url, ByteCounter()) { [configuration] fetcher in
            try await configuration.planner(fetcher).presentation(of: url).plan(playlistName: name)
        }
    }

    /// Lists what a stream has to choose from.
    ///
    /// - Throws: ``DownloadError``.
    public func list(_ source: String) async throws -> StreamListing {
        let url = configuration.url(of: source)
        return try await Self.withFetcher(configuration, url, ByteCounter()) { [configuration] fetcher in
            switch try await configuration.loader(fetcher).loadRoot(url) {
            case .media(let playlist): return StreamListing(nil, source: playlist.outline.url ?? url)
            case .multivariant(let playlist): return StreamListing(playlist, source: playlist.url ?? url)
            }
        }
    }

    private static func withFetcher<Value: Sendable>(
        _ configuration: Configuration,
        _ url: String,
        _ counter: ByteCounter,
        _ body: (any ResourceFetcher) async throws -> Value
    ) async throws -> Value {
        // Credentials are for where the playlist comes from; what it is relative to counts where that is not a server.
        let root = WebAddress(url) == nil ? configuration.baseURL.map { LocalPath.url(of: $0) } ?? url : url
        func inheriting(_ fetcher: any ResourceFetcher) -> QueryFetcher {
            QueryFetcher(
                remote: fetcher,
                inheritance: configuration.queryInheritance,
                root: root,
                trustedHosts: configuration.transfer.trustedHosts
            )
        }
        if let fetcher = configuration.fetcher { return try await body(inheriting(fetcher)) }
        var transfer = configuration.transfer
        transfer.connectionsPerHost = max(transfer.connectionsPerHost, configuration.workers)
        return try await HTTPFetcher.withFetcher(transfer, root: root, onEvent: counter.handle) {
            try await body(LocalFetcher(remote: inheriting($0)))
        }
    }

    /// A file URL's path as the system wants it.
    ///
    /// Joined by hand: what URLs call standard takes '..' for the folder above, also behind a link to elsewhere.
    private static func path(_ url: URL) -> String {
        var path = url.relativePath
        if !path.hasPrefix("/"), let base = url.baseURL { path = Self.path(base) + "/" + path }
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}

extension MediaDuration {
    init(_ duration: Duration) {
        self.init(seconds: duration / .seconds(1))
    }
}
