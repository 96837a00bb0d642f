import HLSKit
import Hummingbird
import Logging
import NIOCore
import NIOPosix

/// The addresses below `/fmp4/`: the same videos as below `/videos/`, with every transport stream as CMAF.
///
/// What is derived of a segment depends on the segment and its playlist alone, so that any node gives the same bytes.
struct FragmentRoutes: Sendable {
    /// Changes when the same source would give other bytes.
    private static let transmuxerVersion = "1"
    /// Segments with more bytes are not turned.
    private static let greatestSegment: Int64 = 256 << 20
    /// Parts between discontinuities whose init sections are looked at.
    private static let greatestSectionCount = 1_000

    let store: MediaStore
    let cache: FragmentCache
    let videosInProgress: [VideoInProgress]
    let logger: Logger

    /// Something to send.
    struct Answer {
        let bytes: ByteBuffer
        let text: CompressibleText?
        let validators: Validators
        let type: ServedType
        /// Whether the address names this version of it.
        let isVersioned: Bool
    }

    /// What a request below `/fmp4/` is answered with; nil where the file of the same path below `/videos/` is.
    func answer(
        _ path: MediaPath,
        _ target: RequestTarget,
        client: (any Channel)?
    ) async throws(FragmentFailure) -> Answer? {
        guard let type = ServedType(path) else { throw .store(.notFound) }
        switch type {
        case .playlist: return try await playlist(path, client)
        case .fragment, .mp4: return try await segment(path, target, type, client)
        default: return nil
        }
    }

    /// Logs why something cannot be turned.
    func note(_ failure: FragmentFailure, of path: MediaPath) {
        switch failure {
        case .store(let failure): store.note(failure, of: path)
        case .notYet: break
        case .cannotTurn(let reason):
            logger.error("'\(LogText.escape(FileName.readable(path.text)))' cannot become fragmented MP4: \(reason)")
        }
    }

    // MARK: Playlists

    private func playlist(_ path: MediaPath, _ client: (any Channel)?) async throws(FragmentFailure) -> Answer? {
        let (source, etag) = try await source(path, client)
        guard let playlist = Playlist(source).media else { return nil }
        let fragmented = try FragmentedPlaylist(playlist, at: path)
        guard fragmented.isTurned else { return nil }
        let routes = self
        let value = try await cache.value(for: "playlist " + path.text + " " + etag) {
            await routes.derive(fragmented, client)
        }
        guard case .playlist(let text) = value else { return nil }
        return Answer(
            bytes: text.bytes,
            text: text.text,
            validators: text.validators,
            type: .playlist,
            isVersioned: false
        )
    }

    private func derive(
        _ playlist: FragmentedPlaylist,
        _ client: (any Channel)?
    ) async -> Result<FragmentCache.Value, FragmentFailure> {
        do throws(FragmentFailure) {
            let starts = playlist.sectionStarts
            guard starts.count <= Self.greatestSectionCount else {
                throw .cannotTurn("it has more than \(Self.greatestSectionCount) discontinuities")
            }
            // Of what is being made, the first segment alone is waited for: it has the init section.
            if let first = starts.first { _ = try await version(of: playlist.sources[first], waiting: client) }
            let versions = await versions(of: playlist.sources)
            var sections: [Int: String?] = [:]
            for start in starts {
                let isThere = versions[start] != nil
                sections[start] = .some(isThere ? try await turned(start, of: playlist, client).sectionName : nil)
            }
            let text = playlist.text(versions: versions.map(\.?.tag), sections: sections)
            let isFinal = zip(versions, playlist.sources).allSatisfy { $1 == nil || $0?.isSettled ?? false }
            return .success(.playlist(DerivedText(text, isFinal: isFinal)))
        } catch {
            return .failure(error)
        }
    }

    /// The bytes of a playlist as it is below `/videos/`, and what changes with them.
    private func source(
        _ path: MediaPath,
        _ client: (any Channel)?
    ) async throws(FragmentFailure) -> (bytes: [UInt8], etag: String) {
        for video in videosInProgress {
            guard let resource = video.resource(path) else { continue }
            switch await video.settledVerdict(for: resource, client: client) {
            case .disk: break
            case .wait, .unavailable: throw .notYet
            case .planned(let text): return (Array(text.bytes.readableBytesView), text.validators.etag)
            }
        }
        switch try await content(path) {
        case .memory(let file): return (Array(file.bytes.readableBytesView), file.validators.etag)
        case .disk: throw .cannotTurn("it is too large")
        }
    }

