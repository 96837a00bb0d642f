/// Tags that the specification does not define, such as those that mark advertisements.
///
/// They are kept as they are, but for those that name other places: the folder is to play without a network.
enum UnknownTags {
    /// The lines that the folder's playlist has too.
    static func kept(_ lines: [String]) -> [String] {
        lines.filter { isTag($0) && !namesPlace($0) }
    }

    /// The names of the tags that are left out, each once.
    static func leftOut(_ lines: [String]) -> [String] {
        Set(lines.filter { isTag($0) && namesPlace($0) }.map { String($0.dropFirst().prefix { $0 != ":" }.prefix(64)) })
            .sorted()
    }

    /// Whether a line is no mere comment.
    private static func isTag(_ line: String) -> Bool { line.hasPrefix("#EXT") }

    /// Whether a line has a URL, or an attribute that is called so.
    private static func namesPlace(_ line: String) -> Bool {
        let line = line.lowercased()
        return ["://", "uri=\"", "url=\""].contains { line.contains($0) }
    }
}
