import HLSKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What the commands that convert check of the film that they are called with.
enum FilmArguments {
    /// Refuses what is no single file, before anything is opened.
    ///
    /// - Parameters:
    ///   - input: The film.
    ///   - others: Arguments behind those that the command takes.
    ///   - command: The name of the command.
    static func check(_ input: String, others: [String], command: String) throws(CommandFailure) {
        guard !input.isEmpty else {
            throw CommandFailure(code: .usage, line: text("the input needs a name", "输入文件不能为空"))
        }
        let start = input.prefix(8).lowercased()
        guard !start.hasPrefix("http://"), !start.hasPrefix("https://") else {
            throw CommandFailure(
                code: .usage,
                line: text(
                    "'\(input)' is an address, and '\(command)' reads files: get an HLS stream with 'w2g download', and a film with a browser, first",
                    "'\(input)' 是网址，而 '\(command)' 只读取文件：请先用 'w2g download' 下载 HLS 流，或用浏览器下载影片"
                )
            )
        }
        guard let other = others.first else { return }
        throw CommandFailure(
            code: .usage,
            line: text(
                "unexpected '\(other)': '\(command)' takes one film; \(loop)",
                "多余的 '\(other)'：'\(command)' 每次只接受一个影片；\(loop)"
            )
        )
    }

    /// The folder that a film gets when none is named: its name without the ending, in the current folder.
    ///
    /// - Throws: When a file has this name, such as a film without an ending.
    static func folder(of input: String) throws(CommandFailure) -> String {
        let name = URL(filePath: input).deletingPathExtension().lastPathComponent
        guard isFile(name) else { return name }
        throw CommandFailure(
            code: .cannotCreateOutput,
            line: text(
                "the folder of '\(input)' would be called '\(name)' as a file is: give the film, or a link to it, a name with an ending, such as '\(name).mp4'",
                "'\(input)' 的文件夹将名为 '\(name)'，与现有文件同名：请给影片或指向它的链接起一个带扩展名的名称，如 '\(name).mp4'"
            )
        )
    }

    /// Refuses a file in place of the folder to write.
    static func check(folder: String) throws(CommandFailure) {
        guard isFile(folder) else { return }
        throw CommandFailure(
            code: .cannotCreateOutput,
            line: text(
                "'\(folder)' is a file, and the second argument is the folder to write; \(loop)",
                "'\(folder)' 是文件，而第二个参数是要写入的文件夹；\(loop)"
            )
        )
    }

    /// How several films are converted.
    private static var loop: String {
        text(
            "for several films: for film in *.mkv; do w2g convert \"$film\"; done",
            "转换多个影片：for film in *.mkv; do w2g convert \"$film\"; done"
        )
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(FileName.cString(path), &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
    }
}
