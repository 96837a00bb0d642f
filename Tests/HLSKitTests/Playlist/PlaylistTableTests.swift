import Foundation
import Testing

@testable import HLSKit

/// Runs the table of cases through the reader, the writer and the validator, and keeps what is made of it up to date.
@Suite("Every tag and attribute")
struct PlaylistTableTests {
    static let configuration = PlaylistReader.Configuration(
        url: "https://example.com/v/main.m3u8?q=1%202&quoted=%22",
        importedVariables: ["token": "t"]
    )

    static func read(_ text: String) -> PlaylistReader.Result<Playlist> {
        PlaylistReader(configuration: configuration).read(text)
    }

    static func findings(_ text: String) -> Set<PlaylistRule> {
        let result = read(text)
        var validated = result.playlist
        // Imported variables are those that the reader was given.
        if case .media(var media) = validated {
            media.variables.values["token"] = "t"
            validated = .media(media)
        }
        let rules = result.diagnostics.map(\.rule) + PlaylistValidator().diagnostics(of: validated).map(\.rule)
        return Set(rules)
    }

    @Test("reading gives the values of the case", arguments: PlaylistCase.all)
    func reading(_ testCase: PlaylistCase) {
        let values = PlaylistCase.values(Self.read(testCase.text).playlist)
        for value in testCase.value.split(separator: "\n").map(String.init) where value != "6" {
            #expect(values.contains(value), "\(value) is not among \(values)")
        }
    }

    @Test("writing gives back the bytes", arguments: PlaylistCase.all)
    func writing(_ testCase: PlaylistCase) {
        #expect(Self.read(testCase.text).playlist.text == testCase.text)
        #expect(PlaylistProperties.broken(by: Array(testCase.text.utf8)) == nil)
    }

    @Test("the findings are those of the case", arguments: PlaylistCase.all)
    func validating(_ testCase: PlaylistCase) {
        let found = Self.findings(testCase.text)
        let expected = Set(testCase.broken)
        #expect(found == expected, "too many: \(found.subtracting(expected)), missing: \(expected.subtracting(found))")
    }

    @Test(
        "what is written on CRLF lines is read the same",
        arguments: PlaylistCase.all.filter { !$0.text.contains("\r") }
    )
    func lineEndings(_ testCase: PlaylistCase) {
        let text = testCase.text.replacingOccurrences(of: "\n", with: "\r\n")
        let playlist = Self.read(text).playlist
        #expect(playlist.text == text)
        #expect(PlaylistCase.values(playlist) == PlaylistCase.values(Self.read(testCase.text).playlist))
    }

    @Test("every tag has a valid and a broken case", arguments: PlaylistTag.allCases)
    func coverage(_ tag: PlaylistTag) {
        let cases = PlaylistCase.all.filter { $0.tag == tag }
        #expect(cases.contains { $0.broken.isEmpty })
        #expect(cases.contains { !$0.broken.isEmpty })
        #expect(PlaylistTag(name: tag.name) == tag)
    }

    @Test("every attribute has a valid case, and refuses a value of another form", arguments: PlaylistTag.allCases)
    func attributes(_ tag: PlaylistTag) throws {
        for rule in tag.attributeRules {
            let name = "\(rule.name)"
            let valid = PlaylistCase.all.first { $0.tag == tag && $0.broken.isEmpty && $0.attributes.contains(name) }
            let text = try #require(valid, "\(tag.name) has no case for \(name)").text
            let raw = try #require(Self.rawValue(of: name, of: tag, in: text), "\(name) is not in its case")
            let other = [.quoted, .quotedOrNone, .quotedWords].contains(rule.form) ? "bare" : "\"\u{2603}\""
            let mutated = text.replacingOccurrences(of: "\(name)=\(raw)", with: "\(name)=\(other)")
            #expect(Self.findings(mutated).contains(.malformedAttribute), "\(tag.name) takes \(name)=\(other)")
            if rule.isRequired {
                let without = text.replacingOccurrences(of: "\(name)=\(raw)", with: "X-NOTHING=\(raw)")
                #expect(Self.findings(without).contains(.missingAttribute), "\(tag.name) does without \(name)")
            }
        }
    }

