import HLSKit

extension PlaylistCase {
    private static func variant(_ attributes: String) -> String {
        "#EXT-X-STREAM-INF:BANDWIDTH=1,\(attributes)\nv.m3u8\n"
    }

    private static let h264 = "CODECS=\"avc1.64001f\""

    /// Rules of variants and renditions.
    static let variantRules: [PlaylistCase] = [
        PlaylistCase(
            name: "languages that are no tags, and session data that names no domain",
            tag: .media,
            text: multivariant(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"A\",CHANNELS=\"2\",LANGUAGE=\"in English\"\n"
                    + "#EXT-X-SESSION-DATA:DATA-ID=\"title\",VALUE=\"v\",LANGUAGE=\"1\"\n"
            ),
            broken: [.malformedLanguage, .notReverseDNS]
        ),
        PlaylistCase(
            name: "channels that are no count with identifiers",
            tag: .media,
            text: multivariant(
                ["5.1", "6//BINAURAL", "6/joc", "6/-/DOF-4"].enumerated().map {
                    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"\($0.offset)\",CHANNELS=\"\($0.element)\"\n"
                }.joined()
            ),
            broken: [.malformedChannels]
        ),
        PlaylistCase(
            name: "channels with identifiers",
            tag: .media,
            text: multivariant(
                ["2", "16/JOC", "4/3OA", "2/-/BINAURAL", "6/-/DOF-6,BED-4"].enumerated().map {
                    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"\($0.offset)\",CHANNELS=\"\($0.element)\"\n"
                }.joined()
            ),
            broken: []
        ),
        PlaylistCase(
            name: "labels of content protection that are none",
            tag: .streamInformation,
            text: multivariant("", variant(h264 + ",ALLOWED-CPC=\"com.example:hw\"")),
            broken: [.malformedAllowedCPC]
        ),
        PlaylistCase(
            name: "supplemental formats whose brand is too long or whose base is not declared",
            tag: .streamInformation,
            text: multivariant("", variant(h264 + ",SUPPLEMENTAL-CODECS=\"dvh1.08.07/db4h,dvh1.08.07/brand\"")),
            broken: [.malformedSupplementalCodecs, .supplementalWithoutBase]
        ),
        PlaylistCase(
            name: "a score of nothing and a frame rate that is not rounded",
            tag: .streamInformation,
            text: multivariant("", variant(h264 + ",SCORE=0,FRAME-RATE=29.97003")),
            broken: [.scoreNotPositive, .frameRateNotRounded]
        ),
        PlaylistCase(
            name: "a group of video for two resolutions, and I-frames without its alternatives",
            tag: .streamInformation,
            text: multivariant(
                "#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=\"v\",NAME=\"V\"\n"
                    + "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,\(h264),URI=\"i\"\n",
                variant(h264 + ",VIDEO=\"v\",RESOLUTION=16x9")
                    + variant(h264 + ",VIDEO=\"v\",RESOLUTION=32x18")
            ),
            broken: [.resolutionsOfGroupDiffer, .iFramesLackAlternatives]
        ),
        PlaylistCase(
            name: "a group of sound without a format",
            tag: .streamInformation,
            text: multivariant(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"A\",CHANNELS=\"2\"\n",
                variant(h264 + ",AUDIO=\"a\"")
            ),
            broken: [.codecsLackGroup]
        ),
        PlaylistCase(
            name: "I-frames with a frame rate",
            tag: .iFrameStreamInformation,
            text: multivariant("#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,\(h264),URI=\"i\",FRAME-RATE=1\n"),
            broken: [.attributeNotForIFrames]
        ),
        PlaylistCase(
            name: "a pathway without the sound of the other",
            tag: .streamInformation,
            text: multivariant(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"A\",CHANNELS=\"2\"\n",
                variant("CODECS=\"avc1.64001f,mp4a.40.2\",AUDIO=\"a\"")
                    + variant("CODECS=\"avc1.64001f,mp4a.40.2\",PATHWAY-ID=\"B\"")
            ),
            broken: [.pathwayLacksGroups]
        ),
        PlaylistCase(
            name: "a query parameter whose value has quotes",
            tag: .define,
            text: multivariant("#EXT-X-DEFINE:QUERYPARAM=\"quoted\"\n"),
            broken: [.queryValueNotText]
        ),
        PlaylistCase(
            name: "a variable whose value has another",
            tag: .define,
            text: media(
                "#EXT-X-DEFINE:NAME=\"a\",VALUE=\"x\"\n#EXT-X-DEFINE:NAME=\"b\",VALUE=\"{$a}/y\"\n",
                "#EXTINF:6,\n{$b}/a.ts\n"
            ),
            value: "uri x/y/a.ts"
        ),
        PlaylistCase(
            name: "a variable whose value has one that is defined below",
            tag: .define,
            text: media("#EXT-X-DEFINE:NAME=\"b\",VALUE=\"{$a}\"\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"x\"\n"),
            broken: [.undefinedVariable]
        ),
    ]
}
