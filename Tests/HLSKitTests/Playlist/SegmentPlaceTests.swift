import HLSKit
import TestSupport
import Testing

@Suite("The places of segments in a long list")
struct SegmentPlaceTests {
    private static func segment(_ generator: inout SeededGenerator, dates: Int) -> MediaSegment {
        MediaSegment(
            uri: "\(UInt32.random(in: 0...UInt32.max, using: &generator)).ts",
            duration: MediaDuration(microseconds: Int64.random(in: 1...9_000_000, using: &generator)),
            isDiscontinuity: Int.random(in: 0..<20, using: &generator) == 0,
            programDateTime: dates > 0 && Int.random(in: 0..<dates, using: &generator) == 0
                ? MediaDate(microsecondsSince1970: Int64.random(in: 1...1_000_000_000, using: &generator), utcOffset: 0)
                : nil
        )
    }

    /// Sums up from the start for each segment.
    private static func check(_ playlist: MediaPlaylist, _ what: Comment) {
        let segments = Array(playlist.segments)
        var (time, discontinuities) = (Int64(0), playlist.discontinuitySequence)
        var date: Int64?
        if let first = segments.firstIndex(where: { $0.programDateTime != nil }) {
            let lead = segments[..<first].reduce(Int64(0)) { $0 + $1.duration.microseconds }
            date = segments[first].programDateTime.map { $0.microsecondsSince1970 - lead }
        }
        for (index, segment) in segments.enumerated() {
            if segment.isDiscontinuity { discontinuities += 1 }
            if let own = segment.programDateTime { date = own.microsecondsSince1970 }
            guard
                segment.startTime.microseconds == time, segment.discontinuitySequence == discontinuities,
                segment.date?.microsecondsSince1970 == date,
                segment.mediaSequence == playlist.mediaSequence + index
            else {
                Issue.record("segment \(index) of \(segments.count) is in another place: \(what)")
                return
            }
            time += segment.duration.microseconds
            date? += segment.duration.microseconds
        }
        #expect(playlist.segments.totalDuration.microseconds == time)
    }

    @Test("are what summing up from the start gives, however the list was edited", arguments: [0, 3, 60, 700])
    func places(dates: Int) {
        var generator = SeededGenerator(seed: UInt64(dates) + 1)
        var playlist = MediaPlaylist(targetDuration: 9, mediaSequence: 5, discontinuitySequence: 2)
        for _ in 0..<400 { playlist.segments.append(Self.segment(&generator, dates: dates)) }
        Self.check(playlist, "appended")
        for turn in 0..<18 {
            let count = playlist.segments.count
            let index = Int.random(in: 0..<count, using: &generator)
            let new = Self.segment(&generator, dates: min(dates, 3))
            switch turn % 6 {
            case 0: playlist.segments[index].duration = new.duration
            case 1: playlist.segments[index].programDateTime = new.programDateTime
            case 2: playlist.segments[index].isDiscontinuity.toggle()
            case 3: playlist.segments.insert(new, at: index)
            case 4: playlist.segments.removeSubrange(index..<min(count, index + 9))
            default: playlist.segments.append(new)
            }
            Self.check(playlist, "turn \(turn)")
        }
        if let first = playlist.segments.firstIndex(where: { $0.programDateTime != nil }) {
            playlist.segments[first].programDateTime = nil
            Self.check(playlist, "without the first date")
        }
        playlist.segments.removeAll()
        playlist.segments.append(Self.segment(&generator, dates: 1))
        Self.check(playlist, "begun anew")
    }
}
