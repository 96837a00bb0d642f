import HLSKit
import TestSupport

extension BrokenStream {
    private static let map = 7

    static let fragments: [BrokenStream] =
        fragmentTimes + fragmentFiles + [
            BrokenStream("the lengths of NAL units do not fit", "broken-sample", in: "s1.m4s", offsets: anywhere) {
                SampleFragments(sample: { $0 == 63 ? [0x7F] + $1.dropFirst() : $1 }).files()
            },
            BrokenStream(
                "a picture is marked that is no random access point",
                "sync-flag-wrong",
                in: "s1.m4s",
                offsets: anywhere
            ) {
                SampleFragments(isMarked: { $0 % 10 == 0 || $0 == 63 }).files()
            },
            BrokenStream("a random access point is not marked", "sync-flag-missing", in: "s1.m4s", offsets: anywhere) {
                SampleFragments(isMarked: { $0 % 10 == 0 && $0 != 60 }).files()
            },
            BrokenStream(
                "a fragment does not begin with a random access point",
                "segment-not-independent",
                in: "s2.m4s"
            ) {
                SampleFragments(isMarked: { $0 % 10 == 0 && $0 != 100 }, isKey: { $0 % 10 == 0 && $0 != 100 }).files()
            },
            BrokenStream("a data offset is wrong", "samples-outside-media-data", in: "s1.m4s", offsets: 0..<100) {
                SampleFragments(dataShift: { $0 == 1 ? 1_000_000 : 0 }).files()
            },
            BrokenStream("numbers do not rise within a segment", "sequence-number-not-rising", in: "s1.m4s") {
                SampleFragments(fragmentsPerSegment: 2, number: { $0 == 3 ? 3 : $0 + 1 }).files()
            },
            BrokenStream("numbers begin anew", "sequence-number-back", in: "s2.m4s") {
                SampleFragments(number: { $0 % 2 + 1 }).files()
            },
        ]

    private static let fragmentTimes: [BrokenStream] = [
        BrokenStream("a fragment comes late", "picture-gap", in: "s2.m4s", offsets: anywhere) {
            SampleFragments(videoShift: { $0 < 2 ? 0 : 9_000 }).files()
        },
        BrokenStream("a fragment comes early", "picture-overlap", in: "s2.m4s", offsets: anywhere) {
            SampleFragments(videoShift: { $0 < 2 ? 0 : -3_600 }).files()
        },
        BrokenStream("the sound of a fragment comes late", "audio-gap", in: "s1.m4s", offsets: anywhere) {
            SampleFragments(audioShift: { $0 < 1 ? 0 : 9_000 }).files()
        },
        BrokenStream("the sound begins late in fragments", "audio-video-offset", in: "s0.m4s", offsets: anywhere) {
            SampleFragments(audioShift: { _ in 45_000 }).files()
        },
        BrokenStream("decoding times jump", "timestamps-do-not-run-on", in: "s2.m4s", offsets: anywhere) {
            SampleFragments(videoShift: { $0 < 2 ? 0 : 900_000 }, audioShift: { $0 < 2 ? 0 : 900_000 }).files()
        },
        BrokenStream("a fragment has no decoding time", "decode-time-missing", in: "s1.m4s", offsets: 0..<200) {
            SampleFragments(hasDecodeTimes: { $0 != 1 }).files()
        },
        BrokenStream("EXTINF of a fragment is far off", "duration-differs", in: "film.m3u8", line: 10) {
            SampleFragments().files(durations: [1: 1.2])
        },
        BrokenStream("a map changes without a discontinuity", "format-change", in: "s2.m4s") {
            let other = SampleFragments(videoEntry: BoxBuilder.avc1("avc3")).initialization()
            return SampleFragments().files(tags: [2: "#EXT-X-MAP:URI=\"other.mp4\""]).with(["other.mp4": other])
        },
    ]

    private static let fragmentFiles: [BrokenStream] = [
        BrokenStream("the init segment is missing", "initialization-missing", in: "film.m3u8", line: map) {
            SampleFragments().files().without("init.mp4")
        },
        BrokenStream("there is no EXT-X-MAP", "initialization-missing", in: "film.m3u8", line: 8) {
            SampleFragments().files(map: nil)
        },
        BrokenStream("a web page instead of the init segment", "initialization-unusable", in: "film.m3u8", line: map) {
            SampleFragments().files().with("init.mp4", "<!DOCTYPE html><html></html>")
        },
        BrokenStream("the codec's configuration is cut off", "codec-configuration", in: "init.mp4", offsets: anywhere) {
            SampleFragments(videoEntry: BoxBuilder.visual("avc1", BoxBuilder.box("avcC", [1, 2, 3]))).files()
        },
        BrokenStream("the codec's configuration is missing", "missing-box", in: "init.mp4", offsets: anywhere) {
            SampleFragments(videoEntry: BoxBuilder.visual("avc1")).files()
        },
        BrokenStream("brands that are too old", "incompatible-brands", in: "init.mp4", offsets: 0..<1) {
            SampleFragments(brands: ["isom", "avc1"]).files()
        },
        BrokenStream("another init segment's segments", "unknown-track", in: "s0.m4s", offsets: anywhere) {
            SampleFragments(audioTrack: 3).files().with(["init.mp4": SampleFragments().initialization()])
        },
        BrokenStream("a segment is cut off", "broken-box", in: "s1.m4s", offsets: anywhere) {
            SampleFragments().files { $0[1].removeLast(500) }
        },
        BrokenStream("a file is followed by garbage", "broken-box", in: "s1.m4s", offsets: anywhere) {
            SampleFragments().files { $0[1] += [UInt8](repeating: 0, count: 40) }
        },
        BrokenStream("a fragment finds its samples by the file", "absolute-addressing", in: "s1.m4s", offsets: anywhere)
        {
            SampleFragments(isAbsolute: { $0 == 1 }).files()
        },
    ]
}
