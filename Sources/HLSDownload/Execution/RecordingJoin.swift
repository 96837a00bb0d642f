import HLSKit

/// Decides where the window of a live stream joins what is recorded of it.
struct RecordingJoin: Sendable, Equatable {
    /// The most lost segments that become gaps; a longer hole becomes a discontinuity.
    static let greatestHole = 10_000
    /// How many segments that both should have are compared at most.
    private static let comparisons = 16

    /// The first segment of the window that is not recorded.
    var first: Int
    /// Whether the stream has begun anew: all of the window is new, and its numbers mean something else.
    var isAnotherStream: Bool
    /// Whether the stream goes on and its numbers do not: they are stuck, or there are none.
    var isRenumbered = false
    /// Whether a segment of the window was seen to be one of the recording; its numbers alone may be stuck.
    var isSeen = false

    /// A window whose oldest segments are the newest of the recording, whatever their numbers.
    static func renumbered(common: Int, window count: Int) -> RecordingJoin {
        RecordingJoin(first: min(common, count))
    }

    private init(first: Int) {
        (self.first, isAnotherStream, isRenumbered, isSeen) = (first, false, true, true)
    }

    /// - Parameters:
    ///   - count: The segments of the window, whose first has the media sequence number `sequence`.
    ///   - recordedCount: The segments that are recorded, whose first has `recordedSequence`.
    ///   - isSame: Whether a segment of the window, by its place, is one of the recording; nil when nothing tells.
    init(
        window count: Int,
        from sequence: Int,
        recorded recordedCount: Int,
        from recordedSequence: Int,
        isSame: (_ new: Int, _ old: Int) -> Bool?
    ) {
        let shift = recordedSequence &- sequence
        let (known, overflows) = shift.addingReportingOverflow(recordedCount)
        (first, isAnotherStream) = (min(max(0, known), count), false)
        guard !overflows, known > 0, count > 0 else { return }
        // What both have, by its place in the window; the newest tells most.
        let common = max(0, shift)..<max(max(0, shift), min(count, known))
        for place in common.reversed().prefix(Self.comparisons) {
            guard let isSame = isSame(place, place - shift) else { continue }
            if isSame { isSeen = true } else { (first, isAnotherStream) = (0, true) }
            break
        }
        // A cache may be a little behind; a window that ends long before the recording does was made anew.
        if known - count > max(count, 3) { (first, isAnotherStream) = (0, true) }
    }
}

extension RecordingJoin {
    /// Where a playlist goes on behind an earlier one of the same address.
    init(_ playlist: MediaPlaylist, behind previous: MediaPlaylist) {
        self.init(
            window: playlist.segments.count,
            from: playlist.mediaSequence,
            recorded: previous.segments.count,
            from: previous.mediaSequence
        ) { new, old in
            let (new, old) = (playlist.segments[new], previous.segments[old])
            return Self.isSameTime(new, old, targetDuration: playlist.targetDuration) ?? Self.isSameName(new, old)
        }
        guard isAnotherStream, let shift = Self.shift(of: playlist, behind: previous) else { return }
        self = .renumbered(common: previous.segments.count - shift, window: playlist.segments.count)
    }

    /// Where the window of a playlist begins among the segments of an earlier one, by names and dates alone.
    ///
    /// - Returns: The index of its first segment; nil when the two have nothing in common.
    private static func shift(of playlist: MediaPlaylist, behind previous: MediaPlaylist) -> Int? {
        guard !playlist.segments.isEmpty else { return nil }
        return previous.segments.indices.first { shift in
            (0..<min(playlist.segments.count, previous.segments.count - shift)).allSatisfy { index in
                let (new, old) = (playlist.segments[index], previous.segments[shift + index])
                return isSameName(new, old) && isSameTime(new, old, targetDuration: playlist.targetDuration) ?? true
            }
        }
    }

    /// Whether two segments are the same by their names; hosts, folders and queries may differ each time.
    static func isSameName(_ new: MediaSegment, _ old: MediaSegment) -> Bool {
        SourceIdentity.lastComponent(new.uri) == SourceIdentity.lastComponent(old.uri) && new.byteRange == old.byteRange
    }

    /// Whether two segments begin at the same date, or nearly so; nil when one has none.
    ///
    /// Dates tell most: names and numbers begin anew when an encoder is started again.
    static func isSameTime(_ new: MediaSegment, _ old: MediaSegment, targetDuration: Int?) -> Bool? {
        guard let date = new.date, let other = old.date else { return nil }
        let distance = abs(Double(date.microsecondsSince1970) - Double(other.microsecondsSince1970)) / 1e6
        return distance <= Double(max(1, targetDuration ?? 6)) * 2
    }
}
