import HLSKit
import Testing

/// Every rule is broken by some case.
@Suite("Every rule")
struct PlaylistRuleTests {
    @Test("the findings are those of the case", arguments: PlaylistRuleCase.all)
    func findings(_ testCase: PlaylistRuleCase) {
        let found = testCase.findings()
        #expect(
            found == testCase.broken,
            "too many: \(found.subtracting(testCase.broken)), missing: \(testCase.broken.subtracting(found))"
        )
    }

    @Test(
        "a message has what it is about in its place, and keeps the percent signs of its numbers",
        arguments: PlaylistRule.allCases
    )
    func messages(_ rule: PlaylistRule) {
        let message = PlaylistDiagnostic(rule: rule, subject: "<subject>").message
        #expect(message.replacing("<subject>", with: "%") == rule.advice)
        #expect(!message.contains("<subject> bits") || rule.advice.contains("% bits"))
        #expect(message.matches(of: /[0-9]%/).count == rule.advice.matches(of: /[0-9]%/).count)
    }

    @Test("the message about a bandwidth names what is needed")
    func bandwidth() {
        let message = PlaylistDiagnostic(rule: .bandwidthTooHigh, subject: "1200").message
        #expect(message == "BANDWIDTH is more than 10% above what segments need, 1200 bits per second: lower it.")
    }

    @Test("a second default is told on its line")
    func secondDefault() throws {
        let entry = "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",CHANNELS=\"2\","
        let text = """
            #EXTM3U
            \(entry)NAME="A",DEFAULT=YES,LANGUAGE="en",URI="a.m3u8"
            \(entry)NAME="B",DEFAULT=YES,LANGUAGE="de",URI="b.m3u8"
            \(entry)NAME="C",LANGUAGE="fr",URI="c.m3u8"
            #EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="mp4a.40.2",AUDIO="a"
            d.m3u8

            """
        let found = PlaylistValidator().diagnostics(of: Playlist(text)).filter { $0.rule == .severalDefaults }
        #expect(found.map(\.line) == [3])
    }

    @Test("of a tag that stands twice the line of the one that counts is told")
    func secondTag() {
        let text = """
            #EXTM3U
            #EXT-X-VERSION:9
            #EXT-X-TARGETDURATION:4
            #EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=24
            #EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=10
            #EXTINF:4,
            a.ts
            #EXT-X-VERSION:2

            """
        let found = PlaylistValidator().diagnostics(of: Playlist(text))
        #expect(found.filter { $0.rule == .canSkipUntilTooSmall }.map(\.line) == [5])
        #expect(found.filter { $0.rule == .versionTooHigh }.map(\.line) == [8], "\(found)")
    }

    // The cases are checked to be found by their own tests, so that standing in one is being reported.
    @Test("every rule is broken by a case, and says what to do", arguments: PlaylistRule.allCases)
    func coverage(_ rule: PlaylistRule) {
        let isCovered =
            PlaylistCase.all.contains { $0.broken.contains(rule) }
            || PlaylistRuleCase.all.contains { $0.broken.contains(rule) }
        #expect(isCovered, "\(rule.rawValue) has no case")
        #expect(rule.advice.contains(":") || rule == .unsupportedVersion)
    }
}
