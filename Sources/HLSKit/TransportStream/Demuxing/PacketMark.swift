/// Where a PES packet begins, and what is known of its first access unit.
struct PacketMark: Sendable {
    /// The place of its first byte in the elementary stream.
    var position = 0
    /// The place of its transport packet in the transport stream.
    var offset = 0
    var pts: MediaTime?
    var dts: MediaTime?
    /// `random_access_indicator`.
    var isRandomAccess = false
    /// Whether its timestamps were given to an access unit.
    var isUsed = false
}

/// Counts the time of sound on from frame to frame, without rounding errors that add up.
struct SoundClock: Sendable {
    private var anchor: MediaTime?
    private var samples = 0
    private var sampleRate = 0

    /// Tells where a frame begins and ends.
    ///
    /// - Parameter pts: What the stream says; nil lets the frame begin where the one before ended.
    mutating func advance(
        by length: SplitUnit.Duration,
        from pts: MediaTime?
    ) -> (start: MediaTime, end: MediaTime)? {
        if let pts {
            anchor = pts
            samples = 0
        } else if length.sampleRate != sampleRate || samples > 1 << 40 {
            anchor = anchor.map { $0 + SplitUnit.Duration(samples: samples, sampleRate: sampleRate).time }
            samples = 0
        }
        sampleRate = length.sampleRate
        guard let anchor else { return nil }
        let start = SplitUnit.Duration(samples: samples, sampleRate: sampleRate).time
        samples += length.samples
        return (anchor + start, anchor + SplitUnit.Duration(samples: samples, sampleRate: sampleRate).time)
    }
}

extension SplitUnit.Duration {
    /// The duration in the units of timestamps, rounded to the nearest.
    var time: MediaTime {
        guard sampleRate > 0 else { return .zero }
        return MediaTime(ticks: (Int64(samples) * MediaTime.ticksPerSecond + Int64(sampleRate) / 2) / Int64(sampleRate))
    }
}

/// Gives out PES packets as they are.
struct WholePacketSplitter: AccessUnitSplitter {
    mutating func next(in bytes: Span<UInt8>, isEnd: Bool) -> SplitResult {
        isEnd ? .unit(SplitUnit(length: bytes.count)) : .needsMore
    }
}
