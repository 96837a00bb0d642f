import HLSKit

/// The bytes of one segment on their way to a reader: decrypted where they have to be, and judged by how they begin.
struct SegmentFeed {
    /// The bytes of the file so far.
    private(set) var count = 0
    /// The bytes that were given to the reader.
    private(set) var plainCount = 0
    /// What the segment is; nil when it was not looked into, or is empty.
    private(set) var start: SegmentStart?
    /// The first bytes, while there are too few to judge and then as many as were judged by.
    private(set) var head: [UInt8] = []
    /// The first bytes as they are in the file, of an encrypted segment.
    private(set) var encryptedHead: [UInt8] = []
    private(set) var ending = SegmentDecryptor.Ending.good
    let isEncrypted: Bool
    private var decryptor: SegmentDecryptor?
    private let isOpen: Bool
    private let expectsSubtitles: Bool

    init(key: SegmentKey, expectsSubtitles: Bool) {
        self.expectsSubtitles = expectsSubtitles
        switch key {
        case .whole(let key, let vector):
            decryptor = SegmentDecryptor(key: key, vector: vector)
            isEncrypted = true
            isOpen = true
        case .closed:
            isEncrypted = true
            isOpen = false
        case .clear, .samplesEncrypted:
            isEncrypted = false
            isOpen = true
        }
    }

    /// Whether the content was looked at.
    var isJudged: Bool { start != nil }

    /// Takes bytes of the file.
    ///
    /// - Parameter body: Called with plain bytes, and with what the segment is before the first ones.
    mutating func take(_ chunk: Span<UInt8>, _ body: (Span<UInt8>, SegmentStart?) -> Void) {
        count += chunk.count
        guard isOpen else { return }
        if decryptor != nil {
            let missing = min(chunk.count, SegmentStart.byteCount - encryptedHead.count)
            for place in 0..<max(0, missing) { encryptedHead.append(chunk[place]) }
            let plain = decryptor?.push(chunk) ?? []
            give(plain.span, body)
        } else {
            give(chunk, body)
        }
    }

    /// Gives what is kept: the file ends.
    mutating func finish(_ body: (Span<UInt8>, SegmentStart?) -> Void) {
        guard isOpen else { return }
        if let last = decryptor?.finish() {
            ending = last.ending
            give(last.bytes.span, body)
        }
        if start == nil, !head.isEmpty { judge(body) }
    }

    private mutating func give(_ bytes: Span<UInt8>, _ body: (Span<UInt8>, SegmentStart?) -> Void) {
        guard start == nil else {
            plainCount += bytes.count
            return body(bytes, nil)
        }
        // Small pieces wait until there is enough to judge; large ones are not copied.
        let missing = min(bytes.count, SegmentStart.byteCount - head.count)
        for place in 0..<missing { head.append(bytes[place]) }
        guard head.count >= SegmentStart.byteCount else { return }
        judge(body)
        plainCount += bytes.count - missing
        body(bytes.extracting(missing..<bytes.count), nil)
    }

    private mutating func judge(_ body: (Span<UInt8>, SegmentStart?) -> Void) {
        let start = SegmentStart(head, expectsSubtitles: expectsSubtitles)
        self.start = start
        plainCount += head.count
        body(head.span, start)
    }
}
