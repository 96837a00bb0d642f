public import Logging

/// Writes what a logger is told as lines into the same output as the requests.
public struct OutputLogHandler: LogHandler {
    /// Kept with every line.
    public var metadata: Logger.Metadata = [:]
    /// The least level that is written.
    public var logLevel: Logger.Level = .info
    private let output: LogOutput

    /// Writes to an output.
    public init(output: LogOutput) {
        self.output = output
    }

    /// A value of the metadata that every line has.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a line: time, level, message, and the metadata sorted by key.
    public func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        // What comes from outside is escaped by who tells it; an error's text may still have lines.
        let line = "\(event.message)\(pairs)".unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }
        output.write("\(LogTime.now()) \(event.level) \(String(String.UnicodeScalarView(line)))")
    }
}
