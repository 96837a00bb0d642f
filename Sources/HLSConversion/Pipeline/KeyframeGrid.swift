import HLSKit

/// Decides where encoded video gets its IDR pictures: at every multiple of the segment length.
///
/// Where the source shows no picture for longer than usual, the one before is shown again and again, as on a screen.
/// Browsers that meet a changing rate between reordered pictures stop for good, and without a picture at a boundary there
/// would be no segment. Pictures that are there keep their times.
struct KeyframeGrid {
    /// One picture to encode.
    struct Picture: Equatable {
        var time: MediaTime
        var isKeyframe: Bool
    }

    /// The usual time of one picture: of the source, but at most the segment length and ``greatestFrameDuration``.
    private(set) var frameDuration: MediaTime
    private let interval: Double
    private var greatestStep: MediaTime
    /// A repeat nearer than this to the picture behind it is none.
    private var leastRest: MediaTime
    private var start: MediaTime?
    private var last = MediaTime.zero
    private var next = 1

    /// Timestamps in milliseconds, as Matroska has them, may lie this much before the boundary that they mean.
    static let tolerance = MediaTime(ticks: 90)
    /// The most pictures to put into one hole; a wider one is a jump of the source's clock.
    private static let greatestRepeats = 20_000
    /// The same where the sound shows that the hole is none: a day of 60 pictures a second.
    private static let greatestHeldRepeats = 86_400 * 60
    /// Chromium opens no film whose pictures are all three seconds apart, or further.
    static let greatestFrameDuration = MediaTime(seconds: 1)

    init(interval: Double, frameDuration: MediaTime) {
        self.interval = interval
        let longest = min(MediaTime(seconds: interval), Self.greatestFrameDuration)
        guard frameDuration <= longest else {
            // Slides: each segment needs a picture.
            self.frameDuration = longest
            greatestStep = longest + Self.tolerance
            leastRest = Self.tolerance
            return
        }
        self.frameDuration = max(frameDuration, MediaTime(ticks: 90))
        leastRest = MediaTime(ticks: self.frameDuration.ticks / 2)
        // Twice the time is what a lost picture takes, or half the rate; browsers cope with both.
        greatestStep = MediaTime(ticks: self.frameDuration.ticks / 5 * 11) + Self.tolerance
    }

    /// The time of a boundary of segments that begin at `start`.
    static func boundary(_ number: Int, from start: MediaTime, interval: Double) -> MediaTime {
        start + MediaTime(seconds: Double(number) * interval)
    }

    /// Tells what to encode for a picture of the source: repeats of the one before, and last the picture itself.
    mutating func add(_ pts: MediaTime) -> [Picture] {
        guard let start else {
            self.start = pts
            last = pts
            return [Picture(time: pts, isKeyframe: true)]
        }
        let repeats = repeats(until: pts, from: start)
        last = pts
        return repeats + [Picture(time: pts, isKeyframe: isBoundary(pts, from: start))]
    }

    /// Tells how to show the last picture of the source again until it ends: repeats of it.
    mutating func finish(at end: MediaTime) -> [Picture] {
        // An end that repeats cannot reach is not believed.
        guard let start, (end - last).ticks / frameDuration.ticks < Self.greatestRepeats else { return [] }
        return repeats(until: end, from: start)
    }

    /// Tells how to show the last picture of the source again for as long as the sound goes on: repeats of it.
    mutating func hold(until end: MediaTime) -> [Picture] {
        guard let start else { return [] }
        if last == start {
            // A still has no rate of its own.
            self = KeyframeGrid(interval: interval, frameDuration: MediaTime(ticks: .max))
            _ = add(start)
        }
        return repeats(until: end, from: start, limit: Self.greatestHeldRepeats)
    }

    private mutating func repeats(
        until end: MediaTime,
        from start: MediaTime,
        limit: Int = Self.greatestRepeats
    ) -> [Picture] {
        var pictures: [Picture] = []
        guard end - last > greatestStep else { return [] }
        while pictures.count < limit {
            let boundary = Self.boundary(next, from: start, interval: interval)
            let time = min(last + frameDuration, boundary)
            guard end - time > leastRest else { break }
            pictures.append(Picture(time: time, isKeyframe: isBoundary(time, from: start)))
            last = time
        }
        return pictures
    }

    /// The number of the first boundary behind a time.
    static func number(behind time: MediaTime, from start: MediaTime, interval: Double) -> Int {
        let passed = (time + tolerance - start).seconds / interval
        return Int(max(0, min(passed, 1e15))) + 1
    }

    /// Whether a picture is the first at or after the next boundary, which is then the one behind it.
    private mutating func isBoundary(_ time: MediaTime, from start: MediaTime) -> Bool {
        guard time >= Self.boundary(next, from: start, interval: interval) - Self.tolerance else { return false }
        next = max(next + 1, Self.number(behind: time, from: start, interval: interval))
        return true
    }
}
