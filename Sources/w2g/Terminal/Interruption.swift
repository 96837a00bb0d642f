import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Makes Ctrl-C, SIGTERM and a closed terminal cancel the work instead of ending the process.
enum Interruption {
    static func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let (signals, signalled) = AsyncStream<Void>.makeStream()
        var sources: [any DispatchSourceSignal] = []
        // The work starts when the signals are watched, so that none is missed; until then they end the process.
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { signalled.yield() }
            await withCheckedContinuation { watched in
                source.setRegistrationHandler { watched.resume() }
                source.resume()
            }
            signal(number, SIG_IGN)
            sources.append(source)
        }
        let task = Task { try await work() }
        let watcher = Task {
            for await _ in signals { task.cancel() }
        }
        defer {
            watcher.cancel()
            for source in sources { source.cancel() }
        }
        return try await task.value
    }
}
