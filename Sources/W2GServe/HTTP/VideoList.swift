import HLSKit
import Logging
import NIOConcurrencyHelpers

/// Finds the videos of the served folder: folders that hold a playlist of their own name.
///
/// Some of the folders may be on a disk that does not answer: they are listed as they were when it last did.
package struct VideoList: Sendable {
    private let root: RootFolder
    private let threads: DiskThreads
    private let patience: Duration
    private let logger: Logger
    /// What was found the last time.
    private let known = NIOLockedValueBox(Known())

    private struct Known: Sendable {
        /// The folders, in the order in which the file system has them.
        var folders: [MediaPath] = []
        /// Those that are videos.
        var videos: Set<MediaPath> = []
        /// The links that are none, and what was logged of them.
        var reported: [MediaPath: String] = [:]
    }

    /// Looks into this folder.
    ///
    /// - Parameters:
    ///   - patience: How long disks may take to answer.
    ///   - logger: Gets a line for each link that does not lead to a video.
    init(root: RootFolder, threads: DiskThreads, patience: Duration = .seconds(1), logger: Logger) {
        self.root = root
        self.threads = threads
        self.patience = patience
        self.logger = logger
    }

    /// The names of all videos, in the order in which the file system has them.
    ///
    /// Bytes that are not UTF-8 are as `FileName` has them.
    func names() async -> [String] {
        // Whatever does not answer in time is cancelled; what it finds out later is known to the next call.
        await withTaskGroup { tasks in
            tasks.addTask { await find() }
            tasks.addTask { try? await Task.sleep(for: patience) }
            await tasks.next()
            tasks.cancelAll()
        }
        return known.withLockedValue { known in
            known.folders.filter(known.videos.contains).map(\.text)
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
            known.withLockedValue { known in
                known.folders = folders
                known.videos.formIntersection(folders)
                if !known.reported.isEmpty {
                    let present = Set(folders)
                    known.reported = known.reported.filter { present.contains($0.key) }
                }
            }
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
                let isVideo = folder.namesake.map { root.stamp(of: $0)?.kind == .file } ?? false
                known.withLockedValue { known in
                    if isVideo { known.videos.insert(folder) } else { known.videos.remove(folder) }
                }
                report(isVideo ? nil : fault(ofLink: folder), of: folder)
            }
        }
    }

    /// Why a link is not a video; nil for what is not a link.
    private func fault(ofLink name: MediaPath) -> String? {
        switch root.target(ofLink: name) {
        case nil: nil
        case .nothing: "leads to nothing that can be read"
        case .untrusted:
            "is not followed: make it as the owner of the videos folder, as root, or as the user of the server"
        case .aroundRoot: "is not followed: it leads to a folder around the videos folder"
        case .file where root.place(of: name) != nil: nil
        case .file: "is not followed: it leads to a file, and only links to folders are followed"
        case .folder:
            "leads to a folder without '\(LogText.escape(FileName.readable(name.text))).m3u8': give the link the playlist's name"
        }
    }

    /// Logs what is wrong with a link, once.
    private func report(_ fault: String?, of name: MediaPath) {
        let isNew = known.withLockedValue { known in
            guard known.reported[name] != fault else { return false }
            known.reported[name] = fault
            return fault != nil
        }
        guard isNew, let fault else { return }
        logger.warning("the link '\(LogText.escape(FileName.readable(name.text)))' \(fault)")
    }

    /// Whether a folder of this name could be a video: nothing hidden is.
    package static func isServable(name: String) -> Bool {
        MediaPath(FileName.bytes(name)).map { $0.steps.count == 1 && $0.namesake != nil } ?? false
    }

    /// The names sorted by their code points.
    static func sorted(_ names: [String]) -> [String] {
        // The order of UTF-8 is the order of code points; that of strings is another.
        names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
