import HLSKit
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A video that is served while it is being made: requests for what is not there yet wait for it.
///
/// Whoever makes the video reports what the playlist will be, each file that is whole, and the end:
///
/// ```swift
/// let video = VideoInProgress(name: "film".utf8)
/// configuration.routes.videosInProgress = [video]
/// // ... the server runs ...
/// video.plan(playlist: text, resources: names.map { Array($0.utf8) })
/// video.complete("stream_0.ts".utf8)
/// video.end()
/// ```
///
/// Until something is reported, requests for anything in the video's folder wait. With a plan, its playlist is served in the
/// place of the file on disk, and requests for its resources wait until each is complete; everything else is served from
/// disk. From the end on all is served from disk, and who still waits gets what is there, or 404.
///
/// Waiting blocks no thread. It ends when the file is there, the video ends, the client goes away or the server stops, and
/// after some time with 503 and `Retry-After`.
public final class VideoInProgress: Sendable {
    /// How long, and how many, requests may wait.
    public struct Limits: Sendable {
        /// How long a request waits.
        ///
        /// Default: 50 s. A 503 ends the film in Chromium's own player, and FFmpeg skips the segment; hls.js gives up a
        /// request after 10 s or 20 s by itself, and retries it until 50 s are over. Proxies wait for 60 s.
        public var patience: Duration = .seconds(50)
        /// How many requests may wait at once; more are answered with 503 immediately.
        ///
        /// Default: 1,024.
        public var maximumWaiting = 1_024

        /// Makes limits of the defaults.
        public init() {}
    }

    /// What is to be done about a request.
    enum Verdict {
        /// Serve the file on disk, if there is one.
        case disk
        /// Serve the planned playlist.
        case planned(PlannedText)
        /// Wait.
        case wait
        /// The server stops.
        case unavailable
    }

    /// A playlist that is not on disk yet.
    struct PlannedText: Sendable {
        let bytes: ByteBuffer
        let validators: Validators
        let text: CompressibleText

        init(_ playlist: String) {
            bytes = ByteBuffer(string: playlist)
            validators = Validators(content: bytes.readableBytesView)
            text = CompressibleText(bytes)
        }
    }

    /// Somebody who waits.
    private struct Waiter {
        let resource: [UInt8]
        let promise: EventLoopPromise<Bool>
    }

    private enum Stage {
        case unknown
        case planned(PlannedText, missing: Set<[UInt8]>)
        case onDisk
    }

    private struct State {
        var stage = Stage.unknown
        var isStopping = false
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
    }

    /// The bytes of the video's name.
    let name: [UInt8]
    private let limits: Limits
    private let playlistName: [UInt8]
    private let state = NIOLockedValueBox(State())

    /// Makes a video of which nothing is known yet.
    ///
    /// - Parameter name: The bytes of its folder's name in the served folder; the playlist is called the same.
    public init(name: some Sequence<UInt8>, limits: Limits = Limits()) {
        self.name = Array(name)
        self.limits = limits
        playlistName = self.name + Array(".m3u8".utf8)
    }

    // MARK: Making

    /// Reports what the playlist will be at the end.
    ///
    /// - Parameters:
    ///   - playlist: The text.
    ///   - resources: The bytes of the names of the files in the folder that will be made, without those that are whole.
    public func plan(playlist: String, resources: some Sequence<[UInt8]>) {
        let text = PlannedText(playlist)
        let missing = Set(resources)
        change { $0.stage = .planned(text, missing: missing) }
    }

    /// Reports that a planned file is whole and on disk.
    ///
    /// - Parameter resource: The bytes of its name.
    public func complete(_ resource: some Sequence<UInt8>) {
        change { state in
            guard case .planned(let text, var missing) = state.stage else { return }
            missing.remove(Array(resource))
            state.stage = .planned(text, missing: missing)
        }
    }

    /// Reports that nothing is planned any more: all that there is, is on disk.
    ///
    /// Also when making it failed.
    public func end() { change { $0.stage = .onDisk } }

