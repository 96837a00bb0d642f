import HLSKit

extension PlaylistCase {
    static let multivariantTags: [PlaylistCase] = [
        PlaylistCase(
            name: "an audio rendition",
            tag: .media,
            attributes: [
                "TYPE", "URI", "GROUP-ID", "LANGUAGE", "ASSOC-LANGUAGE", "NAME", "STABLE-RENDITION-ID", "DEFAULT",
                "AUTOSELECT", "BIT-DEPTH", "SAMPLE-RATE", "CHARACTERISTICS", "CHANNELS",
            ],
            text: multivariant(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\",NAME=\"N\",URI=\"a.m3u8\",LANGUAGE=\"en\",ASSOC-LANGUAGE=\"de\","
                    + "STABLE-RENDITION-ID=\"s\",DEFAULT=YES,AUTOSELECT=YES,BIT-DEPTH=16,SAMPLE-RATE=48000,"
                    + "CHARACTERISTICS=\"public.x,y\",CHANNELS=\"6\"\n"
            ),
            value: "rendition AUDIO g N a.m3u8 en de s true true false - 16 48000 public.x,y 6"
        ),
        PlaylistCase(
            name: "captions and forced subtitles",
            tag: .media,
            attributes: ["FORCED", "INSTREAM-ID"],
            text: multivariant(
                "#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\",NAME=\"C\",INSTREAM-ID=\"CC1\"\n"
                    + "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"S\",URI=\"s.m3u8\",FORCED=YES\n"
            ),
            value: "rendition CLOSED-CAPTIONS c C - - - - false false false CC1 - - - -\n"
                + "rendition SUBTITLES s S s.m3u8 - - - false false true - - - - -"
        ),
        PlaylistCase(
            name: "renditions that are broken",
            tag: .media,
            attributes: ["INSTREAM-ID", "FORCED", "URI", "DEFAULT", "AUTOSELECT", "STABLE-RENDITION-ID"],
            text: multivariant(
                "#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\",NAME=\"C\",INSTREAM-ID=\"CC9\",URI=\"c\"\n"
                    + "#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\",NAME=\"C\"\n"
                    + "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"S\"\n"
                    + "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"A\",FORCED=NO,DEFAULT=YES,AUTOSELECT=NO\n"
                    + "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"B\",DEFAULT=YES,STABLE-RENDITION-ID=\"?\"\n"
                    + "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"b\",NAME=\"B\"\n"
            ),
            broken: [
                .malformedInstreamID, .captionsWithURI, .captionsWithoutInstreamID, .duplicateRenditionName,
                .subtitlesWithoutURI, .forcedNotSubtitles, .defaultNotAutoselect, .severalDefaults, .malformedStableID,
                .groupsDiffer, .groupMembersDiffer, .audioWithoutChannels,
            ]
        ),
        PlaylistCase(
            name: "a variant",
            tag: .streamInformation,
            attributes: [
                "BANDWIDTH", "AVERAGE-BANDWIDTH", "SCORE", "CODECS", "SUPPLEMENTAL-CODECS", "RESOLUTION", "FRAME-RATE",
                "HDCP-LEVEL", "ALLOWED-CPC", "VIDEO-RANGE", "REQ-VIDEO-LAYOUT", "STABLE-VARIANT-ID", "AUDIO", "VIDEO",
                "SUBTITLES", "CLOSED-CAPTIONS", "PATHWAY-ID",
            ],
            text: multivariant(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"A\",CHANNELS=\"2\"\n#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=\"v\",NAME=\"A\"\n"
                    + "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"A\",URI=\"s\"\n"
                    + "#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\",NAME=\"A\",INSTREAM-ID=\"SERVICE3\"\n",
                "#EXT-X-STREAM-INF:BANDWIDTH=2000,AVERAGE-BANDWIDTH=1000,SCORE=1.5,CODECS=\"hvc1.2.4.L123,ec-3\","
                    + "SUPPLEMENTAL-CODECS=\"dvh1.08.07/db4h\",RESOLUTION=1920x1080,FRAME-RATE=29.97,HDCP-LEVEL=TYPE-1,"
                    + "ALLOWED-CPC=\"com.example:A/B\",VIDEO-RANGE=PQ,REQ-VIDEO-LAYOUT=\"CH-STEREO\","
                    + "STABLE-VARIANT-ID=\"x+1\",AUDIO=\"a\",VIDEO=\"v\",SUBTITLES=\"s\",CLOSED-CAPTIONS=\"c\","
                    + "PATHWAY-ID=\"CDN\"\nv.m3u8\n"
            ),
            value: "variant v.m3u8 2000 1000 1.5 hvc1.2.4.L123,ec-3 dvh1.08.07/db4h 1920x1080 29.97 TYPE-1 "
                + "com.example:A/B PQ CH-STEREO x+1 a v s c CDN"
        ),
        PlaylistCase(
            name: "no closed captions",
            tag: .streamInformation,
            attributes: ["CLOSED-CAPTIONS"],
            text: multivariant("", "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"mp4a.40.2\",CLOSED-CAPTIONS=NONE\nv\n"),
            value: "variant v 1 - - mp4a.40.2 - - - - - - - - - - - NONE -"
        ),
        PlaylistCase(
            name: "variants that are broken",
            tag: .streamInformation,
            attributes: ["BANDWIDTH", "AVERAGE-BANDWIDTH", "AUDIO", "CLOSED-CAPTIONS", "SCORE", "CODECS"],
            text: multivariant(
                "",
                "#EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=5,AUDIO=\"x\",CLOSED-CAPTIONS=NONE,SCORE=1\nv\n"
                    + "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"a\",HDCP-LEVEL=HIGH\n#EXT-X-VERSION:1\nstray\n"
            ),
            broken: [
                .missingAttribute, .averageExceedsPeak, .unknownGroup, .captionsNotConsistent, .scoreNotOnAll,
                .missingCodecs, .unknownAttributeValue, .missingVariantURI, .uriWithoutVariant, .duplicateTag,
            ]
        ),
        PlaylistCase(
            name: "a playlist of I-frames",
            tag: .iFrameStreamInformation,
            attributes: [
                "BANDWIDTH", "URI", "AVERAGE-BANDWIDTH", "SCORE", "CODECS", "SUPPLEMENTAL-CODECS", "RESOLUTION",
                "HDCP-LEVEL", "ALLOWED-CPC", "VIDEO-RANGE", "REQ-VIDEO-LAYOUT", "STABLE-VARIANT-ID", "VIDEO",
                "PATHWAY-ID",
            ],
            text: multivariant(
                "#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=\"v\",NAME=\"A\"\n"
                    + "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=20,URI=\"i.m3u8\",AVERAGE-BANDWIDTH=10,SCORE=2,CODECS=\"c\","
                    + "SUPPLEMENTAL-CODECS=\"dddd/eeee\",RESOLUTION=16x9,HDCP-LEVEL=NONE,ALLOWED-CPC=\"f:G\",VIDEO-RANGE=SDR,"
                    + "REQ-VIDEO-LAYOUT=\"CH-STEREO\",STABLE-VARIANT-ID=\"s\",VIDEO=\"v\",PATHWAY-ID=\"P\"\n"
            ),
            value: "i-frames i.m3u8 20 10 2.0 c dddd/eeee 16x9 NONE f:G SDR CH-STEREO s v P"
        ),
        PlaylistCase(
            name: "a playlist of I-frames without URI",
            tag: .iFrameStreamInformation,
            attributes: ["URI"],
            text: multivariant("#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=20\n"),
            broken: [.missingAttribute, .missingCodecs]
        ),
        PlaylistCase(
            name: "session data",
            tag: .sessionData,
            attributes: ["DATA-ID", "VALUE", "URI", "FORMAT", "LANGUAGE"],
            text: multivariant(
                "#EXT-X-SESSION-DATA:DATA-ID=\"a.b\",VALUE=\"v\",LANGUAGE=\"en\"\n"
                    + "#EXT-X-SESSION-DATA:DATA-ID=\"a.b\",URI=\"u\",FORMAT=RAW\n"
            ),
            value: "data a.b v - - en\ndata a.b - u RAW -"
        ),
        PlaylistCase(
            name: "session data that is broken",
            tag: .sessionData,
            attributes: ["DATA-ID", "VALUE", "URI"],
            text: multivariant(
                "#EXT-X-SESSION-DATA:DATA-ID=\"a\"\n#EXT-X-SESSION-DATA:DATA-ID=\"a\",VALUE=\"x\",URI=\"y\"\n"
            ),
            broken: [.sessionDataValue, .duplicateSessionData, .notReverseDNS]
        ),
        PlaylistCase(
            name: "a session key",
            tag: .sessionKey,
            attributes: ["METHOD", "URI", "IV", "KEYFORMAT", "KEYFORMATVERSIONS"],
            text: multivariant(
                "#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI=\"k\",IV=0x000102030405060708090a0b0c0d0e0f,"
                    + "KEYFORMAT=\"f\",KEYFORMATVERSIONS=\"1\"\n"
            ),
            value: "session key SAMPLE-AES k 15 f 1"
        ),
        PlaylistCase(
            name: "session keys that are broken",
            tag: .sessionKey,
            attributes: ["METHOD", "URI"],
            text: multivariant("#EXT-X-SESSION-KEY:METHOD=NONE\n#EXT-X-SESSION-KEY:METHOD=NONE\n"),
            broken: [.sessionKeyNone, .duplicateSessionKey]
        ),
        PlaylistCase(
            name: "content steering",
            tag: .contentSteering,
            attributes: ["SERVER-URI", "PATHWAY-ID"],
            text: multivariant(
                "#EXT-X-CONTENT-STEERING:SERVER-URI=\"s\",PATHWAY-ID=\"P\"\n",
                "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"c\",PATHWAY-ID=\"P\"\nv\n"
            ),
            value: "steering s P"
        ),
        PlaylistCase(
            name: "content steering to a pathway that is not there",
            tag: .contentSteering,
            attributes: ["PATHWAY-ID", "SERVER-URI"],
            text: multivariant("#EXT-X-CONTENT-STEERING:PATHWAY-ID=\"P\"\n"),
            broken: [.unknownPathway, .missingAttribute]
        ),
    ]

