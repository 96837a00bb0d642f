import ArgumentParser
import HLSConversion

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The entry point: reads the command line, runs the command, and turns whatever went wrong into one line and an exit code.
@main
enum Program {
    static func main() async {
        var arguments = ProgramArguments.options
        if isCalledAsOriginal { arguments = OriginalSpelling.translate(arguments) }
        do {
            try checkHelp(arguments)
            var command = try W2G.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            finish(with: error)
        }
    }

    /// Whether the program goes by the name of the one that it replaces.
    private static var isCalledAsOriginal: Bool {
        ProgramArguments.all.first?.split(separator: "/").last == "w2g-cli"
    }

    /// The parser itself shows the general help for a command that does not exist.
    private static func checkHelp(_ arguments: [String]) throws {
        guard arguments.first == "help", let name = arguments.dropFirst().first, !name.hasPrefix("-") else { return }
        let names = W2G.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard !names.contains(name) else { return }
        let list = names.joined(separator: ", ")
        throw CommandFailure(
            code: .usage,
            line: text("there is no command '\(name)': the commands are \(list)", "没有命令 '\(name)'：命令有 \(list)")
        )
    }

    private static func finish(with error: any Error) -> Never {
        if let failure = error as? CommandFailure {
            if let line = failure.line { Standard.error.tell(line) }
            // Without the libraries' farewells: threads of theirs may still be at work.
            _exit(failure.code.rawValue)
        }
        let code = W2G.exitCode(for: error)
        if code.isSuccess {
            Standard.output.print(HelpText.localized(W2G.fullMessage(for: error)))
            exit(0)
        }
        // The parser lists allowed values on lines of their own.
        let line = W2G.message(for: error).split(separator: "\n")
            .map { $0.drop { $0 == " " || $0 == "-" } }.joined(separator: " ")
        let advice = text("see 'w2g help'", "参见 'w2g help'")
        Standard.error.tell("\(HelpText.localizedError(line)) (\(advice))")
        exit(code == .validationFailure ? ExitStatus.usage.rawValue : code.rawValue)
    }
}

/// Why the program ends, when it does not end well.
struct CommandFailure: Error {
    var code: ExitStatus
    /// What to say; nil when everything is said.
    var line: String?
}

/// The numbers that the program ends with (sysexits.h, and 130 for an interrupt).
enum ExitStatus: Int32 {
    case failed = 1
    case usage = 64
    case badInput = 65
    case inputNotFound = 66
    case unavailable = 69
    case cannotCreateOutput = 73
    case inputOutput = 74
    case resumable = 75
    case interrupted = 130
}
