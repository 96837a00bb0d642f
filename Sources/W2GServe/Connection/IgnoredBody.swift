/// Bodies of requests that mean nothing, and are read and thrown away (RFC 9110 9.3.1).
enum IgnoredBody {
    /// The most bytes that the body of a request with this method may have.
    static func limit(ofMethod method: String) -> Int {
        ["GET", "HEAD", "OPTIONS"].contains(method) ? 64 << 10 : 0
    }
}