    /// What is not about one tag: line endings, bytes, spaces, attribute lists.
    static let texts: [PlaylistCase] = [
        PlaylistCase(
            name: "CRLF",
            tag: .header,
            text: "#EXTM3U\r\n#EXT-X-TARGETDURATION:6\r\n#EXTINF:6,\r\na.ts\r\n",
            value: "uri a.ts"
        ),
        PlaylistCase(
            name: "no newline at the end",
            tag: .segment,
            text: "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts",
            value: "uri a.ts"
        ),
        PlaylistCase(
            name: "blank lines, comments and unknown tags",
            tag: .segment,
            text: "#EXTM3U\n\n# hello\n#EXT-X-ALLOW-CACHE:YES\n#EXT-X-TARGETDURATION:6\n#EXT-X-CUE-OUT:30\n#note\n"
                + "#EXTINF:6,\na.ts\n\n\n",
            value: "other #EXT-X-CUE-OUT:30|#note"
        ),
        PlaylistCase(
            name: "a byte order mark",
            tag: .header,
            text: "\u{FEFF}#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n",
            value: "target 6",
            broken: [.byteOrderMark]
        ),
        PlaylistCase(
            name: "stray spaces",
            tag: .key,
            text: " #EXTM3U\n#EXT-X-TARGETDURATION: 6 \n#EXT-X-KEY:METHOD=AES-128 , URI=\"k\"\n#EXTINF: 6,\n a.ts \n",
            value: "target 6\nkey AES-128 k -\nuri a.ts\nduration 6.0",
            broken: [.strayWhitespace, .malformedAttributeList]
        ),
        PlaylistCase(
            name: "a NUL and another control character",
            tag: .segment,
            text: media("", "#EXTINF:6,a\u{0}b\na\u{7F}\n"),
            broken: [.controlCharacter, .malformedURI]
        ),
        PlaylistCase(
            name: "attributes that are broken",
            tag: .map,
            text: media("#EXT-X-MAP:URI=\"a\",URI=\"b\",=,X,Y=\"\n"),
            value: "map a -",
            broken: [.duplicateAttribute, .malformedAttributeList]
        ),
        PlaylistCase(
            name: "a tag of the other kind",
            tag: .streamInformation,
            text: media("#EXT-X-STREAM-INF:BANDWIDTH=1\n"),
            broken: [.mixedPlaylist]
        ),
        PlaylistCase(
            name: "a version from the future",
            tag: .version,
            text: "#EXTM3U\n#EXT-X-VERSION:99\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na\n",
            value: "version 99",
            broken: [.unsupportedVersion, .versionTooHigh]
        ),
    ]
}
