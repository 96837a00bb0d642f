/// What a client gives back to ask whether a file is still the same (RFC 9110 8.8).
struct Validators: Sendable, Equatable {
    /// The strong entity tag, with its quotes.
    let etag: String
    /// The entity tag of the same state in gzip, which is another representation (RFC 9110 8.8.3.3).
    var gzipETag: String { etag.dropLast() + "-gzip\"" }
    /// The second of the last change, since 1970.
    private let second: Int64

    /// Makes the validators of a state of a file.
    ///
    /// - Parameter now: When the stamp was read, nanoseconds since 1970.
    init(stamp: FileStamp, readAt now: Int64) {
        var tag = [UInt64(bitPattern: stamp.size), stamp.inode, UInt64(bitPattern: stamp.modified)]
            .map { String($0, radix: 16) }.joined(separator: "-")
        // Two states that look the same get tags of their own.
        if !stamp.isSettled(at: now) { tag += "-" + String(UInt64(bitPattern: now), radix: 16) }
        etag = "\"\(tag)\""
        second = stamp.modified / 1_000_000_000
    }

    /// The validators of something that is derived of a file, in this way.
    func derived(_ way: String) -> Validators {
        Validators(etag: etag.dropLast() + "-\(way)\"", second: second)
    }

    private init(etag: String, second: Int64) {
        (self.etag, self.second) = (etag, second)
    }

    /// Makes the validators of bytes that are in no file: they tell no date.
    init(content: some Sequence<UInt8>) {
        // FNV-1a, 64 bits.
        let hash = content.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        etag = "\"content-\(String(hash, radix: 16))\""
        second = .max
    }

    /// The date of the last change, in seconds since 1970; nil as long as another change could hide in the same second.
    ///
    /// - Parameter now: Seconds since 1970.
    func modified(at now: Int64) -> Int64? { second < now - 1 ? second : nil }
}
