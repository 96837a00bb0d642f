import HLSKit
import Testing

/// What breaks rules that ``PlaylistCase`` cannot show: those about several playlists, reloads, Apple's rules, and
/// bytes that are no text.
struct PlaylistRuleCase: Sendable, CustomTestStringConvertible {
    /// What the case shows.
    var name: String
    /// The playlist.
    var bytes: [UInt8]
    /// The same playlist as it was loaded before.
    var previous: String?
    /// How long before.
    var elapsed: MediaDuration?
    /// The media playlists that a multivariant playlist names.
    var members: [Member] = []
    /// The rules to check.
    var rules = PlaylistValidator.RuleSet.specification
    /// How many findings are kept.
    var limit = 1_000
    /// The rules that it breaks.
    var broken: Set<PlaylistRule>

    var testDescription: String { name }

    /// One of the media playlists.
    struct Member: Sendable {
        var uri: String
        var text: String
        var sizes: [Int]?
        var codecs: [String]?
    }

    init(
        _ name: String,
        _ text: String,
        previous: String? = nil,
        elapsed: MediaDuration? = nil,
        members: [Member] = [],
        rules: PlaylistValidator.RuleSet = .specification,
        broken: Set<PlaylistRule>
    ) {
        self.name = name
        bytes = Array(text.utf8)
        self.previous = previous
        self.elapsed = elapsed
        self.members = members
        self.rules = rules
        self.broken = broken
    }

    /// The rules that are found to be broken.
    func findings() -> Set<PlaylistRule> {
        let result = PlaylistReader(configuration: .init(maximumDiagnostics: limit)).read(bytes)
        let validator = PlaylistValidator(rules: rules, maximumDiagnostics: limit)
        var found = rules == .specification ? result.diagnostics : []
        switch result.playlist {
        case .media(let playlist):
            if let previous = previous.flatMap({ Playlist($0).media }) {
                found += validator.diagnostics(of: playlist, after: previous, elapsed: elapsed)
            } else {
                found += validator.diagnostics(of: playlist)
            }
        case .multivariant(let playlist):
            let members = members.compactMap { member in
                Playlist(member.text).media.map {
                    PlaylistValidator.Member(
                        uri: member.uri,
                        playlist: $0,
                        segmentSizes: member.sizes,
                        codecs: member.codecs
                    )
                }
            }
            found +=
                members.isEmpty
                ? validator.diagnostics(of: playlist) : validator.diagnostics(of: playlist, members: members)
        }
        return Set(found.map(\.rule))
    }
}

extension PlaylistRuleCase {
    /// A live playlist of segments with six seconds each, named by their numbers.
    static func live(_ range: Range<Int>, _ lines: String = "", end: String = "") -> String {
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:\(range.lowerBound)\n\(lines)"
            + range.map { "#EXTINF:6,\n\($0).ts\n" }.joined() + end
    }

    static let end = "#EXT-X-ENDLIST\n"

    static func variants(_ count: Int, _ lines: String = "") -> String {
        "#EXTM3U\n" + lines
            + (0..<count).map { "#EXT-X-STREAM-INF:BANDWIDTH=8000,CODECS=\"avc1.64001f\"\n\($0).m3u8\n" }.joined()
    }

    static func members(_ texts: String...) -> [Member] {
        texts.enumerated().map { Member(uri: "\($0.offset).m3u8", text: $0.element) }
    }

    static let all =
        bytes + reloads + moreReloads + presentations + morePresentations + authoring + moreAuthoring
        + authoringPresentations

    private static let bytes: [PlaylistRuleCase] = {
        var invalid = PlaylistRuleCase("bytes that are not UTF-8", live(0..<1), broken: [.invalidUTF8, .malformedURI])
        invalid.bytes.insert(0xFF, at: invalid.bytes.count - 1)
        var many = PlaylistRuleCase(
            "more findings than are kept",
            live(0..<1, "#EXT-X-GAP:1\n#EXT-X-GAP:1\n#EXT-X-GAP:1\n"),
            broken: [.unexpectedValue, .tooManyDiagnostics]
        )
        many.limit = 1
        return [invalid, many]
    }()
}
