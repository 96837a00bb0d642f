import HLSKit

/// What has to be true whatever the bytes are.
///
/// The tests and the fuzz target share it.
enum PlaylistProperties {
    /// A sentence about the first property that does not hold; nil when all do.
    static func broken(by bytes: [UInt8]) -> String? {
        let result = PlaylistReader(configuration: .init(url: "https://example.com/a/b.m3u8?q=1")).read(bytes)
        guard result.playlist.bytes == bytes else { return "reading and writing changed the bytes" }
        let again = PlaylistReader(configuration: .init(url: "https://example.com/a/b.m3u8?q=1")).read(
            result.playlist.bytes
        )
        guard again.playlist == result.playlist else { return "reading twice gave two playlists" }
        guard again.diagnostics == result.diagnostics else { return "reading twice gave two lists of findings" }
        _ = PlaylistValidator(rules: [.specification, .authoring]).diagnostics(of: result.playlist)
        _ = try? PlaylistReader().readStrictly(bytes)
        switch result.playlist {
        case .media(let playlist): return brokenByPieces(bytes, playlist) ?? broken(by: playlist)
        case .multivariant(let playlist):
            // Variants without a URI take the next one, whatever was removed between.
            let isSound = result.diagnostics.allSatisfy { $0.severity < .error }
            return isSound ? broken(by: playlist) : nil
        }
    }

    /// What is read piece by piece is what is read as a whole.
    private static func brokenByPieces(_ bytes: [UInt8], _ playlist: MediaPlaylist) -> String? {
        let configuration = PlaylistReader.Configuration(url: "https://example.com/a/b.m3u8?q=1")
        let (pieceLength, listLength) = [(1, 1), (7, 3), (100, 512)][bytes.count % 3]
        let length = max(pieceLength, bytes.count / 1_024)
        let whole = Array(playlist.segments)
        var outline: MediaPlaylist?
        for _ in 0..<2 {
            var segments: [MediaSegment] = []
            var stream = MediaPlaylistStream(configuration: configuration, outline: outline, listLength: listLength)
            for start in Swift.stride(from: 0, to: bytes.count, by: length) {
                stream.push(bytes[start..<min(bytes.count, start + length)]) { segments += $0 }
            }
            let read = stream.finish { segments += $0 }
            guard read.segments.isEmpty, outlines(read) == outlines(playlist) else {
                return "in pieces the playlist is another one"
            }
            defer { outline = read }
            guard outline != nil else { continue }
            guard segments == whole else { return "in pieces the segments are others" }
            for (one, other) in zip(segments, whole) {
                guard one.mediaSequence == other.mediaSequence, one.mapKeys == other.mapKeys,
                    one.discontinuitySequence == other.discontinuitySequence
                else { return "in pieces a segment has another place" }
            }
        }
        return nil
    }

    /// What a playlist says apart from its segments.
    private static func outlines(_ playlist: MediaPlaylist) -> [AnyHashable?] {
        var tail: [UInt8] = []
        playlist.writeTail(from: playlist.segments.count, to: &tail)
        return [
            PlaylistWriter.header(playlist), tail, playlist.url, playlist.version, playlist.targetDuration,
            playlist.mediaSequence, playlist.discontinuitySequence, playlist.kind, playlist.isIFramesOnly,
            playlist.hasIndependentSegments, playlist.start, playlist.definitions, playlist.serverControl,
            playlist.partInformation, playlist.skip, playlist.pendingParts, playlist.trailingDateRanges,
            playlist.preloadHints, playlist.renditionReports, playlist.isEnded, playlist.variables,
        ]
    }

    static func broken(by playlist: MediaPlaylist) -> String? {
        _ = playlist.minimumVersion
        _ = playlist.mergedDateRanges
        _ = playlist.changes(since: playlist)
        _ = try? playlist.merging(playlist)
        let segments = Array(playlist.segments.prefix(64))
        for segment in segments {
            _ = playlist.resolve(segment.uri)
            _ = (segment.date, segment.startTime, segment.mediaSequence, segment.dateRanges.map(\.interstitial))
        }
        // A range whose start is not known may find one when another segment comes in front of it.
        let isResolved = segments.allSatisfy { $0.byteRange.map { $0.start != nil } ?? true }
        // A line ending within a title or URI cannot be written again.
        let isWritable = segments.allSatisfy { !$0.title.utf8.contains(0x0D) && !$0.uri.utf8.contains(0x0D) }
        guard playlist.segments.count <= 64, isResolved, isWritable else { return nil }
        return brokenByRemoving(playlist, segments) ?? brokenByEditing(playlist, segments)
            ?? brokenByBuilding(playlist, segments)
    }

