/// Collects the variables that a playlist defines, and tells which of those it uses are not defined (4.3).
struct VariableReader {
    private(set) var variables = PlaylistVariables()
    let url: String?
    let imported: [String: String]
    /// Whether `IMPORT` may be used: in media playlists only.
    let mayImport: Bool
    /// The bytes of the values that are given in the playlist.
    private var size = 0

    init(url: String?, imported: [String: String], mayImport: Bool) {
        self.url = url
        self.imported = imported
        self.mayImport = mayImport
    }

    /// Takes in a definition and reports what is wrong with it.
    mutating func define(
        _ definition: VariableDefinition,
        _ line: PlaylistLine,
        _ checker: inout LineChecker
    ) {
        let names = [definition.name, definition.importedName, definition.queryParameter].compactMap { $0 }
        guard names.count == 1, let name = names.first, (definition.name == nil) == (definition.value == nil) else {
            return checker.report(.malformedDefinition, line, tag: .define)
        }
        if name.isEmpty || !name.utf8.allSatisfy(PlaylistVariables.isNameCharacter) {
            checker.report(.malformedVariableName, line, tag: .define, subject: name)
        }
        if variables.values[name] != nil {
            return checker.report(.duplicateVariable, line, tag: .define, subject: name)
        }
        if let value = definition.value {
            // What it may refer to is defined above it; short definitions that double each other must not fill the memory.
            let text = variables.substituted(value)
            let isSmall = size &+ text.utf8.count <= PlaylistVariables.totalLimit
            variables.values[name] = isSmall ? text : value
            size &+= isSmall ? text.utf8.count : 0
        } else if definition.importedName != nil {
            guard mayImport else { return checker.report(.importInMultivariant, line, tag: .define) }
            guard let value = imported[name] else {
                return checker.report(.unknownImport, line, tag: .define, subject: name)
            }
            variables.values[name] = value
        } else if let value = url.flatMap({ PlaylistURL.queryParameter(name, of: $0) }), !value.isEmpty {
            if let url, !PlaylistURL.isQueryParameterText(name, of: url) {
                checker.report(.queryValueNotText, line, tag: .define, subject: name)
            }
            variables.values[name] = value
        } else {
            checker.report(.missingQueryParameter, line, tag: .define, subject: name)
        }
    }

    /// Reports references to variables that are not defined above.
    func check(_ range: Range<Int>, _ line: PlaylistLine, in text: Span<UInt8>, _ checker: inout LineChecker) {
        var index = range.lowerBound
        while index < range.upperBound {
            if let reference = PlaylistVariables.reference(text, at: index, end: range.upperBound) {
                let name = text.string(reference)
                if variables.values[name] == nil {
                    checker.report(.undefinedVariable, line, at: index, subject: name)
                }
                index = reference.upperBound
            }
            index &+= 1
        }
    }

    /// Reports references in the attributes that may have some.
    func checkAttributes(_ line: PlaylistLine, in text: Span<UInt8>, _ checker: inout LineChecker) {
        var scanner = AttributeScanner(line.value)
        while let slot = scanner.next(in: text) {
            guard PlaylistVariables.takesVariables(slot, in: text) else { continue }
            check(slot.value, line, in: text, &checker)
        }
    }
}

extension PlaylistVariables {
    /// The values of variables that are defined, without a word about those that cannot be.
    init(_ definitions: [VariableDefinition], url: String?, imported: [String: String]) {
        var reader = VariableReader(url: url, imported: imported, mayImport: true)
        var checker = LineChecker(limit: 0)
        let line = PlaylistLine(content: .blank, start: 0, text: 0..<0, value: 0..<0, end: 0, isPlain: true)
        for definition in definitions { reader.define(definition, line, &checker) }
        self = reader.variables
    }
}
