import HLSKit

/// Decides where encoded video gets its IDR pictures: at every multiple of the segment length.
///
/// Where the source has no picture near a boundary, because it shows one for long or has lost some, the picture before is
/// shown again at the boundary, so that segments stay exactly as long as asked.
struct KeyframeGrid {
    /// What to encode for one picture of the source.
    struct Decision: Equatable {
        /// Times at which the picture before must be shown again, as an IDR picture.
        var repeats: [MediaTime] = []
        /// Whether the new picture must be an IDR picture.
        var isKeyframe = false
    }

    private let interval: Double
    private let frameDuration: MediaTime
    private var start: MediaTime?
    private var next = 1

    /// Timestamps in milliseconds, as Matroska has them, may lie this much before the boundary that they mean.
    static let tolerance = MediaTime(ticks: 90)
    /// The most pictures to put into one hole; a wider one is a jump of the source's clock.
    private static let greatestRepeats = 300

    init(interval: Double, frameDuration: MediaTime) {
        self.interval = interval
        self.frameDuration = frameDuration
    }

    /// The time of a boundary of segments that begin at `start`.
    static func boundary(_ number: Int, from start: MediaTime, interval: Double) -> MediaTime {
        start + MediaTime(seconds: Double(number) * interval)
    }

    mutating func add(_ pts: MediaTime) -> Decision {
        guard let start else {
            self.start = pts
            return Decision(isKeyframe: true)
        }
        var decision = Decision()
        let nearest = MediaTime(ticks: frameDuration.ticks * 3 / 2)
        while true {
            let boundary = Self.boundary(next, from: start, interval: interval)
            guard pts >= boundary - Self.tolerance else { return decision }
            if pts - boundary > nearest, decision.repeats.count < Self.greatestRepeats {
                decision.repeats.append(boundary)
            } else {
                decision.isKeyframe = true
                // Behind a jump, the grid goes on at the first boundary after this picture.
                next = max(next, Int((pts - start).seconds / interval))
            }
            next += 1
        }
    }
}
