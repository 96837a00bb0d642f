import HLSDownload
import HLSKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the command that downloads makes of the stream and the folder that it is called with.
enum StreamArguments {
    /// The source that means standard input.
    static let standardInput = "-"

    /// Names of playlists that many streams have.
    private static let plainNames: Set = [
        "chunklist", "default", "hls", "index", "main", "manifest", "master", "media", "out", "output", "playlist",
        "prog_index", "stream", "video",
    ]
    /// Names that end like this are those of files.
    private static let fileEndings: Set = [
        "aac", "avi", "flv", "m3u8", "m4a", "m4s", "m4v", "mkv", "mov", "mp3", "mp4", "mpeg", "mpg", "ts", "webm",
    ]

    /// The folder to write.
    ///
    /// - Parameters:
    ///   - directory: The one that was named; nil for one in the current folder that is called like the stream.
    ///   - base: What relative names of the playlist are relative to.
    static func folder(_ directory: String?, of source: String, base: String?) throws(CommandFailure) -> String {
        guard !source.isEmpty, directory?.isEmpty != true else {
            throw CommandFailure(
                code: .usage,
                line: text("give a URL, and the folder to write", "请给出网址和要写入的文件夹")
            )
        }
        guard let directory else { return try folder(of: source == standardInput ? base ?? "" : source) }
        let ending = URL(filePath: directory).pathExtension.lowercased()
        let isFolder = FileManager.default.fileExists(atPath: directory + "/.")
        guard fileEndings.contains(ending), !isFolder else { return directory }
        let stem = URL(filePath: directory).deletingPathExtension().lastPathComponent
        throw CommandFailure(
            code: .usage,
            line: text(
                "'\(directory)' is the name of a file, and a folder is written: give '\(stem)', with --mp4 '\(directory)' for a single file",
                "'\(directory)' 是文件名，而这里写入的是文件夹：请给出 '\(stem)'；需要单个文件时另加 --mp4 '\(directory)'"
            )
        )
    }

    /// The folder that a stream gets when none is named.
    private static func folder(of source: String) throws(CommandFailure) -> String {
        let path = source.prefix { $0 != "?" && $0 != "#" }
        // The host, which is better than nothing, comes first; a scheme ends with a colon.
        var parts = path.split(separator: "/").filter { !$0.hasSuffix(":") }
        // A password is not for a name that others see.
        if path.contains("://"), let host = parts.first, let at = host.lastIndex(of: "@") {
            parts[0] = host[host.index(after: at)...]
        }
        let names = parts.map(folderName).filter { !$0.isEmpty }
        let telling = names.last { !plainNames.contains($0.lowercased()) && !$0.lowercased().hasPrefix("chunklist_") }
        guard let name = telling ?? names.last else {
            throw CommandFailure(
                code: .usage,
                line: text("give the folder to write, behind the URL", "请在网址之后给出要写入的文件夹")
            )
        }
        return name
    }

    /// A part of an address as the name of a folder: without its ending and what a name must not have.
    private static func folderName(_ part: Substring) -> String {
        let plain = String(decoding: PercentCoding.decoded(part.utf8), as: UTF8.self).filter { character in
            character != "/" && character.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        }
        let stem = plain.contains(".") ? URL(filePath: plain).deletingPathExtension().lastPathComponent : plain
        var name = String(stem.drop { $0 == "." || $0 == " " || $0 == "-" })
        while name.utf8.count > 200 { name.removeLast() }
        return name
    }

    /// The playlist on standard input.
    static func standardInputText(_ limit: Int) throws(CommandFailure) -> [UInt8] {
        if let bytes = Standard.input(limit: limit) { return bytes }
        throw CommandFailure(
            code: .inputOutput,
            line: text(
                "standard input cannot be read, or is longer than \(limit >> 20) MB",
                "无法读取标准输入，或其长度超过 \(limit >> 20) MB"
            )
        )
    }
}
