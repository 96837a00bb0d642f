import HLSKit
import Hummingbird
public import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The addresses of a watch-together server: videos, their list, the page, health and metrics.
///
/// They answer the same inside ``W2GServer`` and in a router of somebody else's Hummingbird server:
///
/// ```swift
/// let routes = try W2GRoutes(configuration: .init(videosDirectory: "/srv/videos"))
/// let router = Router()
/// router.addW2GRoutes(routes)
/// ```
public final class W2GRoutes: Sendable {
    /// What is served, and to whom.
    public struct Configuration: Sendable {
        /// The folder that holds a folder for each video.
        public var videosDirectory: String
        /// Origins of pages that may read answers, such as `https://watch.example`; `*` is any.
        ///
        /// Default: none.
        public var origins: [String] = []
        /// The most memory for files that are asked for often, in bytes.
        ///
        /// Default: 256 MiB.
        public var cacheSize = 256 << 20
        /// The most memory for what was derived of files lately (`/fmp4/`), in bytes.
        ///
        /// Default: 128 MiB.
        public var fragmentCacheSize = 128 << 20
        /// Files with more bytes than this are read while they are sent and never kept in memory.
        ///
        /// Default: 16 MiB.
        public var streamingSize = 16 << 20
        /// How long a file in memory is given out without asking the disk whether it is still the same.
        ///
        /// Default: 50 ms, which is what file systems' clocks are good for.
        public var freshness = Duration.milliseconds(50)
        /// Whose `X-Forwarded-Proto` is believed where the page tells addresses.
        ///
        /// Default: this host's.
        public var trustedProxies = TrustedProxies()

        /// Videos that are being made while they are served.
        ///
        /// Default: none.
        public var videosInProgress: [VideoInProgress] = []

        /// Serves a folder with the defaults.
        public init(videosDirectory: String) {
            self.videosDirectory = videosDirectory
        }
    }

    let store: MediaStore
    let metrics: PrometheusMetrics
    private let videos: VideoList
    private let videosInProgress: [VideoInProgress]
    private let fragments: FragmentRoutes
    private let crossOrigin: CrossOrigin
    private let page: FrontPage
    private let isStopping = Atomic(false)

    /// Makes the routes of a folder.
    ///
    /// - Parameters:
    ///   - configuration: What is served.
    ///   - metrics: What `/metrics` shows; the routes count their own in it.
    ///   - logger: Is told of files that the disk does not give.
    /// - Throws: ``ServeError`` when there is no such folder.
    public init(
        configuration: Configuration,
        metrics: PrometheusMetrics = PrometheusMetrics(),
        logger: Logger = Logger(label: "w2g")
    ) throws(ServeError) {
        guard let root = RootFolder(configuration.videosDirectory) else {
            throw ServeError(
                .folderNotFound,
                "'\(configuration.videosDirectory)' is no folder: give the folder that holds the videos' folders"
            )
        }
        store = MediaStore(
            root: root,
            cacheSize: configuration.cacheSize,
            streamingSize: configuration.streamingSize,
            freshness: configuration.freshness,
            threads: .shared,
            metrics: StoreMetrics(factory: metrics),
            logger: logger
        )
        self.metrics = metrics
        videos = VideoList(root: root, threads: .shared, logger: logger)
        videosInProgress = configuration.videosInProgress
        fragments = FragmentRoutes(
            store: store,
            cache: FragmentCache(capacity: configuration.fragmentCacheSize),
            videosInProgress: videosInProgress,
            logger: logger
        )
        crossOrigin = CrossOrigin(configuration.origins)
        page = FrontPage(trustedProxies: configuration.trustedProxies)
    }

    /// The names of the videos, sorted by code point.
    ///
    /// A byte of a name that is not UTF-8 is the character U+10F700 plus the byte; the addresses take it so, too.
    public func videoNames() async -> [String] { VideoList.sorted(await allNames()) }

    /// The names of all videos, those that are being made with them.
    private func allNames() async -> [String] {
        let names = await videos.names()
        let expected = videosInProgress.filter(\.isExpected).map { FileName.text($0.name) }
        return names + expected.filter { name in !names.contains { $0.utf8.elementsEqual(name.utf8) } }
    }

