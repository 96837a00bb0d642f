import ArgumentParser

/// `--progress`, for every command that takes long.
struct ProgressArguments: ParsableArguments {
    @Option(
        name: .customLong("progress"),
        help: ArgumentHelp(
            text(
                "auto (a bar on a terminal, lines elsewhere), bar, plain, json or none.",
                "auto（终端上为进度条，否则为文本行）、bar、plain、json 或 none。"
            ),
            valueName: "style"
        )
    )
    var mode: ProgressMode = .auto
}

/// How progress is shown.
enum ProgressMode: String, CaseIterable, ExpressibleByArgument {
    case auto
    case bar
    case plain
    case json
    case none
}

/// `--lang`, for every command.
///
/// The language is chosen before the command line is parsed: this declares the option.
struct LanguageOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            text("Language of messages: en or zh.", "消息语言：en 或 zh。"),
            valueName: "code"
        )
    )
    var lang: String?

    func validate() throws {
        guard let lang, !["en", "zh"].contains(where: lang.hasPrefix) else { return }
        throw ValidationError(
            text("'\(lang)' is no language of this program: give en or zh", "本程序没有语言 '\(lang)'：请给 en 或 zh")
        )
    }
}

/// The spelling of the program that this one replaces: options with underscores.
enum OriginalSpelling {
    /// Writes `--log_level x` and `--log_level=x` as `--log-level`; what follows `--` and values stay as they are.
    static func translate(_ arguments: [String]) -> [String] {
        var isOption = true
        return arguments.map { argument in
            if argument == "--" { isOption = false }
            guard isOption, argument.hasPrefix("--") else { return argument }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first else { return argument }
            let translated = name.map { $0 == "_" ? "-" : String($0) }.joined()
            return ([translated] + parts.dropFirst().map(String.init)).joined(separator: "=")
        }
    }
}
