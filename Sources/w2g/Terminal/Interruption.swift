import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Makes Ctrl-C, SIGTERM and a closed terminal cancel the work instead of ending the process; the second one ends it at once.
enum Interruption {
    /// One of its own: all threads of the shared queues may wait for a disk, or for a terminal that nobody reads.
    private static let queue = DispatchQueue(label: "w2g.signals", qos: .userInitiated)

    /// Keeps sources alive until the process ends.
    private static let lasting = Mutex<[Watch]>([])

    /// Sources that watch for signals.
    ///
    /// `@unchecked Sendable`: what is in there is kept, and not used any more.
    private struct Watch: @unchecked Sendable {
        let sources: [any DispatchSourceSignal]
    }

    static func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let (signals, signalled) = AsyncStream<Void>.makeStream()
        let isInterrupted = OnceFlag()
        var sources: [any DispatchSourceSignal] = []
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                endIfSet(isInterrupted)
                signalled.yield()
            }
            // Before the source starts: on Linux it puts a handler of its own in this place. The work begins when it is there,
            // so that no signal is lost.
            signal(number, SIG_IGN)
            await withCheckedContinuation { watched in
                source.setRegistrationHandler { watched.resume() }
                source.resume()
            }
            sources.append(source)
        }
        let task = Task { try await work() }
        let watcher = Task {
            for await _ in signals { task.cancel() }
        }
        defer {
            watcher.cancel()
            if isInterrupted.isSet {
                // What was cancelled is still to be reported: the second signal ends that at once too.
                let watch = Watch(sources: sources)
                lasting.withLock { $0.append(watch) }
            } else {
                for source in sources { source.cancel() }
            }
        }
        return try await task.value
    }

    /// Ends the process at once at the second of some signals, which others handle too.
    ///
    /// - Returns: What must stay alive as long as it shall watch.
    static func watchForSecond(of numbers: [Int32]) -> [any DispatchSourceSignal] {
        let isInterrupted = OnceFlag()
        return numbers.map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { endIfSet(isInterrupted) }
            source.resume()
            return source
        }
    }

    private static func endIfSet(_ isInterrupted: OnceFlag) {
        if isInterrupted.isSet { _exit(ExitStatus.interrupted.rawValue) }
        isInterrupted.set()
    }
}
