import HLSKit

/// Follows the sound of a recording when it moves to another stream, as at the border of two programmes.
///
/// Streams of the same kind that are there beside the chosen one may be other languages: one takes its place only when it
/// goes on for long while the chosen one brings nothing.
struct SoundSuccession<Element> {
    /// What came of one stream since the chosen one brought something.
    private struct Waiting {
        var elements: [Element] = []
        var start: MediaTime
        var end: MediaTime

        var duration: MediaTime { end - start }
    }

    /// The stream that is heard.
    private(set) var stream: Int
    private var waiting: [Int: Waiting] = [:]

    /// Streams are interleaved more closely than this.
    static var greatestSilence: MediaTime { MediaTime(seconds: 3) }
    /// At the end of a recording less must do.
    static var leastRest: MediaTime { MediaTime(seconds: 1) }

    init(stream: Int) {
        self.stream = stream
    }

    /// Notes that the stream that is heard brought something.
    mutating func goOn() {
        if !waiting.isEmpty { waiting.removeAll(keepingCapacity: true) }
    }

    /// Takes what another stream brings.
    ///
    /// - Returns: What is to be heard of it, when it takes the place of the chosen one.
    mutating func add(_ element: Element, stream other: Int, start: MediaTime, duration: MediaTime) -> [Element] {
        var found = waiting[other] ?? Waiting(start: start, end: start)
        // A clock that was set back begins anew.
        if start < found.start { found = Waiting(start: start, end: start) }
        found.elements.append(element)
        found.end = max(found.end, start + duration)
        waiting[other] = found
        return found.duration >= Self.greatestSilence ? succeed(by: other) : []
    }

    /// What is to be heard at the end, of a stream that took the chosen one's place shortly before.
    mutating func finish() -> [Element] {
        let longest = waiting.max { ($0.value.duration, $1.key) < ($1.value.duration, $0.key) }
        guard let longest, longest.value.duration >= Self.leastRest else { return [] }
        return succeed(by: longest.key)
    }

    private mutating func succeed(by other: Int) -> [Element] {
        stream = other
        defer { waiting.removeAll(keepingCapacity: true) }
        return waiting[other]?.elements ?? []
    }
}
