/// Makes text from outside fit for one line of a log.
enum LogText {
    /// The text with control characters, line separators and backslashes written as escapes, cut after `limit` characters.
    static func escape(_ text: String, limit: Int = 256) -> String {
        var result = ""
        for (count, scalar) in text.unicodeScalars.enumerated() {
            if count == limit { return result + "…" }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                if scalar == "\\" { result += "\\\\" } else { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }
}
