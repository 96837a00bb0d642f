/// Decides whether a segment that a live playlist lists, and the server does not have yet, is fetched again; does nothing
/// itself.
///
/// Edges list a segment a moment before they have it, and keys come late in the same way.
struct LateSegment: Sendable {
    private static let firstDelay = Duration.milliseconds(500)
    private static let greatestDelay = Duration.seconds(10)
    /// How many target durations a segment is waited for once the stream is over and its window stays as it is.
    private static let patience = 3

    private let firstFailure: ContinuousClock.Instant
    private let targetDuration: Int
    private var delay = Self.firstDelay

    /// - Parameters:
    ///   - now: When the segment could not be fetched for the first time.
    ///   - targetDuration: That of the playlist, in seconds.
    init(now: ContinuousClock.Instant, targetDuration: Int?) {
        firstFailure = now
        self.targetDuration = min(max(targetDuration ?? 6, 1), 3_600)
    }

    /// Notes a failure.
    ///
    /// - Parameters:
    ///   - isListed: Whether the segment is still in the window.
    ///   - isOver: Whether the playlist is not loaded any more.
    /// - Returns: When the segment is fetched again; nil when it is given up.
    mutating func retry(isListed: Bool, isOver: Bool, now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard isListed, !isOver || now - firstFailure < .seconds(Self.patience * targetDuration) else { return nil }
        defer { delay = min(delay * 2, Self.greatestDelay, .seconds(targetDuration)) }
        return now + delay
    }
}
