import HLSKit

/// Which renditions of sound or subtitles are downloaded.
public enum TrackChoice: Sendable, Hashable, CustomStringConvertible {
    /// The default renditions of the chosen variants.
    case automatic
    /// All of the chosen variants' groups.
    case all
    /// None.
    case none
    /// Those in these languages, or with these names.
    case languages([String])

    /// Reads a choice: `default`, `all`, `none`, or languages with commas between, such as `en,fr`.
    public init(_ text: String) {
        switch text.lowercased() {
        case "default", "auto", "": self = .automatic
        case "all": self = .all
        case "none": self = .none
        default: self = .languages(text.split(separator: ",").map(String.init))
        }
    }

    /// The choice as it is written.
    public var description: String {
        switch self {
        case .automatic: "default"
        case .all: "all"
        case .none: "none"
        case .languages(let languages): languages.joined(separator: ",")
        }
    }

    /// The chosen ones among the renditions of a group.
    func renditions(_ group: [Rendition]) -> [Rendition] {
        switch self {
        case .none: return []
        case .all: return group
        case .automatic:
            let preferred = group.filter(\.isDefault)
            if !preferred.isEmpty || group.first?.type != .audio { return preferred }
            // A variant with a group of sound cannot play without one of it.
            return (group.first(where: \.isAutoselect) ?? group.first).map { [$0] } ?? []
        case .languages(let languages):
            return group.filter { rendition in languages.contains { Self.matches($0, rendition) } }
        }
    }

    /// A language matches itself and what is more special: `en` matches `en-GB` (RFC 4647 3.3.1).
    private static func matches(_ language: String, _ rendition: Rendition) -> Bool {
        let wanted = language.lowercased()
        if rendition.name.lowercased() == wanted { return true }
        guard let own = rendition.language?.lowercased() else { return false }
        return own == wanted || own.hasPrefix(wanted + "-")
    }
}
