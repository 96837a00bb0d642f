import HLSKit

/// Decides when a growing playlist is loaded again, and with which delivery directives
/// (draft-pantos-hls-rfc8216bis 6.3.4, 6.2.5); does nothing itself.
struct LiveReload: Sendable {
    /// How long the stream may stay without a new segment, beyond the duration of the last one.
    static let defaultPatience = Duration.seconds(60)

    private let patience: Duration
    /// When the playlist is to be loaded.
    private(set) var due: ContinuousClock.Instant
    private(set) var isLoading = false
    private(set) var isOver = false
    private var lastChange: ContinuousClock.Instant
    private var lastLoad: ContinuousClock.Instant
    /// Whether the last attempt to load failed.
    private var isFailing = false
    private var needsWhole = false

    /// - Parameters:
    ///   - now: When the first loading began.
    ///   - patience: How long to wait for a new segment, beyond the duration of the last one.
    init(_ playlist: MediaPlaylist, now: ContinuousClock.Instant, patience: Duration = Self.defaultPatience) {
        self.patience = patience
        lastLoad = now
        lastChange = now
        due = now + Self.interval(playlist, hasChanged: true)
        isOver = playlist.isEnded
    }

    private static func target(_ playlist: MediaPlaylist) -> Double {
        Double(min(max(playlist.targetDuration ?? 6, 1), 3_600))
    }

    private static func interval(_ playlist: MediaPlaylist, hasChanged: Bool) -> Duration {
        .seconds(target(playlist) * (hasChanged ? 1 : 0.5))
    }

    func isDue(_ now: ContinuousClock.Instant) -> Bool {
        !isOver && !isLoading && now >= due
    }

    /// Begins to load.
    ///
    /// - Returns: The URL to load, with directives that the server understands.
    mutating func begin(_ playlist: MediaPlaylist, url: String, now: ContinuousClock.Instant) -> String {
        isLoading = true
        var parameters: [String] = []
        if let control = playlist.serverControl {
            if control.canBlockReload {
                parameters.append("_HLS_msn=\(playlist.mediaSequence &+ playlist.segments.count)")
            }
            // A playlist older than half the skip boundary might lack segments that are left out (6.2.5.1).
            if let boundary = control.canSkipUntil, !needsWhole, playlist.skip == nil,
                now - lastLoad < .seconds(min(boundary.seconds, 1e6) / 2)
            {
                parameters.append("_HLS_skip=YES")
            }
        }
        lastLoad = now
        needsWhole = false
        guard !parameters.isEmpty else { return url }
        return url + (url.utf8.contains(0x3F) ? "&" : "?") + parameters.joined(separator: "&")
    }

    /// Notes what a loading brought.
    ///
    /// - Returns: Why the stream is over without having said so; nil when it goes on.
    mutating func loaded(_ playlist: MediaPlaylist, hasChanged: Bool, now: ContinuousClock.Instant) -> String? {
        isLoading = false
        isFailing = false
        if hasChanged { lastChange = now }
        if playlist.isEnded {
            isOver = true
            return nil
        }
        // A server that blocks answers when there is something new: it is asked again at once.
        let blocks = playlist.serverControl?.canBlockReload ?? false
        due = blocks && hasChanged ? now : lastLoad + Self.interval(playlist, hasChanged: hasChanged)
        if due < now { due = now }
        guard isImpatient(playlist, now) else { return nil }
        isOver = true
        return "its playlist has had no new segment for \((now - lastChange).components.seconds) seconds"
    }

    /// Whether the wait for a new segment has been too long.
    private func isImpatient(_ playlist: MediaPlaylist, _ now: ContinuousClock.Instant) -> Bool {
        now - lastChange > patience + .seconds(Self.target(playlist))
    }

    /// A delta update could not be used: all of the playlist is loaded at once.
    mutating func needWhole(now: ContinuousClock.Instant) {
        isLoading = false
        needsWhole = true
        due = now
    }

    /// What a failure to load the playlist means for the recording.
    enum Failure: Sendable, Equatable {
        /// It is the first one in a row; the playlist is loaded again for at most so long.
        case interrupted(patience: Duration)
        /// The playlist is loaded again, as after the failure before.
        case retrying
        /// The wait has been too long: the recording is over.
        case over
    }

    /// Notes that the playlist could not be loaded.
    mutating func failed(_ playlist: MediaPlaylist, now: ContinuousClock.Instant) -> Failure {
        isLoading = false
        due = now + Self.interval(playlist, hasChanged: false)
        needsWhole = true
        if isImpatient(playlist, now) {
            isOver = true
            return .over
        }
        defer { isFailing = true }
        return isFailing ? .retrying : .interrupted(patience: patience)
    }

    mutating func stop() {
        isOver = true
    }
}
