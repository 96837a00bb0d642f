#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
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
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw InspectionError(.notFound, "'\(source)' does not exist: check the name")
        }
        return isFolder ? try playlist(in: path, source) : url
    }

    /// The playlist of a folder: the one that has its name, or the only one.
    private func playlist(in path: String, _ source: String) throws(InspectionError) -> String {
        let folder = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).filter(Self.isPlaylistName)
        } catch {
            throw InspectionError(.inputOutput, "the folder '\(source)' cannot be read: check its permissions")
        }
        let own = folder.lastPathComponent + ".m3u8"
        guard let name = names.contains(own) ? own : names.count == 1 ? names.first : nil else {
            throw InspectionError(
                .notUsable,
                names.isEmpty
                    ? "there is no playlist in '\(source)': give a folder with an .m3u8 file, or a file"
                    : "there are \(names.count) playlists in '\(source)', and none is called \(own): give one of them"
            )
        }
        return folder.appending(path: name, directoryHint: .notDirectory).absoluteString
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
