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
