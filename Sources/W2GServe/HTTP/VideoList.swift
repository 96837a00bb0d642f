/// Finds the videos of the served folder: folders that hold a playlist of their own name.
package struct VideoList: Sendable {
    private let root: RootFolder

    /// Looks into this folder.
    init(root: RootFolder) {
        self.root = root
    }

    /// The names of all videos, in the order in which the file system has them; blocks.
    ///
    /// Names that are no text are left out: nobody could ask for them.
    func names() -> [String] {
        root.names(in: nil).compactMap { bytes in
            guard let name = String(validating: bytes, as: UTF8.self), let folder = MediaPath(bytes),
                let playlist = folder.namesake, isServed(playlist)
            else { return nil }
            return name
        }
    }

    /// Whether a folder of this name could be a video: nothing hidden is.
    package static func isServable(name: String) -> Bool {
        MediaPath(name.utf8).map { $0.steps.count == 1 && $0.namesake != nil } ?? false
    }

    /// The names sorted by their code points.
    static func sorted(_ names: [String]) -> [String] {
        // The order of UTF-8 is the order of code points; that of strings is another.
        names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func isServed(_ playlist: MediaPath) -> Bool {
        let isPlain = playlist.steps.dropLast().allSatisfy { FileStamp(path: root.systemPath($0))?.kind == .folder }
        if isPlain, FileStamp(path: root.systemPath(playlist))?.kind == .file { return true }
        guard let real = root.realPlace(of: playlist), ServedType(real) != nil else { return false }
        return FileStamp(path: root.systemPath(real))?.kind == .file
    }
}
