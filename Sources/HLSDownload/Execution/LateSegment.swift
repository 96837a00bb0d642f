/// Decides whether a segment that a live playlist lists, and the server does not have yet, is fetched again; does nothing
/// itself.
///
/// Edges list a segment a moment before they have it, and keys come late in the same way.
struct LateSegment: Sendable {
    private static let firstDelay = Duration.milliseconds(500)
    private static let greatestDelay = Duration.seconds(10)
    /// The most retries once the stream is over and its window stays as it is.
    static let lastRetries = 4

    private let targetDuration: Int
    private var delay = Self.firstDelay
    private var retriesLeft = Self.lastRetries

    /// - Parameter targetDuration: That of the playlist, in seconds.
    init(targetDuration: Int?) {
        self.targetDuration = min(max(targetDuration ?? 6, 1), 3_600)
    }

    /// Records a failure.
    ///
    /// - Parameters:
    ///   - isListed: Whether the segment is still in the window.
    ///   - isOver: Whether the playlist is not loaded any more.
    /// - Returns: When the segment is fetched again; nil when it is given up.
    mutating func retry(isListed: Bool, isOver: Bool, now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard isListed, retriesLeft > 0 else { return nil }
        if isOver { retriesLeft -= 1 }
        defer { delay = min(delay * 2, Self.greatestDelay, .seconds(targetDuration)) }
        return now + delay
    }
}