    private func content(_ path: MediaPath) async throws(FragmentFailure) -> MediaStore.Content {
        do throws(StoreFailure) {
            return try await store.contentByAnyName(path)
        } catch {
            throw .store(error)
        }
    }

    // MARK: Versions

    /// A state of a source file.
    private struct Version: Sendable {
        let validators: Validators
        /// Whether a later change cannot hide behind the same state.
        let isSettled: Bool

        init(_ stamp: FileStamp, at now: Int64) {
            validators = Validators(stamp: stamp, readAt: now)
            isSettled = stamp.isSettled(at: now)
        }

        /// What stands in addresses.
        var tag: String { FragmentRoutes.transmuxerVersion + "-" + validators.etag.filter { $0 != "\"" } }
    }

    private func versions(of paths: [MediaPath?]) async -> [Version?] {
        guard let first = paths.compactMap(\.self).first else { return [] }
        let root = store.root
        let versions = await store.blocking(on: first) {
            paths.map { path in path.flatMap { Self.version(of: $0, root) } }
        }
        return versions ?? paths.map { _ in nil }
    }

    private static func version(of path: MediaPath, _ root: RootFolder) -> Version? {
        let now = FileStamp.now()
        return root.stamp(of: path).flatMap { $0.kind == .file ? Version($0, at: now) : nil }
    }

    /// The version of a file, which is waited for while it is being made.
    private func version(
        of path: MediaPath?,
        waiting client: (any Channel)?
    ) async throws(FragmentFailure) -> Version {
        guard let path else { throw .store(.notFound) }
        for video in videosInProgress {
            guard let resource = video.resource(path) else { continue }
            if case .unavailable = await video.settledVerdict(for: resource, client: client) { throw .notYet }
        }
        guard let version = await versions(of: [path]).first ?? nil else { throw .store(.notFound) }
        return version
    }

    // MARK: Segments

    private func segment(
        _ path: MediaPath,
        _ target: RequestTarget,
        _ type: ServedType,
        _ client: (any Channel)?
    ) async throws(FragmentFailure) -> Answer? {
        guard let number = target.value(of: "n").flatMap({ Int($0) }) else { return nil }
        let named = target.value(of: "p").flatMap { MediaPath(FileName.bytes($0)) }
        guard let place = named ?? path.parent?.namesake else { throw .store(.notFound) }
        let (source, _) = try await source(place, client)
        guard let media = Playlist(source).media else { throw .store(.notFound) }
        let playlist = try FragmentedPlaylist(media, at: place)
        guard playlist.sources.indices.contains(number), let file = playlist.sources[number] else {
            throw .store(.notFound)
        }
        let isSection = type == .mp4
        guard isSection || path.isFragment(of: file) else { throw .store(.notFound) }
        let version = try await version(of: file, waiting: client)
        let turned = try await turned(number, of: playlist, client)
        if isSection {
            let name = path.name
            let names = ["init.mp4", "init-\(turned.sectionName).mp4"]
            guard names.contains(where: { name.elementsEqual($0.utf8) }) else { throw .store(.notFound) }
        }
        return Answer(
            bytes: isSection ? turned.section : turned.fragment,
            text: nil,
            validators: version.validators.derived(
                (isSection ? "init-" : "cmaf-") + Self.key(playlist.position(of: number))
            ),
            type: type,
            isVersioned: turned.isFinal && version.isSettled && target.value(of: "v") == version.tag
        )
    }

    /// What the bytes of a fragment depend on beside those of its source.
    private static func key(_ position: SegmentTransmuxer.Position) -> String {
        let numbers = [Int64(position.number), position.start.ticks, position.duration.ticks]
        return transmuxerVersion + (position.beginsTimeline ? "b" : "") + "-"
            + numbers.map { String($0, radix: 16) }.joined(separator: "-")
    }

