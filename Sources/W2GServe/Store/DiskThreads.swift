import DequeModule
import NIOConcurrencyHelpers
import NIOPosix

/// Threads for calls that ask a disk, shared so that a disk which does not answer takes a few of them and never all.
///
/// A network disk that stalls holds every thread that asks it for as long as it likes. So each disk has a few threads at a time,
/// and what else wants it waits in a queue. Until it is known which disk a folder is on, the folder counts as a disk by itself.
final class DiskThreads: Sendable {
    /// What blocks together.
    private enum Disk: Hashable, Sendable {
        /// A device, by its number.
        case device(UInt64)
        /// A folder of the served one; empty for that itself.
        case folder([UInt8])
    }

    private struct Lane: Sendable {
        var running = 0
        var waiting: Deque<@Sendable () -> Void> = []
    }

    private struct State: Sendable {
        var lanes: [Disk: Lane] = [:]
        var devices: [[UInt8]: UInt64] = [:]
    }

    /// Threads that one disk may hold.
    private static let threadsPerDisk = 4
    /// Threads that a folder may hold whose disk is not known yet.
    private static let threadsPerFolder = 1
    /// Calls that may wait for one disk; more are refused.
    private static let greatestQueue = 4_096
    /// Folders whose disks are remembered.
    private static let greatestFolderCount = 65_536

    private let threads: NIOThreadPool
    private let state = NIOLockedValueBox(State())

    /// The threads of a process's stores, which live as long as it does.
    static let shared: DiskThreads = {
        let threads = NIOThreadPool(numberOfThreads: 32)
        threads.start()
        return DiskThreads(threads)
    }()

    /// Shares threads that have been started.
    init(_ threads: NIOThreadPool) {
        self.threads = threads
    }

    /// Remembers which disk a path is on.
    func learn(_ device: UInt64, of path: MediaPath) {
        let folder = Self.folder(path)
        state.withLockedValue { state in
            guard state.devices[folder] != device else { return }
            if state.devices.count >= Self.greatestFolderCount { state.devices.removeAll() }
            state.devices[folder] = device
        }
    }

    /// Paths sorted by the disks that they are on; each group may be asked for in one call.
    func groups(of paths: [MediaPath]) -> [[MediaPath]] {
        let disks = state.withLockedValue { state in paths.map { Self.disk($0, state) } }
        return Array(Dictionary(grouping: zip(disks, paths), by: \.0).values.map { $0.map(\.1) })
    }

    /// Does something that may block for as long as the disk of a path likes; the served folder's own for nil.
    ///
    /// - Returns: Nil when the task is cancelled meanwhile, and when too many wait for the disk.
    func run<Value: Sendable>(on path: MediaPath?, _ work: @escaping @Sendable () -> Value) async -> Value? {
        let waiter = NIOLockedValueBox<CheckedContinuation<Value?, Never>?>(nil)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiter.withLockedValue { $0 = continuation }
                // Whoever cancelled before has found nobody.
                if Task.isCancelled { return resume(waiter, nil) }
                let isTaken = submit(on: path) { [self] in
                    let isWanted = waiter.withLockedValue { $0 != nil }
                    resume(waiter, isWanted ? work() : nil)
                }
                if !isTaken { resume(waiter, nil) }
            }
        } onCancel: {
            resume(waiter, nil)
        }
    }

    private func resume<Value>(
        _ waiter: NIOLockedValueBox<CheckedContinuation<Value?, Never>?>,
        _ value: sending Value?
    ) {
        waiter.withLockedValue { $0.take() }?.resume(returning: value)
    }

    /// Does something on a thread as soon as the disk of a path has one to spare.
    ///
    /// - Returns: False when too many wait for the disk: then it is not done.
    func submit(on path: MediaPath?, _ work: @escaping @Sendable () -> Void) -> Bool {
        enum Verdict { case start, wait, refuse }
        let (disk, verdict) = state.withLockedValue { state -> (Disk, Verdict) in
            let disk = path.map { Self.disk($0, state) } ?? .folder([])
            let limit = if case .device = disk { Self.threadsPerDisk } else { Self.threadsPerFolder }
            var lane = state.lanes[disk] ?? Lane()
            defer { state.lanes[disk] = lane }
            if lane.running < limit {
                lane.running += 1
                return (disk, .start)
            }
            guard lane.waiting.count < Self.greatestQueue else { return (disk, .refuse) }
            lane.waiting.append(work)
            return (disk, .wait)
        }
        if case .start = verdict { start(work, disk) }
        if case .refuse = verdict { return false }
        return true
    }

    private func start(_ work: @escaping @Sendable () -> Void, _ disk: Disk) {
        threads.submit { [self] _ in
            var next: (@Sendable () -> Void)? = work
            while let work = next {
                work()
                next = state.withLockedValue { state in
                    if let waiting = state.lanes[disk]?.waiting.popFirst() { return waiting }
                    state.lanes[disk]?.running -= 1
                    if state.lanes[disk]?.running == 0 { state.lanes[disk] = nil }
                    return nil
                }
            }
        }
    }

    private static func disk(_ path: MediaPath, _ state: State) -> Disk {
        let folder = folder(path)
        return state.devices[folder].map { .device($0) } ?? .folder(folder)
    }

    private static func folder(_ path: MediaPath) -> [UInt8] {
        path.names.first.map(Array.init) ?? []
    }
}
