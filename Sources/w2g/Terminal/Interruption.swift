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
        let signalsSoFar = SignalsSoFar()
        var sources: [any DispatchSourceSignal] = []
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                signalsSoFar.note(number)
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
            if signalsSoFar.hasFirst {
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
        let signalsSoFar = SignalsSoFar()
        return numbers.map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { signalsSoFar.note(number) }
            source.resume()
            return source
        }
    }
}

/// Remembers the first signal, and ends the process at the second.
private final class SignalsSoFar: Sendable {
    private struct First {
        let number: Int32
        let time: ContinuousClock.Instant
    }

    /// Within this time the same signal counts as the first once more: `timeout` sends it to the process and to its group.
    private static let echo = Duration.milliseconds(500)

    private let first = Mutex<First?>(nil)

    var hasFirst: Bool { first.withLock { $0 != nil } }

    func note(_ number: Int32) {
        let isSecond = first.withLock { first in
            guard let known = first else {
                first = First(number: number, time: .now)
                return false
            }
            return known.number != number || known.time.duration(to: .now) > Self.echo
        }
        if isSecond { _exit(ExitStatus.interrupted.rawValue) }
    }
}