    private static func rawValue(of name: String, of tag: PlaylistTag, in text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix("#\(tag.name):") {
            let list = AttributeList(String(line.dropFirst(tag.name.count + 2)))
            if let raw = list.rawValue(name) { return raw }
        }
        return nil
    }

    @Test("strict reading takes what is valid and refuses what breaks a MUST", arguments: PlaylistCase.all)
    func strictness(_ testCase: PlaylistCase) {
        let breaksMust = testCase.broken.contains { $0.severity == .error }
        let reader = PlaylistReader(configuration: Self.configuration)
        do throws(PlaylistError) {
            _ = try reader.readStrictly(testCase.text)
            #expect(!breaksMust)
        } catch {
            #expect(breaksMust, "\(error)")
            #expect(error.code == .brokenRule && error.line > 0 && !error.section.isEmpty && !error.message.isEmpty)
        }
    }

    @Test("the table of tags in docs is that of the cases")
    func documentation() throws {
        try compare(Self.root.appendingPathComponent("docs/playlist-tags.md"), with: PlaylistTagTable.markdown)
    }

    @Test("the list of rules in docs is that of the library")
    func ruleDocumentation() throws {
        try compare(Self.root.appendingPathComponent("docs/playlist-rules.md"), with: PlaylistRuleTable.markdown)
    }

    // A rule that is in no list would not be asked for a case.
    @Test("every rule that is declared is in the list of all")
    func rulesAreListed() throws {
        let folder = Self.root.appendingPathComponent("Sources/HLSKit/Playlist/Rules")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let declared = try files.reduce(0) { count, file in
            count + (try String(contentsOf: file, encoding: .utf8).components(separatedBy: "= PlaylistRule(").count - 1)
        }
        #expect(declared == PlaylistRule.allCases.count)
        #expect(Set(PlaylistRule.allCases.map(\.rawValue)).count == declared)
        #expect(PlaylistRule.allCases.allSatisfy { PlaylistRule(rawValue: $0.rawValue) == $0 })
    }

    @Test("the seeds of the fuzz target are those of the cases")
    func seeds() throws {
        let folder = Self.root.appendingPathComponent("Benchmarks/Fuzz/Seeds")
        for (index, testCase) in PlaylistCase.all.enumerated() {
            try compare(folder.appendingPathComponent("\(index).m3u8"), with: testCase.text)
        }
    }

    private static let root = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
        url.deletingLastPathComponent()
    }

    /// With `UPDATE_GENERATED=1` in the environment the file is written instead.
    private func compare(_ file: URL, with text: String) throws {
        if ProcessInfo.processInfo.environment["UPDATE_GENERATED"] == "1" {
            try Data(text.utf8).write(to: file)
        }
        let written = try? Data(contentsOf: file)
        #expect(written == Data(text.utf8), "\(file.lastPathComponent) is old: run the tests with UPDATE_GENERATED=1")
    }
}

/// The table of tags and attributes for the documentation.
enum PlaylistTagTable {
    static var markdown: String {
        var text = """
            # Tags and attributes

            What the library knows of draft-pantos-hls-rfc8216bis-22, made by a test from the table of cases
            (`Tests/HLSKitTests/Playlist`). **Read** and **write**: a case gives the typed value and the same bytes.
            **Check**: a case, or a broken value made of one, is reported. Other tags and attributes are kept as they are.

            | tag | attribute | form | section | read | write | check |
            |---|---|---|---|---|---|---|

            """
        for tag in PlaylistTag.allCases {
            let cases = PlaylistCase.all.filter { $0.tag == tag }
            let isRead = mark(cases.contains { $0.broken.isEmpty })
            let isChecked = mark(cases.contains { !$0.broken.isEmpty })
            text += "| `#\(tag.name)` | | \(tag.valueForm) | \(tag.section) | \(isRead) | \(isRead) | \(isChecked) |\n"
            for rule in tag.attributeRules {
                let isRead = mark(
                    cases.contains { $0.broken.isEmpty && $0.attributes.contains("\(rule.name)") }
                )
                let required = rule.isRequired ? ", required" : ""
                text +=
                    "| | `\(rule.name)` | \(rule.form.rawValue)\(required) | | \(isRead) | \(isRead) | \(isRead) |\n"
            }
        }
        return text
    }

    private static func mark(_ isThere: Bool) -> String { isThere ? "yes" : "no" }
}
