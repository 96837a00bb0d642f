import Logging
import NIOConcurrencyHelpers
import NIOCore

/// Keeps the lines of a log in memory.
final class RecordedLog: Sendable {
    private struct State {
        var lines: [String] = []
        var waiters: [(text: String, promise: EventLoopPromise<Void>)] = []
    }

    private let state = NIOLockedValueBox(State())

    /// The lines so far.
    var lines: [String] { state.withLockedValue { $0.lines } }

    /// Waits for a line with this text.
    func wait(for text: String, on loop: any EventLoop) async throws {
        let promise = loop.makePromise(of: Void.self)
        let isThere = state.withLockedValue { state in
            if state.lines.contains(where: { $0.contains(text) }) { return true }
            state.waiters.append((text, promise))
            return false
        }
        if isThere { promise.succeed() }
        let timer = loop.scheduleTask(in: .patience) { promise.fail(TimedOut(what: text)) }
        defer { timer.cancel() }
        try await promise.futureResult.get()
    }

    private func append(_ line: String) {
        let reached = state.withLockedValue { state in
            state.lines.append(line)
            let reached = state.waiters.filter { line.contains($0.text) }
            state.waiters.removeAll { line.contains($0.text) }
            return reached
        }
        for waiter in reached { waiter.promise.succeed() }
    }

    /// A logger that writes here.
    var logger: Logger {
        Logger(label: "test") { _ in Handler(log: self) }
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = metadata.merging(event.metadata ?? [:]) { $1 }
            let text = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            log.append("\(event.level) \(event.message) \(text)")
        }
    }
}
