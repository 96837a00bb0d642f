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
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { signalled.yield() }
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
            for source in sources { source.cancel() }
        }
        return try await task.value
    }
}