    /// A segment that goes takes nothing from the others.
    private static func brokenByRemoving(_ playlist: MediaPlaylist, _ segments: [MediaSegment]) -> String? {
        for index in segments.indices.prefix(4) {
            var changed = playlist
            changed.segments.remove(at: index)
            var expected = segments
            expected.remove(at: index)
            guard Array(changed.segments) == expected else { return "removing segment \(index) changed another" }
            if let problem = brokenByReading(changed) { return "after removing segment \(index), \(problem)" }
        }
        return nil
    }

    /// A segment that changes leaves the others alone, and what was set is what is read.
    private static func brokenByEditing(_ playlist: MediaPlaylist, _ segments: [MediaSegment]) -> String? {
        for index in segments.indices.prefix(4) where !segments[index].uri.isEmpty {
            var changed = playlist
            var expected = segments
            expected[index].duration = 4.25
            expected[index].isDiscontinuity.toggle()
            expected[index].keys = [EncryptionKey(method: .aes128, uri: "changed.key")]
            changed.segments[index] = expected[index]
            guard Array(changed.segments) == expected else { return "changing segment \(index) was not what was set" }
            if let problem = brokenByReading(changed) { return "after changing segment \(index), \(problem)" }
            var inserted = playlist
            let new = MediaSegment(uri: "new.ts", duration: 2)
            inserted.segments.insert(new, at: index)
            guard inserted.segments.filter({ $0.uri != "new.ts" }) == segments.filter({ $0.uri != "new.ts" }) else {
                return "inserting at \(index) changed another segment"
            }
        }
        return nil
    }

    /// Segments written anew say what they said.
    private static func brokenByBuilding(_ playlist: MediaPlaylist, _ segments: [MediaSegment]) -> String? {
        // A variable can make a URI begin with a number sign, which would be a comment without the variable.
        guard segments.allSatisfy({ !$0.uri.isEmpty && $0.uri.utf8.first != 0x23 }) else { return nil }
        var built = MediaPlaylist(targetDuration: 10)
        built.segments.append(contentsOf: segments)
        guard built.segments.map(\.uri) == segments.map(\.uri) else { return "a built playlist has other URIs" }
        return brokenByReading(built).map { "built anew, \($0)" }
    }

    /// What is written is read as the same segments.
    private static func brokenByReading(_ playlist: MediaPlaylist) -> String? {
        let configuration = PlaylistReader.Configuration(
            url: playlist.url,
            importedVariables: playlist.variables.values
        )
        guard let read = PlaylistReader(configuration: configuration).read(playlist.bytes).playlist.media else {
            // Nothing that belongs to a media playlist is left.
            return nil
        }
        guard read.segments.count == playlist.segments.count else { return "another number of segments is read" }
        for (left, right) in zip(read.segments, playlist.segments) {
            var (left, right) = (left, right)
            // A tag of the whole playlist among the segments takes what stands in front of it into the header, once
            // it is in front of all segments.
            left.otherLines = []
            right.otherLines = []
            if left != right { return "segment \(right.uri) is read as another" }
        }
        return nil
    }

    static func broken(by playlist: MultivariantPlaylist) -> String? {
        _ = playlist.minimumVersion
        guard playlist.variants.count <= 64 else { return nil }
        for index in playlist.variants.indices.prefix(4) {
            var changed = playlist
            changed.variants[index].bandwidth = 1_234
            changed.variants[index].uri = "changed.m3u8"
            var expected = playlist
            expected.variants.remove(at: index)
            let read = PlaylistReader(configuration: .init(url: playlist.url)).read(changed.bytes).playlist.multivariant
            guard read?.variants == changed.variants else { return "a changed variant is read as another" }
            let rest = PlaylistReader(configuration: .init(url: playlist.url)).read(expected.bytes).playlist
            if let rest = rest.multivariant, rest.variants != expected.variants {
                return "removing variant \(index) changed another"
            }
        }
        return nil
    }
}
