/// The body of a request, which means nothing here and is read and thrown away when it is short (RFC 9110 9.3.1).
struct IgnoredBody {
    /// The bytes that may still come.
    private var rest: Int

    /// Begins the body of a request.
    ///
    /// - Parameters:
    ///   - length: The value of Content-Length; nil when there is none.
    ///   - isChunked: Whether a body comes whose length is not declared.
    /// - Returns: nil when the body is refused: it is too long, or the method has none.
    init?(ofMethod method: String, length: String?, isChunked: Bool = false) {
        switch method {
        case "GET", "HEAD", "OPTIONS": rest = 64 << 10
        default: rest = 0
        }
        if isChunked, rest == 0 { return nil }
        guard let length else { return }
        guard let length = Int(length), (0...rest).contains(length) else { return nil }
    }

    /// Throws bytes away.
    ///
    /// - Returns: Whether they may be so many.
    mutating func ignore(_ count: Int) -> Bool {
        rest -= count
        return rest >= 0
    }
}
