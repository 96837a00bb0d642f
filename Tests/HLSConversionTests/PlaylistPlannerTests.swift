import HLSKit
import Testing

@testable import HLSConversion

@Suite("Playlist planner")
struct PlaylistPlannerTests {
    private static func seconds(_ seconds: Double) -> MediaTime { MediaTime(seconds: seconds) }

    /// Steady units from a time to another.
    private static func steady(_ first: Double, _ end: Double, step: Double) -> TrackTiming {
        .steady(first: seconds(first), last: seconds(end - step), end: seconds(end), step: seconds(step))
    }

    /// The durations and names of the segments that are planned.
    private static func plan(
        _ rule: Segmenter.Rule,
        _ codings: [Coding],
        _ tracks: [PlanningTrack],
        segmentType: SegmentType = .transportStream
    ) throws -> (durations: [String], plan: PlaylistPlanner.Plan) {
        let configuration = RenditionWriterState.Configuration(
            rule: rule,
            playlistType: .event,
            finishesEventAsVOD: true,
            expectedTargetDuration: 1,
            segmentType: segmentType,
            codings: codings,
            keepsSoundTail: true
        )
        var planner = PlaylistPlanner(configuration, input: "film", segmentPrefix: "a b")
        try planner.add(tracks) {}
        let plan = try planner.finish()
        let lines = plan.text.split(separator: "\n").filter { $0.hasPrefix("#EXTINF:") }
        return (lines.map { String($0.dropFirst(8).dropLast()) }, plan)
    }

    @Test("encoded pictures end segments on the grid, with names and a target duration as they will be")
    func grid() throws {
        let video = PlanningTrack(
            timing: Self.steady(10, 17, step: 0.04),
            treatment: .encodedVideo(interval: 3.2, frameDuration: Self.seconds(0.04))
        )
        let (durations, plan) = try Self.plan(.grid(interval: 3.2), [.h264], [video])
        #expect(durations == ["3.200000", "3.200000", "0.600000"])
        #expect(plan.files == ["a b_0.ts", "a b_1.ts", "a b_2.ts"] && plan.targetDuration == 3)
        #expect(plan.text.contains("\na%20b_2.ts\n") && plan.text.hasSuffix("#EXT-X-ENDLIST\n"))
        #expect(plan.text.contains("#EXT-X-PLAYLIST-TYPE:VOD\n") && !plan.text.contains("#EXT-X-START"))
    }

    @Test(
        "pictures that do not fit the grid end segments with the first one behind it, and the difference does not add up"
    )
    func unevenGrid() throws {
        let video = PlanningTrack(
            timing: Self.steady(0, 600.6, step: 1.001 / 30),
            treatment: .encodedVideo(interval: 2, frameDuration: Self.seconds(1.001 / 30))
        )
        let (durations, _) = try Self.plan(.grid(interval: 2), [.h264], [video])
        #expect(durations.count == 301)
        let total = durations.reduce(0) { $0 + (Double($1) ?? 0) }
        #expect(abs(total - 600.6) < 0.000_1)
        #expect(durations.dropLast().allSatisfy { abs((Double($0) ?? 0) - 2) < 1.001 / 30 })
    }

    @Test("segments of CMAF come behind their init section")
    func initialization() throws {
        let video = PlanningTrack(
            timing: Self.steady(0, 4, step: 0.04),
            treatment: .encodedVideo(interval: 2, frameDuration: Self.seconds(0.04))
        )
        let (_, plan) = try Self.plan(.grid(interval: 2), [.h264], [video], segmentType: .fragmentedMP4)
        #expect(plan.files == ["a b_init_0.mp4", "a b_0.m4s", "a b_1.m4s"])
        #expect(plan.text.contains("#EXT-X-MAP:URI=\"a%20b_init_0.mp4\"\n#EXTINF:2.000000,\na%20b_0.m4s\n"))
    }

    @Test("copied pictures end segments at random access points alone")
    func copied() throws {
        let units = (0..<100).map { number in
            UnitTiming(
                pts: Self.seconds(Double(number) / 10 + 0.2),
                dts: Self.seconds(Double(number) / 10),
                duration: Self.seconds(0.1),
                isRandomAccess: [0, 15, 19, 50].contains(number)
            )
        }
        let video = PlanningTrack(timing: .listed(units), treatment: .copied)
        let (durations, plan) = try Self.plan(.randomAccessPoint(interval: 2), [.h264], [video])
        #expect(durations == ["1.900000", "3.100000", "5.000000"] && plan.targetDuration == 5)
    }

    @Test("sound alone ends segments at its frames, from the encoder's run-up on")
    func sound() throws {
        let sound = PlanningTrack(
            timing: Self.steady(0, 5, step: 0.02),
            treatment: .encodedAudio(frame: 1_024 / 48_000, runUp: 1_024 / 48_000)
        )
        let (durations, _) = try Self.plan(.grid(interval: 2), [.aac], [sound])
        #expect(durations == ["2.005333", "2.005334", "1.010666"])
    }

    @Test("pictures in front of the first that can be decoded, and hidden ones, are not presented")
    func undecodable() {
        let units = [
            UnitTiming(pts: Self.seconds(0), isKey: false), UnitTiming(pts: Self.seconds(3), duration: Self.seconds(1)),
            UnitTiming(pts: Self.seconds(1), isKey: false), UnitTiming(pts: Self.seconds(5), isKey: false),
            UnitTiming(pts: Self.seconds(4), isKey: false, isHidden: true),
        ]
        let presentation = TrackTiming.listed(units).presentation()
        #expect(presentation?.times == [Self.seconds(3), Self.seconds(5)] && presentation?.end == Self.seconds(4))
        #expect(TrackTiming.listed([]).presentation() == nil)
    }

    @Test("an input without anything to play has no plan")
    func nothing() {
        let video = PlanningTrack(timing: .listed([]), treatment: .copied)
        #expect(throws: ConversionError.self) { try Self.plan(.grid(interval: 2), [.h264], [video]) }
    }
}
