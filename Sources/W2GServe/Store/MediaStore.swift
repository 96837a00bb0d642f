import HLSKit
import Logging
import NIOConcurrencyHelpers
import NIOCore
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The files of a folder: hot ones in bounded memory, each read once however many ask at the same time.
///
/// What is in memory is compared with the file system before it is given out, unless that was done a moment ago. Whatever asks
/// the disk is done by threads of their own, never on an event loop: a network disk may not answer for minutes.
final class MediaStore: Sendable {
    /// A file to be served.
    enum Content: Sendable {
        /// Its bytes are in memory.
        case memory(StoredFile)
        /// It is read while it is sent.
        case disk(OpenFile)
    }

    /// What reading a file into memory has come to.
    private enum Outcome: Sendable {
        case file(StoredFile)
        case large
        case failure(StoreFailure)
    }

    /// Somebody reads a file; others wait for it.
    private struct Load: Sendable {
        var begin: NIODeadline
        var waiters: [CheckedContinuation<Outcome, Never>]
    }

    private struct State: Sendable {
        var cache: LRUCache<MediaPath, StoredFile>
        var loads: [MediaPath: Load] = [:]
    }

    /// How often a file that changes while it is read is read again.
    private static let attempts = 8

    let root: RootFolder
    private let streamingSize: Int64
    private let freshness: UInt64
    private let threads: DiskThreads
    private let metrics: StoreMetrics
    private let logger: Logger
    private let state: NIOLockedValueBox<State>

    /// Makes a store with nothing in memory.
    ///
    /// - Parameters:
    ///   - cacheSize: The most memory that files may take, in bytes.
    ///   - streamingSize: Larger files are not taken into memory, in bytes.
    ///   - freshness: How long what was compared with the disk is given out without asking it again.
    ///   - logger: Is told of files that the disk does not give.
    init(
        root: RootFolder,
        cacheSize: Int,
        streamingSize: Int,
        freshness: Duration,
        threads: DiskThreads,
        metrics: StoreMetrics,
        logger: Logger
    ) {
        self.root = root
        self.streamingSize = Int64(streamingSize)
        self.freshness = UInt64(max(0, freshness / .nanoseconds(1)))
        self.threads = threads
        self.metrics = metrics
        self.logger = logger
        state = NIOLockedValueBox(State(cache: LRUCache(capacity: cacheSize)))
    }

    /// Tells whoever keeps the server when a disk fails; a missing or busy file is no news.
    func note(_ failure: StoreFailure, of path: MediaPath) {
        guard case .inputOutput(let number) = failure else { return }
        let name = LogText.escape(FileName.readable(path.text))
        logger.error("'\(name)' cannot be read: \(String(cString: strerror(number)))")
    }

    /// The file if it is in memory, and was compared with the disk a moment ago; waits for nothing.
    func inMemory(_ path: MediaPath) -> StoredFile? {
        guard let file = kept(path) else { return nil }
        let now = NIODeadline.now().uptimeNanoseconds
        guard now &- file.lastCheck.load(ordering: .relaxed) < freshness else { return nil }
        metrics.hit()
        return file
    }

    /// The file if it is in memory, whatever became of it on the disk.
    func kept(_ path: MediaPath) -> StoredFile? {
        state.withLockedValue { $0.cache.value(for: path) }
    }

    /// A file as it is now, or was after this call began or within the freshness before.
    func content(_ path: MediaPath) async throws(StoreFailure) -> Content {
        let arrival = NIODeadline.now()
        for _ in 0..<Self.attempts {
            if let file = inMemory(path) { return .memory(file) }
            let (outcome, begin) = await load(path)
            // What others began to read before this call may be older than it.
            guard begin >= arrival else { continue }
            switch outcome {
            case .file(let file): return .memory(file)
            case .failure(let failure): throw failure
            case .large: return .disk(try await open(path))
            }
        }
        throw .busy
    }

    /// A file as ``content(_:)`` gives it, by its own name or by what a person means by this one.
    func contentByAnyName(_ path: MediaPath) async throws(StoreFailure) -> Content {
        do throws(StoreFailure) {
            return try await content(path)
        } catch .notFound {
            // Only now: what is requested by its own name waits for nothing.
            let other = await nameOnDisk(path)
            guard other != path else { throw .notFound }
            return try await content(other)
        }
    }

