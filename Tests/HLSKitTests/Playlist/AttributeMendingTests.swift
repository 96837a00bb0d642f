import HLSKit
import Testing

@Suite("Mending of attribute lists")
struct AttributeMendingTests {
    @Test(
        "what can be understood gets the form of the specification",
        arguments: [
            ("BANDWIDTH=1000, CODECS=\"avc1.4D401E\" ", "BANDWIDTH=1000,CODECS=\"avc1.4D401E\""),
            ("BANDWIDTH=\"1000\",RESOLUTION=\"640x360\"", "BANDWIDTH=1000,RESOLUTION=640x360"),
            ("CODECS=avc1.4D401E,mp4a.40.2,BANDWIDTH=1", "CODECS=\"avc1.4D401E,mp4a.40.2\",BANDWIDTH=1"),
            ("BANDWIDTH = 1000 ,AUDIO = \"a b\"", "BANDWIDTH=1000,AUDIO=\"a b\""),
            ("BANDWIDTH=1,BANDWIDTH=2,,AUDIO=\"a\",", "BANDWIDTH=1,AUDIO=\"a\""),
            ("BANDWIDTH=1,NAME=\"open", "BANDWIDTH=1,NAME=\"open\""),
            ("BANDWIDTH=1,AUDIO=\"a\"b", "BANDWIDTH=1,AUDIO=\"a\""),
            ("BANDWIDTH=1,AUDIO=,=x,name=y,CLOSED-CAPTIONS=NONE", "BANDWIDTH=1,CLOSED-CAPTIONS=NONE"),
            ("BANDWIDTH=1,CLOSED-CAPTIONS=cc", "BANDWIDTH=1,CLOSED-CAPTIONS=\"cc\""),
        ]
    )
    func mended(text: String, expected: String) {
        #expect(AttributeList(text).mended(for: .streamInformation).text == expected)
    }

    @Test(
        "what is right stays as it is, unknown attributes too",
        arguments: [
            "BANDWIDTH=01000,CODECS=\"avc1.4D401E,mp4a.40.2\",X-MORE=\"a, b\",X-NUMBER=0x1F,PROGRAM-ID=1",
            "SCORE=1.50,CLOSED-CAPTIONS=\"cc\",REQ-VIDEO-LAYOUT=\"CH-STEREO\"", "",
        ]
    )
    func untouched(text: String) {
        #expect(AttributeList(text).mended(for: .streamInformation).text == text)
    }

    @Test("a mended tag breaks no rule of its form")
    func tag() throws {
        let rendition = Rendition(attributes: AttributeList("TYPE=\"AUDIO\", GROUP-ID=a ,NAME=English,DEFAULT=\"YES\""))
        let line = rendition.mended().line
        #expect(line == "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"English\",DEFAULT=YES")
    }
}
