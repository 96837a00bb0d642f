/// Frames of AMR as files store them: a byte with the type, and what was coded behind it (RFC 4867 5.3).
package enum AMR {
    /// How long a frame lasts, in 90 kHz ticks: 20 ms.
    package static let frameDuration = MediaTime(ticks: 1_800)

    /// The bytes of a frame by its type (3GPP TS 26.101 annex A).
    private static let narrowband = [13, 14, 16, 18, 20, 21, 27, 32, 6, 7, 6, 6, 1, 1, 1, 1]
    /// The bytes of a wideband frame by its type (3GPP TS 26.201 annex A).
    private static let wideband = [18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 1, 1, 1, 1, 1, 1]

    /// Where the frames are in bytes that begin with one; the last may be cut off.
    package static func frames(in bytes: Span<UInt8>, isWideband: Bool) -> [Range<Int>] {
        var frames: [Range<Int>] = []
        var start = 0
        while start < bytes.count {
            let count = (isWideband ? wideband : narrowband)[Int(bytes[start] >> 3 & 15)]
            frames.append(start..<min(bytes.count, start + count))
            start += count
        }
        return frames
    }
}
