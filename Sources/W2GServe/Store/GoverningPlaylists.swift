import NIOConcurrencyHelpers

/// Finds out whether the playlists that name a file are finished, so that the file will never change.
///
/// The playlist with the folder's name in the folder decides. Where there is none, or it only names other playlists, all
/// other playlists of the folder do, and the one with the folder's name beside it; then all of them have to be finished.
struct GoverningPlaylists: Sendable {
    private struct Listing {
        var stamp: FileStamp
        var playlists: [MediaPath]
    }

    private static let maximumListings = 1_024

    private let store: MediaStore
    private let listings = NIOLockedValueBox<[MediaPath?: Listing]>([:])

    /// Looks into this store.
    init(store: MediaStore) {
        self.store = store
    }

    /// Whether a file is sure not to change, as far as memory tells; nil when the disk has to be asked.
    func isFinalInMemory(_ file: MediaPath) -> Bool? {
        guard let playlist = file.parent?.namesake, let facts = store.inMemory(playlist, counts: false)?.playlist,
            facts.isMedia
        else { return nil }
        return facts.isEnded
    }

    /// Whether a file is sure not to change.
    func isFinal(_ file: MediaPath) async -> Bool {
        let folder = file.parent
        if let playlist = folder?.namesake, let facts = await facts(playlist), facts.isMedia { return facts.isEnded }
        var found: [PlaylistFacts] = []
        for playlist in await playlists(in: folder) {
            if let facts = await facts(playlist), facts.isMedia { found.append(facts) }
        }
        if let beside = folder?.adding(".m3u8"), let facts = await facts(beside), facts.isMedia { found.append(facts) }
        return !found.isEmpty && found.allSatisfy(\.isEnded)
    }

    private func facts(_ playlist: MediaPath) async -> PlaylistFacts? {
        guard case .memory(let file) = try? await store.content(playlist) else { return nil }
        return file.playlist
    }

    private func playlists(in folder: MediaPath?) async -> [MediaPath] {
        let root = store.root
        let listing = await store.blocking { () -> Listing? in
            let path = folder.map(root.systemPath) ?? Array((root.path.isEmpty ? "/" : root.path).utf8CString)
            guard let stamp = FileStamp(path: path) else { return nil }
            if let known = listings.withLockedValue({ $0[folder] }), known.stamp == stamp { return known }
            let paths = root.names(in: folder).compactMap { name in
                folder.map { $0.appending(name) } ?? MediaPath(name)
            }
            let listing = Listing(stamp: stamp, playlists: paths.filter { $0.pathExtension == "m3u8" })
            if stamp.isSettled(at: FileStamp.now()) {
                listings.withLockedValue { listings in
                    if listings.count >= Self.maximumListings { listings.removeAll() }
                    listings[folder] = listing
                }
            }
            return listing
        }
        return listing??.playlists ?? []
    }
}
