import HLSKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds the file that a path, a URL or a folder stands for.
struct SourceLocator {
    /// The URL of the playlist or file to inspect.
    func playlistOrFile(_ source: String) throws(InspectionError) -> String {
        guard !source.isEmpty else {
            throw InspectionError(.notFound, "there is no name: give a playlist, a segment or a folder")
        }
        // Whether other URLs can be read is for the loader to say.
        if let scheme = Self.scheme(of: source), scheme != "file" { return source }
        let url = Self.scheme(of: source) == nil ? LocalURL.url(of: source) : source
        guard let path = LocalURL.path(of: url) else {
            throw InspectionError(.notFound, "'\(source)' names no file: check the name")
        }
        var status = stat()
        guard stat(FileName.cString(path), &status) == 0 else {
            throw InspectionError(.notFound, "'\(source)' does not exist: check the name")
        }
        return status.st_mode & S_IFMT == S_IFDIR ? try playlist(in: path, source) : url
    }

    /// The playlist of a folder: the one that has its name, or the only one.
    private func playlist(in path: String, _ source: String) throws(InspectionError) -> String {
        guard let names = Self.names(in: path)?.filter(Self.isPlaylistName) else {
            throw InspectionError(.inputOutput, "the folder '\(source)' cannot be read: check its permissions")
        }
        // Without dots, whatever was given.
        let folder = LocalURL.path(of: LocalURL.url(of: path)) ?? path
        let own = folder.split(separator: "/").last.map { $0 + ".m3u8" } ?? ".m3u8"
        guard let name = names.contains(own) ? own : names.count == 1 ? names.first : nil else {
            throw InspectionError(
                .notUsable,
                names.isEmpty
                    ? "there is no playlist in '\(source)': give a folder with an .m3u8 file, or a file"
                    : "there are \(names.count) playlists in '\(source)', and none is called \(own): give one of them"
            )
        }
        return LocalURL.url(of: folder + "/" + name)
    }

    /// The names in a folder; nil when it cannot be read.
    private static func names(in path: String) -> [String]? {
        guard let folder = opendir(FileName.cString(path)) else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            // The name lies within the entry, which is valid until the next call.
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) {
                        FileName.text(cString: UnsafeBufferPointer(start: $0, count: 256))
                    }
                }
            )
        }
        return names
    }

    static func isPlaylistName(_ name: String) -> Bool {
        let lower = (scheme(of: name) == nil ? name[...] : name.prefix { $0 != "?" && $0 != "#" }).lowercased()
        return lower.hasSuffix(".m3u8") || lower.hasSuffix(".m3u")
    }

    /// The scheme of a URL with an authority or of a `file:` URL; nil for paths.
    static func scheme(of text: String) -> String? {
        guard let colon = text.utf8.firstIndex(of: 0x3A) else { return nil }
        let scheme = text[..<colon].lowercased()
        let isName = scheme.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2B }
        guard isName, !scheme.isEmpty, text[colon...].hasPrefix("://") || scheme == "file" else { return nil }
        return scheme
    }
}
