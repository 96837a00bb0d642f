import HLSKit

/// Decides when a growing playlist is loaded again, and with which delivery directives
/// (draft-pantos-hls-rfc8216bis 6.3.4, 6.2.5); does nothing itself.
struct LiveReload: Sendable {
    /// How long a playlist may stay as it is, in target durations, before the stream counts as dead.
    static let patience = 12.0
    private static let leastPatience = 60.0
    private static let failureLimit = 3

    /// When the playlist is to be loaded.
    private(set) var due: ContinuousClock.Instant
    private(set) var isLoading = false
    private(set) var isOver = false
    private var lastChange: ContinuousClock.Instant
    private var lastLoad: ContinuousClock.Instant
    private var failures = 0
    private var needsWhole = false

    /// - Parameter now: When the first loading began.
    init(_ playlist: MediaPlaylist, now: ContinuousClock.Instant) {
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
        failures = 0
        if hasChanged { lastChange = now }
        if playlist.isEnded {
            isOver = true
            return nil
        }
        // A server that blocks answers when there is something new: it is asked again at once.
        let blocks = playlist.serverControl?.canBlockReload ?? false
        due = blocks && hasChanged ? now : lastLoad + Self.interval(playlist, hasChanged: hasChanged)
        if due < now { due = now }
        let limit = max(Self.leastPatience, Self.patience * Self.target(playlist))
        guard now - lastChange > .seconds(limit) else { return nil }
        isOver = true
        return "its playlist has not changed for \(Int(limit)) seconds"
    }

    /// A delta update could not be used: all of the playlist is loaded at once.
    mutating func needWhole(now: ContinuousClock.Instant) {
        isLoading = false
        needsWhole = true
        due = now
    }

    /// Notes that the playlist could not be loaded.
    ///
    /// - Returns: Why the stream is over; nil when it is tried again.
    mutating func failed(_ error: DownloadError, _ playlist: MediaPlaylist, now: ContinuousClock.Instant) -> String? {
        isLoading = false
        failures += 1
        due = now + Self.interval(playlist, hasChanged: false)
        needsWhole = true
        guard failures >= Self.failureLimit || error.code == .notFound else { return nil }
        isOver = true
        return error.message
    }

    mutating func stop() {
        isOver = true
    }
}
