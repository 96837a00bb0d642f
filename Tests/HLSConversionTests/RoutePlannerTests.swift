import HLSKit
import Testing

@testable import HLSConversion

@Suite("Route")
struct RoutePlannerTests {
    private let options = ConversionOptions()

    private static func surveyed(_ change: (inout VideoFacts) -> Void = { _ in }) -> VideoFacts {
        var facts = VideoFacts(profile: "High", width: 1280, height: 720)
        facts.survey = RandomAccessSurvey(greatestInterval: MediaTime(seconds: 2), bitRate: 3_000_000)
        change(&facts)
        return facts
    }

    @Test("a picture that browsers and phones play is copied, and the line says what it is")
    func copies() {
        let route = RoutePlanner.video(Self.surveyed(), options)
        #expect(
            route.track.description
                == "copied (H.264 High 1280x720, a random access point at least every 2.0 s, 3.0 Mbit/s)"
        )
    }

    @Test(
        "a picture is encoded for one reason, and the line names it",
        arguments: [
            (surveyed { $0.codec = "hevc" }, "hevc is not H.264"),
            (surveyed { $0.is420With8Bits = false }, "High is not 8-bit 4:2:0"),
            (surveyed { $0.isInterlaced = true }, "the picture is interlaced"),
            (surveyed { $0.orientation = Orientation(rotation: 90) }, "the picture is rotated"),
            (surveyed { $0.orientation = nil }, "the picture is rotated"),
            (surveyed { $0.isHighDynamicRange = true }, "the picture has a high dynamic range"),
            (surveyed { $0.survey?.orientation = Orientation(rotation: 270) }, "the picture is rotated"),
            (surveyed { $0.shape = .notReplaceable }, "the container gives the picture another shape than its stream"),
            (surveyed { $0.survey?.pictureRate = 0.5 }, "0.5 pictures a second are too few for browsers"),
            (surveyed { $0.survey?.pictureRate = 0 }, "there is a single picture"),
            (surveyed { $0.hasTimestamps = false }, "the container gives pictures no presentation times"),
            (
                surveyed { $0.survey?.greatestInterval = MediaTime(seconds: 10.1) },
                "random access points are up to 10.1 s apart"
            ),
            (surveyed { $0.survey?.bitRate = 12_100_000 }, "12.1 Mbit/s is more than 12.0"),
            (
                surveyed {
                    $0.isReordered = true
                    $0.survey?.unevenSteps = 8
                }, "the frame rate changes"
            ),
            (surveyed { $0.survey?.hidesPictures = true }, "an edit list hides some pictures"),
        ]
    )
    func encodes(facts: VideoFacts, reason: String) {
        let route = RoutePlanner.video(facts, options)
        #expect(route.track.encoder == "libx264")
        #expect(route.track.reason.description == reason)
    }

    @Test("limits are inside: 10 s and 12 Mbit/s are copied")
    func limits() {
        let facts = Self.surveyed {
            $0.survey?.greatestInterval = MediaTime(seconds: 10)
            $0.survey?.bitRate = 12_000_000
        }
        #expect(RoutePlanner.video(facts, options).isCopy)
    }

    @Test("asking for a quality or a preset means encoding")
    func quality() {
        var options = options
        options.crf = 20
        #expect(
            RoutePlanner.video(Self.surveyed(), options) == .encode(encoder: "libx264", reason: .optionGiven("crf"))
        )
        options.crf = nil
        options.preset = .slow
        #expect(
            RoutePlanner.video(Self.surveyed(), options) == .encode(encoder: "libx264", reason: .optionGiven("preset"))
        )
    }

    @Test("what was asked for is done, whatever the facts")
    func asked() {
        var options = options
        options.videoEncoder = "copy"
        options.audioEncoder = "libmp3lame"
        #expect(RoutePlanner.video(Self.surveyed { $0.codec = "hevc" }, options) == .copy(reason: .asAsked))
        #expect(RoutePlanner.audio(AudioFacts(), options) == .encode(encoder: "libmp3lame", reason: .asAsked))
    }

    @Test("sound is copied when it is AAC-LC of few enough channels")
    func audio() {
        #expect(RoutePlanner.audio(AudioFacts(), options).track.description == "copied (AAC-LC, 48000 Hz, stereo)")
        #expect(
            RoutePlanner.audio(AudioFacts(codec: "ac3", isPlainAACLowComplexity: false), options)
                == .encode(encoder: "aac", reason: .otherCoding("ac3", wanted: "AAC-LC"))
        )
        #expect(
            RoutePlanner.audio(AudioFacts(profile: "HE-AAC", isPlainAACLowComplexity: false), options)
                == .encode(encoder: "aac", reason: .otherCoding("HE-AAC", wanted: "AAC-LC"))
        )
        #expect(
            RoutePlanner.audio(AudioFacts(channels: 6), options)
                == .encode(encoder: "aac", reason: .tooManyChannels(6, limit: 2))
        )
        var options = options
        options.audioChannels = 6
        #expect(RoutePlanner.audio(AudioFacts(channels: 6), options).isCopy)
    }
}
