import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The files of a folder: hot ones in bounded memory, each read once however many ask at the same time.
///
/// What is in memory is compared with the file system at every request, so that a file that has changed is never served as
/// it was. Reading is done by threads of their own, never on an event loop.
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
    private let threads: NIOThreadPool
    private let metrics: StoreMetrics
    private let logger: Logger
    private let state: NIOLockedValueBox<State>

    /// Makes a store with nothing in memory.
    ///
    /// - Parameters:
    ///   - cacheSize: The most memory that files may take, in bytes.
    ///   - streamingSize: Larger files are not taken into memory, in bytes.
    ///   - logger: Is told of files that the disk does not give.
    init(
        root: RootFolder,
        cacheSize: Int,
        streamingSize: Int,
        threads: NIOThreadPool,
        metrics: StoreMetrics,
        logger: Logger
    ) {
        self.root = root
        self.streamingSize = Int64(streamingSize)
        self.threads = threads
        self.metrics = metrics
        self.logger = logger
        state = NIOLockedValueBox(State(cache: LRUCache(capacity: cacheSize)))
    }

    /// Tells whoever keeps the server when a disk fails; a missing or busy file is no news.
    func note(_ failure: StoreFailure, of path: MediaPath) {
        guard case .inputOutput(let number) = failure else { return }
        let name = LogText.escape(String(decoding: path.bytes, as: UTF8.self))
        logger.error("'\(name)' cannot be read: \(String(cString: strerror(number)))")
    }

    /// The file if it is in memory and still the same; does not wait for the disk.
    ///
    /// - Parameter counts: Whether it counts as a hit: not when it is only looked into on the way.
    func inMemory(_ path: MediaPath, counts: Bool = true) -> StoredFile? {
        guard let file = state.withLockedValue({ $0.cache.value(for: path) }) else { return nil }
        if file.isCurrent {
            if counts { metrics.hit() }
            return file
        }
        state.withLockedValue { state in
            // Not one that came in the meantime.
            if state.cache.value(for: path) === file { state.cache.remove(path) }
            metrics.holds(bytes: state.cache.cost, files: state.cache.count, evictions: state.cache.evictions)
        }
        return nil
    }

    /// A file as it is now or was after this call began.
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

    /// Does something that blocks on a thread of its own.
    func blocking<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value? {
        try? await threads.runIfActive(work)
    }

    private func open(_ path: MediaPath) async throws(StoreFailure) -> OpenFile {
        let root = root
        let result = await blocking { () -> Result<OpenFile, StoreFailure> in
            Result { () throws(StoreFailure) in try root.open(path) }
        }
        guard let result else { throw .busy }
        return try result.get()
    }

    // MARK: One reader

    private func load(_ path: MediaPath) async -> (Outcome, begin: NIODeadline) {
        let now = NIODeadline.now()
        let begin = NIOLockedValueBox(now)
        let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            let isFirst = state.withLockedValue { state in
                if let load = state.loads[path] {
                    begin.withLockedValue { $0 = load.begin }
                    state.loads[path]?.waiters.append(continuation)
                    return false
                }
                state.loads[path] = Load(begin: now, waiters: [continuation])
                return true
            }
            guard isFirst else { return }
            metrics.miss()
            threads.submit { [self] thread in
                finish(path, thread == .active ? read(path) : .failure(.busy))
            }
        }
        return (outcome, begin.withLockedValue { $0 })
    }

    private func finish(_ path: MediaPath, _ outcome: Outcome) {
        let waiters = state.withLockedValue { state in
            // Where links led to another place they are looked at again each time.
            if case .file(let file) = outcome, file.isSettled, file.path == path {
                state.cache.insert(file, for: path, cost: file.cost)
                metrics.holds(bytes: state.cache.cost, files: state.cache.count, evictions: state.cache.evictions)
            }
            return state.loads.removeValue(forKey: path)?.waiters ?? []
        }
        for waiter in waiters { waiter.resume(returning: outcome) }
    }

    private func read(_ path: MediaPath) -> Outcome {
        do throws(StoreFailure) {
            for _ in 0..<Self.attempts {
                let file = try root.open(path)
                guard ServedType(file.path) != nil else { return .failure(.notFound) }
                guard file.stamp.size <= streamingSize else { return .large }
                let now = FileStamp.now()
                do throws(StoreFailure) {
                    let bytes = try file.read(0..<file.stamp.size)
                    guard file.isUnchanged else { continue }
                    metrics.read(bytes.readableBytes)
                    return .file(StoredFile(file: file, bytes: bytes, readAt: now, root: root))
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
