/// One line for each request: time, address, method, path, status, bytes, milliseconds.
struct AccessLog: Sendable {
    let output: LogOutput

    /// Adds the line of a request.
    ///
    /// - Parameters:
    ///   - path: As it came; control characters are escaped.
    ///   - nanoseconds: From the request's arrival until its answer was written; nil when nobody measured it.
    func note(address: String, method: String, path: String, status: Int, bytes: Int, nanoseconds: Int64?) {
        let time = nanoseconds.map { " \(Self.milliseconds($0))" } ?? " -"
        let (address, method, path) = (Self.word(address), Self.word(method), Self.word(path))
        output.write("\(LogTime.now()) \(address) \(method) \(path) \(status) \(bytes)\(time)")
    }

    /// A word of a line; what is plain ASCII, and so nearly everything, needs no look at its characters.
    private static func word(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        if isPlain, !text.isEmpty, text.utf8.count <= 1_024 { return text }
        return text.isEmpty ? "-" : LogText.escape(text, limit: 1_024).replacing(" ", with: "\\u{20}")
    }

    /// Such as `0.42`, without the way around by floating-point formats.
    private static func milliseconds(_ nanoseconds: Int64) -> String {
        let hundredths = max(0, nanoseconds) / 10_000
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
