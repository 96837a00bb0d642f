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

/// Files that people name.
enum FileArgument {
    /// The URL of a file by its path, relative to the current folder or absolute.
    ///
    /// Made absolute here: what URLs take for the current folder loses bytes of its name that are not UTF-8.
    static func url(_ path: String, isDirectory: Bool = false) -> URL {
        let hint = isDirectory ? URL.DirectoryHint.isDirectory : .notDirectory
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return URL(filePath: path, directoryHint: hint) }
        defer { free(folder) }
        let base = FileName.text(cString: UnsafeBufferPointer(start: folder, count: strlen(folder)))
        return URL(filePath: (base == "/" ? "" : base) + "/" + path, directoryHint: hint)
    }
}
