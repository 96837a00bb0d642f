/// What a reload of a live playlist has brought (draft-pantos-hls-rfc8216bis 6.3.4).
public struct PlaylistChanges: Sendable, Hashable {
    /// The indices, in the new playlist, of the segments that the old one did not have.
    public let newSegments: Range<Int>
    /// How many segments of the old playlist are gone.
    public let removedSegments: Int
    /// The parts that neither the segments nor the pending parts of the old playlist had.
    public let newParts: [PartialSegment]
    /// The date ranges that are new or say something else.
    public let changedDateRanges: [DateRange]
    /// How many segments came and went between the two, so that they were never seen.
    public let missedSegments: Int
    /// Whether the playlist has come to its end.
    public let hasEnded: Bool
    /// Whether the two are not of one stream: the sequence went back, or a common segment is another one.
    public let isAnotherStream: Bool

    /// Whether there is nothing new.
    public var isEmpty: Bool {
        newSegments.isEmpty && removedSegments == 0 && newParts.isEmpty && changedDateRanges.isEmpty && !hasEnded
            && !isAnotherStream
    }
}

extension MediaPlaylist {
    /// What this playlist has that an earlier one of the same stream had not.
    ///
    /// Both have to be whole; ``merging(_:)`` makes a delta update so.
    public func changes(since previous: MediaPlaylist) -> PlaylistChanges {
        let shift = mediaSequence &- previous.mediaSequence
        let common = previous.segments.count &- max(0, shift)
        let lastCommon = min(common, segments.count) - 1
        let isAnother =
            shift < 0 || common > segments.count
            || (lastCommon >= 0 && segments[lastCommon].uri != previous.segments[lastCommon + shift].uri)
        let first = isAnother ? 0 : min(max(0, common), segments.count)
        let known = Set(previous.pendingParts + (previous.segments.last?.parts ?? []))
        let parts = segments[first...].flatMap(\.parts) + pendingParts
        let oldRanges = Set(previous.dateRanges)
        return PlaylistChanges(
            newSegments: first..<segments.count,
            removedSegments: isAnother ? previous.segments.count : min(max(0, shift), previous.segments.count),
            newParts: parts.filter { !known.contains($0) },
            changedDateRanges: dateRanges.filter { !oldRanges.contains($0) },
            missedSegments: isAnother ? 0 : max(0, -common),
            hasEnded: isEnded && !previous.isEnded,
            isAnotherStream: isAnother
        )
    }

    /// The whole playlist that a delta update stands for (6.2.5.1).
    ///
    /// - Parameter delta: A playlist with `#EXT-X-SKIP`; what it leaves out is taken from this one.
    /// - Throws: ``PlaylistError`` when it is none, or leaves out segments that this playlist does not have.
    public func merging(_ delta: MediaPlaylist) throws(PlaylistError) -> MediaPlaylist {
        guard let skip = delta.skip else {
            throw PlaylistError(.notADelta, "The playlist has no #EXT-X-SKIP: use it as it is.", section: "4.4.5.2")
        }
        let (first, underflowed) = delta.mediaSequence.subtractingReportingOverflow(mediaSequence)
        guard !underflowed, first >= 0, skip.count <= segments.count, first <= segments.count - skip.count else {
            throw PlaylistError(
                .missingSegments,
                "Segments are left out that the previous playlist does not have: load all again.",
                section: "6.2.5.1"
            )
        }
        let kept = segmentsLeftOut(first..<(first + skip.count), by: delta, skip)
        // Read as one text, the later segments inherit from those that were left out, as they do on the server.
        var whole = delta
        whole.skip = nil
        var text = whole.header
        text.endLine(usesCRLF: usesCRLF)
        kept.write(0..<kept.count, to: &text)
        whole.writeTail(from: 0, to: &text)
        let configuration = PlaylistReader.Configuration(
            url: delta.url,
            importedVariables: variables.values,
            maximumDiagnostics: 0
        )
        return PlaylistReader(configuration: configuration).readMedia(text).playlist
    }

    /// The segments that a delta update leaves out, with what it says of their date ranges and what they inherit.
    private func segmentsLeftOut(
        _ range: Range<Int>,
        by delta: MediaPlaylist,
        _ skip: SkippedSegments
    ) -> MediaSegments {
        var kept = segments
        kept.removeSubrange(range.upperBound...)
        kept.removeSubrange(..<range.lowerBound)
        let removed = Set(skip.recentlyRemovedDateRanges?.entries ?? [])
        let repeated = Set(delta.dateRanges)
        for index in kept.indices where kept.records[index].flags.contains(.dateRanges) {
            kept[index].dateRanges.removeAll { removed.contains($0.id) || repeated.contains($0) }
        }
        guard !kept.isEmpty, range.lowerBound > 0 else { return kept }
        // Date ranges outlive the segments behind which they stood until the server says that they are removed.
        if skip.recentlyRemovedDateRanges != nil {
            let older = segments.records[..<range.lowerBound].indices.lazy
                .filter { segments.records[$0].flags.contains(.dateRanges) }
                .flatMap { segments[$0].dateRanges }
                .filter { !removed.contains($0.id) && !repeated.contains($0) }
            if !older.isEmpty { kept[0].dateRanges = Array(older) + kept[0].dateRanges }
        }
        // The date may have stood in front of a segment that is gone.
        let isDated = (kept.records + delta.segments.records).contains { $0.flags.contains(.date) }
        if !isDated, let date = segments[range.lowerBound].date { kept[0].programDateTime = date }
        return kept
    }

    /// Every date range of the playlist in the order of the lines, those that continue an earlier one included.
    public var dateRanges: [DateRange] {
        var ranges: [DateRange] = []
        for index in segments.records.indices where segments.records[index].flags.contains(.dateRanges) {
            ranges += segments[index].dateRanges
        }
        return ranges + trailingDateRanges
    }

    /// Every date range once, with what later tags of its ID add (4.4.5.1).
    public var mergedDateRanges: [DateRange] {
        var merged: [DateRange] = []
        var places: [String: Int] = [:]
        for range in dateRanges {
            if let place = places[range.id] {
                merged[place] = merged[place].continued(by: range)
            } else {
                places[range.id] = merged.count
                merged.append(range)
            }
        }
        return merged
    }

    /// A URI of the playlist made absolute.
    public func resolve(_ uri: String) -> String { PlaylistURL.resolve(uri, against: url) }
}

extension MultivariantPlaylist {
    /// A URI of the playlist made absolute.
    public func resolve(_ uri: String) -> String { PlaylistURL.resolve(uri, against: url) }
}
