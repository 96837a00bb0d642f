#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The language of messages: `--lang` if given, else the locale's, else English.
enum Language {
    case english
    case chinese

    static let current = choose(
        arguments: ProgramArguments.options,
        environment: { name in getenv(name).map { String(cString: $0) } }
    )

    /// Chooses before the command line is parsed, since the help text itself depends on it.
    static func choose(arguments: [String], environment: (String) -> String?) -> Language {
        let options = arguments.prefix { $0 != "--" }
        var code: String?
        for (index, argument) in options.enumerated() {
            if argument == "--lang", index + 1 < options.count { code = options[index + 1] }
            if argument.hasPrefix("--lang=") { code = String(argument.dropFirst("--lang=".count)) }
        }
        // The first that is set and not empty counts (POSIX 8.2).
        code = code ?? ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty }
        return code?.hasPrefix("zh") ?? false ? .chinese : .english
    }
}

/// The text in the language of messages.
func text(_ english: String, _ chinese: String) -> String {
    switch Language.current {
    case .english: english
    case .chinese: chinese
    }
}