    /// Makes `/readyz` say that no more requests should come, and ends the waiting for what is being made.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        for video in videosInProgress { video.stop() }
    }

    /// Answers a request, whatever its path.
    ///
    /// - Parameters:
    ///   - peer: Where the request comes from.
    ///   - channel: The client's connection or stream; nil when it is not known.
    func answer(
        _ request: HTTPRequest,
        from peer: SocketAddress?,
        on channel: (any Channel)? = nil
    ) async -> SiteAnswer {
        if let answer = immediateAnswer(to: request) { return answer }
        var answer: SiteAnswer
        if request.method == .get || request.method == .head {
            answer = await resource(RequestTarget(request.path ?? "/"), request, peer, channel)
            if request.method == .head { answer.body = .none }
        } else if let preflight = crossOrigin.preflight(request) {
            answer = preflight
        } else if request.method == .options {
            answer = SiteAnswer(.noContent, fields: [.allow: "GET, HEAD, OPTIONS"])
        } else {
            answer = .json(.methodNotAllowed, detail: "Method Not Allowed")
            answer.fields[.allow] = "GET, HEAD, OPTIONS"
        }
        crossOrigin.apply(to: &answer.fields, for: request.headerFields)
        return answer
    }

    /// Answers a request for a file that is in memory; nil for every other one.
    ///
    /// Waits for nothing, not even for the disk.
    func immediateAnswer(to request: HTTPRequest) -> SiteAnswer? {
        guard request.method == .get || request.method == .head else { return nil }
        let path = RequestTarget(request.path ?? "/").path
        guard path.hasPrefix("/videos/"), let place = RequestTarget.mediaPath(path.dropFirst(8)),
            let type = ServedType(place), isOnDisk(place), let file = store.inMemory(place)
        else { return nil }
        var compressed: ByteBuffer?
        if let text = file.text, Self.mayCompress(for: request) {
            // Compressing takes too long for an event loop.
            guard let known = text.compressed else { return nil }
            if case .bytes(let bytes) = known { compressed = bytes }
        }
        var answer = Self.answer(to: request, with: file.bytes, compressed, file.validators, type)
        if request.method == .head { answer.body = .none }
        crossOrigin.apply(to: &answer.fields, for: request.headerFields)
        return answer
    }

    /// The bytes in gzip for a request that may have them so; nil for none.
    private static func compressed(_ text: CompressibleText?, for request: HTTPRequest) async -> ByteBuffer? {
        guard let text, mayCompress(for: request) else { return nil }
        var compressed = text.compressed
        if compressed == nil { compressed = try? await NIOThreadPool.singleton.runIfActive { text.compress() } }
        if case .bytes(let bytes) = compressed { return bytes }
        return nil
    }

    private static func answer(
        to request: HTTPRequest,
        with bytes: ByteBuffer,
        _ compressed: ByteBuffer?,
        _ validators: Validators,
        _ type: ServedType
    ) -> SiteAnswer {
        let body = compressed ?? bytes
        return FileAnswer(
            type: type,
            size: Int64(body.readableBytes),
            validators: validators,
            isGzip: compressed != nil
        )
        .answer(to: request) { part($0, of: body) }
    }

    /// Whether a text may be sent in gzip; its ranges are those of the text itself, as for every other file.
    private static func mayCompress(for request: HTTPRequest) -> Bool {
        request.headerFields[.range] == nil && Gzip.isAccepted(request.headerFields)
    }

    private static func part(_ range: Range<Int64>, of bytes: ByteBuffer) -> SiteAnswer.Body {
        let part = bytes.getSlice(at: bytes.readerIndex + Int(range.lowerBound), length: range.count)
        return part.map { .bytes($0) } ?? .none
    }

    private func resource(
        _ target: RequestTarget,
        _ request: HTTPRequest,
        _ peer: SocketAddress?,
        _ channel: (any Channel)?
    ) async -> SiteAnswer {
        let path = target.path
        if path.hasPrefix("/videos/") {
            let rest = path.dropFirst(8)
            if rest.isEmpty { return await list(isSorted: Self.isTrue(target.value(of: "sort"))) }
            guard let place = RequestTarget.mediaPath(rest) else { return .notFound }
            if let response = await planned(place, request, channel) { return response }
            return await file(place, request)
        }
        if path.hasPrefix("/fmp4/") {
            guard let place = RequestTarget.mediaPath(path.dropFirst(6)) else { return .notFound }
            return await fragment(place, target, request, channel)
        }
        switch path {
        case "/":
            let names = await videoNames()
            return page.answer(names: names, target: target, request: request, peer: peer)
        case "/videos": return .redirect(.temporaryRedirect, to: "videos/" + Self.suffix(target))
        case "/healthz": return SiteAnswer(.ok, type: "application/json", text: #"{"status":"ok"}"#)
        case "/readyz": return await readiness()
        case "/metrics":
            return SiteAnswer(.ok, type: "text/plain; version=0.0.4; charset=utf-8", text: metrics.text())
        case _ where path.hasPrefix("/video/"): return await video(path.dropFirst(7), target)
        case _ where path.hasPrefix("/ws/"): return room(path)
        default: return .notFound
        }
    }

    // MARK: Videos

    /// Whether a file need not be waited for, and nothing else is served in its place.
    private func isOnDisk(_ path: MediaPath) -> Bool {
        videosInProgress.allSatisfy { video in
            guard let resource = video.resource(path), case .disk = video.verdict(for: resource) else {
                return video.resource(path) == nil
            }
            return true
        }
    }

    /// The response of a video that is being made, which may be waited for; nil when the disk decides.
    private func planned(
        _ path: MediaPath,
        _ request: HTTPRequest,
        _ channel: (any Channel)?
    ) async -> SiteAnswer? {
        guard let type = ServedType(path) else { return nil }
        for video in videosInProgress {
            guard let resource = video.resource(path) else { continue }
            switch await video.settledVerdict(for: resource, client: channel) {
            case .disk: return nil
            case .wait, .unavailable: return Self.notYet("This is being made, try again")
            case .planned(let text):
                let compressed = await Self.compressed(text.text, for: request)
                return Self.answer(to: request, with: text.bytes, compressed, text.validators, type)
            }
        }
        return nil
    }

    private func file(_ path: MediaPath, _ request: HTTPRequest) async -> SiteAnswer {
        guard let type = ServedType(path) else { return .notFound }
        let content: MediaStore.Content
        do throws(StoreFailure) {
            content = try await store.contentByAnyName(path)
        } catch {
            store.note(error, of: path)
            return Self.answer(to: error)
        }
        switch content {
        case .memory(let file):
            let compressed = await Self.compressed(file.text, for: request)
            return Self.answer(to: request, with: file.bytes, compressed, file.validators, type)
        case .disk(let file):
            let answer = FileAnswer(
                type: type,
                size: file.stamp.size,
                validators: Validators(stamp: file.stamp, readAt: FileStamp.now())
            )
            return answer.answer(to: request) { .stream(FileStream(file: file, range: $0, store: store)) }
        }
    }

    /// The response for a path below `/fmp4/`.
    private func fragment(
        _ path: MediaPath,
        _ target: RequestTarget,
        _ request: HTTPRequest,
        _ channel: (any Channel)?
    ) async -> SiteAnswer {
        do throws(FragmentFailure) {
            guard let answer = try await fragments.answer(path, target, client: channel) else {
                // It is CMAF, or nothing that can be turned.
                if let response = await planned(path, request, channel) { return response }
                return await file(path, request)
            }
            let compressed = await Self.compressed(answer.text, for: request)
            let body = compressed ?? answer.bytes
            return FileAnswer(
                type: answer.type,
                size: Int64(body.readableBytes),
                validators: answer.validators,
                isGzip: compressed != nil,
                isVersioned: answer.isVersioned
            )
            .answer(to: request) { Self.part($0, of: body) }
        } catch {
            fragments.note(error, of: path)
            switch error {
            case .store(let failure): return Self.answer(to: failure)
            case .notYet: return Self.notYet("This is being made, try again")
            case .cannotTurn(let reason):
                return .json(.badGateway, detail: "This cannot become fragmented MP4: \(reason)")
            }
        }
    }

    private static func answer(to failure: StoreFailure) -> SiteAnswer {
        switch failure {
        case .notFound:
            return .notFound
        case .busy:
            return notYet("The file cannot be read now, try again")
        case .inputOutput:
            return .json(.internalServerError, detail: "The file cannot be read")
        }
    }

    private static func notYet(_ detail: String) -> SiteAnswer {
        var answer = SiteAnswer.json(.serviceUnavailable, detail: detail)
        answer.fields[.retryAfter] = "1"
        return answer
    }

    private func list(isSorted: Bool) async -> SiteAnswer {
        let names = await isSorted ? videoNames() : allNames()
        let items = names.map(JSONText.quoted).joined(separator: ",")
        return SiteAnswer(.ok, type: "application/json", text: #"{"videos":[\#(items)]}"#)
    }

    private func video(_ rest: Substring, _ target: RequestTarget) async -> SiteAnswer {
        let isWhole = rest.utf8.last == UInt8(ascii: "/")
        guard let name = RequestTarget.mediaPath(isWhole ? rest.dropLast() : rest), name.parent == nil,
            let playlist = name.namesake
        else { return .notFound }
        // Relative (RFC 9110 10.2.2): behind a proxy the server may be below a path that it does not know.
        guard isWhole else {
            return .redirect(.temporaryRedirect, to: PercentCoding.name(name.bytes) + "/" + Self.suffix(target))
        }
        // Players request the segments beside it: by the name of the disk they are found at once.
        let names = await store.nameOnDisk(playlist).names.map { PercentCoding.name($0) }
        return .redirect(.movedPermanently, to: "../../videos/" + names.joined(separator: "/"))
    }

    // MARK: Everything else

    private func readiness() async -> SiteAnswer {
        let isThere = await videos.isThere()
        let isReady = isThere && !isStopping.load(ordering: .relaxed)
        return SiteAnswer(
            isReady ? .ok : .serviceUnavailable,
            type: "application/json",
            text: isReady ? #"{"status":"ready"}"# : #"{"status":"not ready"}"#
        )
    }

    private func room(_ path: Substring) -> SiteAnswer {
        guard case .place = RoomPath.read(String(path)) else { return .notFound }
        var answer = SiteAnswer.json(.upgradeRequired, detail: "This is the address of a WebSocket")
        answer.fields[.upgrade] = "websocket"
        answer.fields[.connection] = "Upgrade"
        return answer
    }

    private static func suffix(_ target: RequestTarget) -> String { target.query.map { "?" + $0 } ?? "" }

    /// As the original read switches.
    private static func isTrue(_ text: String?) -> Bool {
        text.map { ["true", "1", "on", "yes", "t", "y"].contains($0.lowercased()) } ?? false
    }
}
