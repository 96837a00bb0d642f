import HLSKit

/// The segments of a rendition at other places that have the same; a place is asked for its playlist when a segment, or a
/// key, cannot be fetched from the first.
actor RenditionCopies {
    private let original: DownloadPlan.Rendition
    private let planner: RenditionPlanner
    private let places: [String]
    private let variables: [String: String]
    /// The URL of the playlist that names them.
    private let parent: String
    private let loader: PlaylistLoader
    /// What the places have; nil for one that is of no use.
    private var found: [String: DownloadPlan.Rendition?] = [:]
    private var failuresInARow = 0

    /// How often a place is asked again while there are others.
    static let retries = 2
    /// Failures one after the other after which the first place is asked last.
    private static let greatestFailures = 3
    /// How much durations of the same segment may differ, in seconds.
    private static let greatestDifference = 0.5

    /// - Parameters:
    ///   - track: What is planned.
    ///   - places: The URLs of the other playlists.
    init(
        _ track: RenditionPlanner,
        places: [String],
        parent: String,
        variables: [String: String],
        loader: PlaylistLoader
    ) {
        (original, planner) = (track.rendition, track)
        (self.places, self.parent, self.variables, self.loader) = (places, parent, variables, loader)
    }

    /// Whether the first place failed so often that others are asked before it.
    var areFirst: Bool { failuresInARow >= Self.greatestFailures }

    func note(firstPlaceFailed: Bool) {
        failuresInARow = firstPlaceFailed ? failuresInARow + 1 : 0
    }

    /// The requests for the same bytes at the other places.
    func requests(for content: WorkItem.Content, limits: DownloadLimits) async -> [ResourceRequest] {
        var requests: [ResourceRequest] = []
        for place in places {
            guard let copy = await rendition(at: place), hasSame(content, copy) else { continue }
            requests.append(copy.job(content, limits: limits).0)
        }
        return requests
    }

    /// The URLs of the same key at the other places.
    func keys(for url: String) async -> [String] {
        guard let index = original.keys.firstIndex(where: { $0.url == url }) else { return [] }
        var urls: [String] = []
        for place in places {
            guard let copy = await rendition(at: place), copy.keys.count == original.keys.count else { continue }
            if copy.keys[index].url != url { urls.append(copy.keys[index].url) }
        }
        return urls
    }

    private func rendition(at place: String) async -> DownloadPlan.Rendition? {
        if let known = found[place] { return known }
        let copy = await load(place)
        found[place] = .some(copy)
        return copy
    }

    private func load(_ place: String) async -> DownloadPlan.Rendition? {
        do throws(DownloadError) {
            let loaded = try await loader.load(place, variables: variables, parent: parent, retries: Self.retries)
            guard case .media(let playlist) = loaded else { return nil }
            var planner = planner.emptied(at: playlist.outline.url ?? place)
            try playlist.forEachList { segments throws(DownloadError) in try planner.add(segments) }
            return planner.rendition
        } catch {
            return nil
        }
    }

    private func hasSame(_ content: WorkItem.Content, _ copy: DownloadPlan.Rendition) -> Bool {
        switch content {
        case .section(let index):
            guard copy.initializations.count == original.initializations.count else { return false }
            let (one, other) = (copy.initializations[index], original.initializations[index])
            return isSame(one.protection, copy, other.protection) && one.range?.length == other.range?.length
        case .segments(let range):
            guard copy.segments.count >= original.segments.count else { return false }
            return range.allSatisfy { index in
                let (one, other) = (copy.segments[index], original.segments[index])
                // While a stream is live, the window of a copy may have moved on.
                return !one.isGap && one.sequence == other.sequence
                    && abs(one.duration - other.duration) <= Self.greatestDifference
                    && isSame(one.protection, copy, other.protection) && one.range?.length == other.range?.length
            }
        }
    }

    private func isSame(
        _ one: DownloadPlan.Protection?,
        _ copy: DownloadPlan.Rendition,
        _ other: DownloadPlan.Protection?
    ) -> Bool {
        guard let one, let other else { return one == nil && other == nil }
        return one.vector == other.vector && copy.keys[one.key].method == original.keys[other.key].method
    }
}
