import HLSKit

/// Where the samples of a track stand in the presentation: what its edit list makes of their times.
struct SampleTimeline {
    /// Ticks in a second.
    let timescale: UInt32
    /// Composition times that are presented.
    private let presented: Range<Int64>
    /// Ticks before the first presentation.
    private let pause: Int64
    /// Ticks by which the end of what is presented may be wrong: edits are told in ticks of the movie.
    private let tolerance: Int64
    /// Added to composition times.
    private let shift: Int64
    /// Subtracted from decoding times besides, so that no sample is decoded after it is shown.
    private let decodingLead: Int64

    /// Reads the edit list of a track.
    ///
    /// - Parameter leastOffset: The least composition offset of the samples.
    /// - Returns: Nil for edits other than one pause in front and one piece that is played at its own speed.
    init?(of track: MP4Track, in movie: MP4Movie, leastOffset: Int64) {
        timescale = track.timescale
        decodingLead = max(0, -leastOffset)
        tolerance = Int64(track.timescale / movie.timescale) + 1
        guard !track.edits.isEmpty else {
            presented = Self.always
            (pause, shift) = (0, 0)
            return
        }
        func ticks(_ duration: UInt64) -> Int64? {
            let ticks = Double(duration) * Double(track.timescale) / Double(movie.timescale)
            return Int64(exactly: ticks.rounded()).flatMap { $0 < Self.greatestTicks ? $0 : nil }
        }
        var edits = track.edits[...]
        var pause: Int64 = 0
        if let first = edits.first, first.mediaTime == nil {
            guard let length = ticks(first.duration) else { return nil }
            pause = length
            edits = edits.dropFirst()
        }
        guard edits.count == 1, let edit = edits.first, let start = edit.mediaTime, start < Self.greatestTicks,
            edit.rate == 1, let length = ticks(edit.duration), (length == 0) == movie.isFragmented
        else { return nil }
        // In a film of fragments no length means to the end (ISO/IEC 14496-12 8.6.6.1).
        presented = start..<(length == 0 ? Self.greatestTicks * 2 : start + length)
        shift = pause - start
        self.pause = pause
    }

    /// Times are smaller than this, so that none of their sums overflows.
    static let greatestTicks = Int64(1) << 60
    private static let always = -greatestTicks..<greatestTicks * 2

    /// Whether a sample is presented, at least in part.
    func presents(_ sample: MP4Sample) -> Bool {
        sample.compositionTime + Int64(sample.duration) > presented.lowerBound
            && sample.compositionTime < presented.upperBound
    }

    /// Whether every sample is presented from its first moment on, and the earliest at the start of the presentation.
    func begins(at earliest: Int64, andHoldsUntil latest: Int64) -> Bool {
        presented == Self.always || presented.lowerBound == earliest && latest < presented.upperBound
    }

    func pts(_ sample: MP4Sample) -> MediaTime {
        MediaTime(sample.compositionTime + shift, timescale: timescale)
    }

    func dts(_ sample: MP4Sample) -> MediaTime {
        MediaTime(sample.decodeTime + shift - decodingLead, timescale: timescale)
    }

    /// How long samples of so many ticks are presented, with the pause in front.
    func length(of ticks: Int64) -> MediaTime {
        let shown = presented == Self.always ? ticks : min(ticks, presented.upperBound - presented.lowerBound)
        return MediaTime(pause + shown, timescale: timescale)
    }

    /// How long a sample is presented.
    func duration(_ sample: MP4Sample) -> MediaTime {
        let whole = Int64(sample.duration)
        let rest = presented.upperBound - sample.compositionTime
        return MediaTime(rest + tolerance < whole ? rest : whole, timescale: timescale)
    }
}
