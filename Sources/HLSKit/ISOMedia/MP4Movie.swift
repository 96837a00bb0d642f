/// What the movie box tells: the tracks of an init segment or of a whole file (ISO/IEC 14496-12 8.2.1).
public struct MP4Movie: Sendable {
    /// Ticks in a second of ``duration`` and of the durations of edits; never zero.
    public var timescale: UInt32
    /// The duration in ticks of ``timescale``; nil when it is not told.
    public var duration: UInt64?
    /// The duration with all fragments, in ticks of ``timescale`` (`mehd`); nil when it is not told.
    public var fragmentDuration: UInt64?
    /// How the pictures of all tracks are turned and moved, besides what each track's ``MP4Track/matrix`` does.
    public var matrix: [Int32] = MP4Movie.identityMatrix
    /// True when fragments may follow: there is an `mvex` box.
    public var isFragmented: Bool
    /// The tracks in the order of the file.
    public var tracks: [MP4Track]
    /// What systems of digital rights management need (`pssh`).
    public var protectionSystems: [ProtectionSystem]

    /// The matrix that leaves pictures as they are.
    public static let identityMatrix: [Int32] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]

    /// The track with a number.
    public func track(_ id: UInt32) -> MP4Track? {
        tracks.first { $0.id == id }
    }

    /// The duration in seconds: that with all fragments where it is told; nil when none is, as in an init segment.
    public var durationInSeconds: Double? {
        let told = fragmentDuration ?? duration ?? 0
        return told == 0 ? nil : Double(told) / Double(timescale)
    }

    /// The place on the timeline of the presentation of a composition time of a track: what its edit list makes of it.
    ///
    /// Only the delay by empty edits and the start of the first other edit count, as players of streams have it.
    public func presentationTime(of ticks: Int64, in track: MP4Track) -> MediaTime {
        var delay = MediaTime.zero
        for edit in track.edits {
            if let start = edit.mediaTime { return delay + track.mediaTime(ticks &- start) }
            delay = delay + MediaTime(Int64(clamping: edit.duration), timescale: timescale)
        }
        return track.mediaTime(ticks)
    }
}

extension MediaTime {
    /// Creates the time nearest to a number of ticks of another clock; a time beyond the range is clamped.
    public init(_ ticks: Int64, timescale: UInt32) {
        let scale = max(1, Int64(timescale))
        let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: scale)
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: Self.ticksPerSecond)
        let part = (rest * Self.ticksPerSecond * 2 + (rest < 0 ? -scale : scale)) / (scale * 2)
        let (sum, sumOverflows) = whole.addingReportingOverflow(part)
        self.init(ticks: overflows || sumOverflows ? (ticks < 0 ? .min : .max) : sum)
    }
}

/// What a system of digital rights management needs to get keys (`pssh`, ISO/IEC 23001-7 8.1).
public struct ProtectionSystem: Sendable, Hashable {
    /// The identifier of the system, 16 bytes.
    public var systemID: [UInt8]
    /// The identifiers of the keys, 16 bytes each; empty in boxes of version 0.
    public var keyIDs: [[UInt8]]
    /// What only the system understands.
    public var data: [UInt8]
}
