import Logging
import NIOConcurrencyHelpers

/// Keeps the lines of a log in memory.
final class RecordedLog: Sendable {
    private let state = NIOLockedValueBox<[String]>([])

    /// The lines so far.
    var lines: [String] { state.withLockedValue { $0 } }

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
            log.state.withLockedValue { $0.append("\(event.level) \(event.message) \(text)") }
        }
    }
}
