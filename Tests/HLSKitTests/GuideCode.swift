import Foundation

/// Compares the code of a guide with the tests that compile and run it.
enum GuideCode {
    /// The blocks of code by their names: those between `// snippet: name` and `// end` of a test file, and those
    /// behind `<!-- snippet: name -->` of a guide.
    static func blocks(
        of guide: String,
        comparedWith testFile: String
    ) throws -> (compiled: [String: String], written: [String: String]) {
        var root = URL(fileURLWithPath: testFile)
        while root.lastPathComponent != "Tests" { root.deleteLastPathComponent() }
        let folder = root.deletingLastPathComponent().appendingPathComponent("Sources/HLSKit/HLSKit.docc")
        let text = try String(contentsOf: folder.appendingPathComponent(guide), encoding: .utf8)
        let code = try String(contentsOf: URL(fileURLWithPath: testFile), encoding: .utf8)
        return (
            blocks(code, from: "// snippet: ", to: "// end"), blocks(text, from: "<!-- snippet: ", to: "```")
        )
    }

    /// The lines between two marks by the name behind the first, without what they are indented by.
    private static func blocks(_ text: String, from start: String, to end: String) -> [String: String] {
        var blocks: [String: String] = [:]
        var name: String?
        var lines: [String] = []
        for line in text.components(separatedBy: "\n") {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if trimmed.hasPrefix(start) {
                name = trimmed.dropFirst(start.count).components(separatedBy: " ")[0]
                lines = []
            } else if let open = name, trimmed == end {
                let indent = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
                blocks[open] = lines.map { String($0.dropFirst(indent)) }.joined(separator: "\n")
                name = nil
            } else if name != nil, trimmed != "```swift" {
                lines.append(line)
            }
        }
        return blocks
    }
}