    private func turned(
        _ number: Int,
        of playlist: FragmentedPlaylist,
        _ client: (any Channel)?
    ) async throws(FragmentFailure) -> TurnedSegment {
        guard playlist.sources.indices.contains(number), let path = playlist.sources[number] else {
            throw .store(.notFound)
        }
        let version = try await version(of: path, waiting: client)
        let position = playlist.position(of: number)
        let range = playlist.source.segments[number].byteRange
        let key = [path.text, version.tag, Self.key(position), range.map { "\($0.start ?? 0)+\($0.length)" } ?? ""]
        let routes = self
        let value = try await cache.value(for: key.joined(separator: " ")) {
            do throws(FragmentFailure) {
                let segment = try await routes.turn(number, of: playlist, version, client)
                return .success(.segment(segment))
            } catch {
                return .failure(error)
            }
        }
        guard case .segment(let segment) = value else { throw .store(.notFound) }
        return segment
    }

    private func turn(
        _ number: Int,
        of playlist: FragmentedPlaylist,
        _ version: Version,
        _ client: (any Channel)?
    ) async throws(FragmentFailure) -> TurnedSegment {
        let bytes = try await bytes(of: number, in: playlist)
        let position = playlist.position(of: number)
        let output = try await transmux(bytes, followedBy: [], at: position)
        guard output.endsWithinFrame, let next = playlist.successor(of: number) else {
            // What completes the last frame of the last segment may be listed later.
            let mayGrow = output.endsWithinFrame && playlist.mayGrow && number + 1 == playlist.sources.count
            return TurnedSegment(output, isFinal: version.isSettled && !mayGrow)
        }
        _ = try await self.version(of: playlist.sources[next], waiting: client)
        let following = try await self.bytes(of: next, in: playlist)
        return TurnedSegment(
            try await transmux(bytes, followedBy: following, at: position),
            isFinal: version.isSettled
        )
    }

    private func transmux(
        _ segment: [UInt8],
        followedBy next: [UInt8],
        at position: SegmentTransmuxer.Position
    ) async throws(FragmentFailure) -> SegmentTransmuxer.Output {
        let result = try? await NIOThreadPool.singleton.runIfActive {
            () -> Result<SegmentTransmuxer.Output, TransmuxingError> in
            Result { () throws(TransmuxingError) in
                try SegmentTransmuxer().transmux(segment.span, followedBy: next.span, at: position)
            }
        }
        switch result {
        case .success(let output): return output
        case .failure(let error): throw .cannotTurn(error.description)
        case nil: throw .store(.busy)
        }
    }

    private func bytes(of number: Int, in playlist: FragmentedPlaylist) async throws(FragmentFailure) -> [UInt8] {
        guard let path = playlist.sources[number] else { throw .store(.notFound) }
        let range = playlist.source.segments[number].byteRange
        let content = try await content(path)
        let size: Int64 =
            switch content {
            case .memory(let file): Int64(file.bytes.readableBytes)
            case .disk(let file): file.stamp.size
            }
        let start = Int64(range?.start ?? 0)
        let length = range.map { Int64($0.length) } ?? size
        guard start >= 0, length > 0, start <= size, length <= size - start else {
            throw .cannotTurn(size == 0 ? "it is empty" : "it ends before its byte range does")
        }
        guard length <= Self.greatestSegment else {
            throw .cannotTurn("it has more than \(Self.greatestSegment >> 20) MiB")
        }
        switch content {
        case .memory(let file):
            let view = file.bytes.readableBytesView
            return Array(view[(view.startIndex + Int(start))..<(view.startIndex + Int(start + length))])
        case .disk(let file):
            let result = await store.blocking(on: path) { () -> Result<ByteBuffer, StoreFailure> in
                Result { () throws(StoreFailure) in try file.read(start..<start + length) }
            }
            switch result {
            case .success(let bytes): return Array(bytes.readableBytesView)
            case .failure(let failure): throw .store(failure)
            case nil: throw .store(.busy)
            }
        }
    }
}

extension TurnedSegment {
    fileprivate init(_ output: SegmentTransmuxer.Output, isFinal: Bool) {
        self.init(
            fragment: ByteBuffer(bytes: output.fragment),
            section: ByteBuffer(bytes: output.initializationSection),
            sectionName: output.initializationName,
            isFinal: isFinal
        )
    }
}

extension MediaPath {
    /// Whether this is what a transport stream is called as a fragment.
    fileprivate func isFragment(of source: MediaPath) -> Bool {
        let stem = MediaPath(source.bytes.dropLast(3))
        return MediaPath(bytes.dropLast(4)).flatMap { path in stem.map(path.isEquivalent) } ?? false
    }
}
