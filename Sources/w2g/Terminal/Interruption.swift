import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Makes Ctrl-C, SIGTERM and a closed terminal cancel the work instead of ending the process.
enum Interruption {
    static func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        // The signals are watched before the work starts, so that none is missed.
        let (signals, signalled) = AsyncStream<Void>.makeStream()
        let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { signalled.yield() }
            source.resume()
            signal(number, SIG_IGN)
            return source
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