    /// Whether the playlist is planned.
    public var isPlanned: Bool {
        state.withLockedValue { if case .planned = $0.stage { true } else { false } }
    }

    /// Ends all waiting, as the server stops.
    func stop() { change { $0.isStopping = true } }

    private func change(_ body: (inout State) -> Void) {
        let woken = state.withLockedValue { state in
            body(&state)
            let woken = state.waiters.filter {
                if case .wait = verdict(for: $0.value.resource, state) { false } else { true }
            }
            for id in woken.keys { state.waiters[id] = nil }
            return woken.values.map(\.promise)
        }
        for promise in woken { promise.succeed(true) }
    }

    // MARK: Serving

    /// Whether the video is there for people, though it may not be on disk yet.
    var isExpected: Bool {
        state.withLockedValue { if case .onDisk = $0.stage { false } else { true } }
    }

    /// The name of the file that a path names in this video's folder; nil for what lies elsewhere.
    ///
    /// Names may be typed in another form than those of files (``FileName/areEquivalent(_:_:)``).
    func resource(_ path: MediaPath) -> [UInt8]? {
        let names = path.names
        guard names.count == 2, FileName.areEquivalent(names[0], name) else { return nil }
        return FileName.areEquivalent(names[1], playlistName) ? playlistName : Array(names[1])
    }

    /// What is to be done about a request now.
    func verdict(for resource: [UInt8]) -> Verdict {
        state.withLockedValue { verdict(for: resource, $0) }
    }

    private func verdict(for resource: [UInt8], _ state: State) -> Verdict {
        switch state.stage {
        case .onDisk: .disk
        case .planned(let text, _) where resource == playlistName: .planned(text)
        case .planned(_, let missing) where !missing.contains(resource): .disk
        case .unknown, .planned: state.isStopping ? .unavailable : .wait
        }
    }

    /// What is to be done about a request, as soon as it is known.
    ///
    /// - Parameter channel: The client's; nil when it is not known.
    /// - Returns: Anything but ``Verdict/wait``.
    func settledVerdict(for resource: [UInt8], client channel: (any Channel)?) async -> Verdict {
        while true {
            let verdict = verdict(for: resource)
            guard case .wait = verdict else { return verdict }
            guard await wait(for: resource, client: channel) else { return .unavailable }
        }
    }

    /// Waits until a resource need not be waited for.
    ///
    /// - Returns: False when the time is over, the client gone, or too many wait.
    private func wait(for resource: [UInt8], client channel: (any Channel)?) async -> Bool {
        let loop = channel?.eventLoop ?? MultiThreadedEventLoopGroup.singleton.any()
        let promise = loop.makePromise(of: Bool.self)
        let id: Int? = state.withLockedValue { state in
            guard case .wait = verdict(for: resource, state) else {
                promise.succeed(true)
                return nil
            }
            guard state.waiters.count < limits.maximumWaiting else {
                promise.succeed(false)
                return nil
            }
            state.nextWaiter += 1
            state.waiters[state.nextWaiter] = Waiter(resource: resource, promise: promise)
            return state.nextWaiter
        }
        guard let id else { return (try? await promise.futureResult.get()) ?? false }
        let timer = loop.scheduleTask(in: TimeAmount(limits.patience)) { self.giveUp(id) }
        defer { timer.cancel() }
        if let channel {
            channel.triggerUserOutboundEvent(DepartureWatch { [weak self] in self?.giveUp(id) }, promise: nil)
        }
        return await withTaskCancellationHandler {
            (try? await promise.futureResult.get()) ?? false
        } onCancel: {
            giveUp(id)
        }
    }

    private func giveUp(_ id: Int) {
        state.withLockedValue { $0.waiters.removeValue(forKey: id) }?.promise.succeed(false)
    }

    /// How many requests wait.
    var waitingCount: Int { state.withLockedValue { $0.waiters.count } }
}