    /// The path by which the disk has what a person means by this one; the path itself when there is nothing of it.
    ///
    /// Only for paths that are not ASCII is the disk asked.
    func nameOnDisk(_ path: MediaPath) async -> MediaPath {
        guard !path.isASCII else { return path }
        let root = root
        return await blocking(on: path) { root.equivalent(of: path) }.flatMap(\.self) ?? path
    }

    /// Does something that may block for as long as the disk of a path likes.
    ///
    /// - Returns: Nil when the task is cancelled meanwhile, and when too many wait for the disk.
    func blocking<Value: Sendable>(on path: MediaPath, _ work: @escaping @Sendable () -> Value) async -> Value? {
        await threads.run(on: path, work)
    }

    private func open(_ path: MediaPath) async throws(StoreFailure) -> OpenFile {
        let root = root
        let result = await blocking(on: path) { () -> Result<OpenFile, StoreFailure> in
            Result { () throws(StoreFailure) in try root.open(path) }
        }
        guard let result else { throw .busy }
        return try result.get()
    }

    // MARK: One reader

    private enum Role {
        case reader
        case waiter
        case refused
    }

    /// Requests that may wait for one file that a disk does not give.
    private static let greatestWaiters = 4_096

    private func load(_ path: MediaPath) async -> (Outcome, begin: NIODeadline) {
        let now = NIODeadline.now()
        let begin = NIOLockedValueBox(now)
        let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            let role = state.withLockedValue { state -> Role in
                if let load = state.loads[path] {
                    guard load.waiters.count < Self.greatestWaiters else { return .refused }
                    begin.withLockedValue { $0 = load.begin }
                    state.loads[path]?.waiters.append(continuation)
                    return .waiter
                }
                state.loads[path] = Load(begin: now, waiters: [continuation])
                return .reader
            }
            switch role {
            case .waiter: break
            case .refused: continuation.resume(returning: .failure(.busy))
            case .reader:
                if !threads.submit(on: path, { [self] in finish(path, readOrCompare(path)) }) {
                    finish(path, .failure(.busy))
                }
            }
        }
        return (outcome, begin.withLockedValue { $0 })
    }

    private func finish(_ path: MediaPath, _ outcome: Outcome) {
        let waiters = state.withLockedValue { state in
            if case .file(let file) = outcome, file.isSettled {
                state.cache.insert(file, for: path, cost: file.cost)
                metrics.holds(bytes: state.cache.cost, files: state.cache.count, evictions: state.cache.evictions)
            }
            return state.loads.removeValue(forKey: path)?.waiters ?? []
        }
        for waiter in waiters { waiter.resume(returning: outcome) }
    }

    /// The file in memory if it is still as it lies on the disk, or else what there is now; blocks.
    private func readOrCompare(_ path: MediaPath) -> Outcome {
        if let file = kept(path) {
            let start = NIODeadline.now().uptimeNanoseconds
            if file.isCurrent {
                file.lastCheck.store(start, ordering: .relaxed)
                metrics.hit()
                return .file(file)
            }
            state.withLockedValue { state in
                // Not one that came in the meantime.
                if state.cache.value(for: path) === file { state.cache.remove(path) }
                metrics.holds(bytes: state.cache.cost, files: state.cache.count, evictions: state.cache.evictions)
            }
        }
        metrics.miss()
        return read(path)
    }

    private func read(_ path: MediaPath) -> Outcome {
        do throws(StoreFailure) {
            for _ in 0..<Self.attempts {
                let start = NIODeadline.now().uptimeNanoseconds
                let file = try root.open(path)
                threads.learn(file.stamp.device, of: path)
                guard ServedType(file.place.names) != nil else { return .failure(.notFound) }
                guard file.stamp.size <= streamingSize else { return .large }
                let now = FileStamp.now()
                do throws(StoreFailure) {
                    let bytes = try file.read(0..<file.stamp.size)
                    guard file.isUnchanged else { continue }
                    metrics.read(bytes.readableBytes)
                    return .file(StoredFile(file: file, bytes: bytes, readAt: now, checkedAt: start, root: root))
                } catch .busy {
                    continue
                }
            }
            return .failure(.busy)
        } catch {
            return .failure(error)
        }
    }
}
