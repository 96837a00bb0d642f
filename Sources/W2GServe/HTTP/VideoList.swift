import NIOConcurrencyHelpers

/// Finds the videos of the served folder: folders that hold a playlist of their own name.
///
/// Some of the folders may be on a disk that does not answer: they are listed as they were when it last did.
package struct VideoList: Sendable {
    private let root: RootFolder
    private let threads: DiskThreads
    private let patience: Duration
    /// What was found the last time.
    private let known = NIOLockedValueBox(Known())

    private struct Known: Sendable {
        /// The folders, in the order in which the file system has them.
        var folders: [MediaPath] = []
        /// Those that are videos.
        var videos: Set<MediaPath> = []
    }

    /// Looks into this folder.
    ///
    /// - Parameter patience: How long disks may take to answer.
    init(root: RootFolder, threads: DiskThreads, patience: Duration = .seconds(1)) {
        self.root = root
        self.threads = threads
        self.patience = patience
    }

    /// The names of all videos, in the order in which the file system has them.
    ///
    /// Names that are no text are left out: nobody could ask for them.
    func names() async -> [String] {
        // Whatever does not answer in time is cancelled; what it finds out later is known to the next call.
        await withTaskGroup { tasks in
            tasks.addTask { await find() }
            tasks.addTask { try? await Task.sleep(for: patience) }
            await tasks.next()
            tasks.cancelAll()
        }
        return known.withLockedValue { known in
            known.folders.filter(known.videos.contains).compactMap { String(validating: $0.bytes, as: UTF8.self) }
        }
    }

    /// Whether the served folder is there, as far as its disk tells in time.
    func isThere() async -> Bool {
        await withTaskGroup { tasks in
            tasks.addTask { await threads.run(on: nil) { root.isThere } ?? false }
            tasks.addTask {
                try? await Task.sleep(for: patience)
                return false
            }
            defer { tasks.cancelAll() }
            return await tasks.next() ?? false
        }
    }

    private func find() async {
        let (root, known) = (root, known)
        let found = await threads.run(on: nil) { () -> [MediaPath] in
            let folders = root.names(in: nil).compactMap { MediaPath($0) }
            known.withLockedValue { $0 = Known(folders: folders, videos: $0.videos.intersection(folders)) }
            return folders
        }
        guard let found else { return }
        await withTaskGroup { tasks in
            for folders in threads.groups(of: found) {
                tasks.addTask { await look(into: folders) }
            }
        }
    }

    /// Finds out which of some folders, all on one disk, are videos.
    private func look(into folders: [MediaPath]) async {
        guard let first = folders.first else { return }
        await threads.run(on: first) {
            for folder in folders {
                // Where a link leads is not known from the link.
                if let stamp = FileStamp(path: root.systemPath(folder)), stamp.kind == .folder {
                    threads.learn(stamp.device, of: folder)
                }
                let isVideo = folder.namesake.map(isServed) ?? false
                known.withLockedValue { known in
                    if isVideo { known.videos.insert(folder) } else { known.videos.remove(folder) }
                }
            }
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
