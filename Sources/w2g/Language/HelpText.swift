/// The words that the argument parser itself puts into help and errors, in the language of messages.
enum HelpText {
    private static let words: [(english: String, chinese: String)] = [
        ("OVERVIEW: ", "概述："),
        ("USAGE: ", "用法："),
        ("ARGUMENTS:", "参数："),
        ("OPTIONS:", "选项："),
        ("SUBCOMMANDS:", "子命令："),
        ("Show help information.", "显示帮助。"),
        ("Show the version.", "显示版本。"),
        ("Show subcommand help information.", "显示子命令的帮助。"),
        ("for detailed help.", "查看详细帮助。"),
        ("(default: ", "（默认："),
        ("(values: ", "（可选值："),
        ("; default: ", "；默认："),
        // The same at the end of a line.
        ("(default:", "（默认："),
        ("(values:", "（可选值："),
        ("; default:", "；默认："),
        ("default: ", "默认："),
        ("  See ", "  参见 "),
        ("<subcommand>", "<子命令>"),
        ("[--help]", "[--help]"),
    ]

    private static let errors: [(english: String, chinese: String)] = [
        ("Missing expected argument", "缺少参数"),
        ("Missing value for", "缺少值："),
        ("Unknown option", "未知选项"),
        ("Unexpected argument", "多余的参数"),
        ("The value", "值"),
        ("is invalid for", "不适用于"),
        ("Please provide one of the following:", "请选用"),
        ("Please provide one of", "请选用"),
        ("Did you mean", "是否指"),
    ]

    static func localized(_ help: String) -> String {
        replace(words, in: help)
    }

    static func localizedError(_ line: String) -> String {
        replace(errors, in: line)
    }

    private static func replace(_ words: [(english: String, chinese: String)], in text: String) -> String {
        guard Language.current == .chinese else { return text }
        return words.reduce(text) { $0.replacing($1.english, with: $1.chinese) }
    }
}
