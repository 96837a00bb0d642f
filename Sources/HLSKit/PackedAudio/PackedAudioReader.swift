/// Reads sound without a container, as packed audio segments have it: frames of AAC (ADTS), MPEG audio, AC-3 or E-AC-3
/// behind an ID3 tag with their time (RFC 8216 3.4).
///
/// Bytes may come cut in any way. Nothing that is wrong in them stops the reader, and its memory does not grow with them.
///
/// ```swift
/// var reader = PackedAudioReader()
/// reader.push(bytes.span) { output in
///     if case .frame(let frame) = output { print(frame.start, frame.format.codecString) }
/// }
/// reader.finish { output in ... }
/// ```
public struct PackedAudioReader: Sendable {
    private var rest: [UInt8] = []
    /// Where `rest` begins in the file.
    private var offset = 0
    private var splitter: (any AccessUnitSplitter)?
    private var format: AudioFormat?
    /// The samples in front of the next frame, at the sampling rate of the format.
    private var samples: Int64 = 0
    private var base = MediaTime.zero
    /// Bytes of a tag that is too long to be looked into.
    private var bytesToSkip = 0

    /// The most bytes of a tag that is looked into.
    private static let greatestTag = 1 << 20
    /// The most bytes that are looked at at a time, so that bytes of no kind cost little.
    private static let window = 1 << 16

    /// Creates a reader.
    public init() {}

    /// Reads bytes, however they are cut.
    ///
    /// - Parameters:
    ///   - bytes: The bytes that follow those of the call before.
    ///   - body: Called with what is found.
    public mutating func push(_ bytes: Span<UInt8>, _ body: (PackedAudioOutput) -> Void) {
        var at = 0
        while at < bytes.count {
            let count = min(Self.window, bytes.count - at)
            rest.append(bytes.extracting(at..<at + count))
            at += count
            read(isEnd: false, body)
        }
    }

    /// Gives out what is still kept: the file ends.
    public mutating func finish(_ body: (PackedAudioOutput) -> Void) {
        read(isEnd: true, body)
        if !rest.isEmpty { body(.skipped(offset: offset, byteCount: rest.count)) }
        offset += rest.count
        rest = []
    }

    private mutating func read(isEnd: Bool, _ body: (PackedAudioOutput) -> Void) {
        var at = 0
        reading: while at < rest.count {
            if bytesToSkip > 0 {
                let count = min(bytesToSkip, rest.count - at)
                bytesToSkip -= count
                at += count
                continue
            }
            switch ID3Tag.length(in: rest, at: at) {
            case .partial where !isEnd: break reading
            case .length(let length) where length > Self.greatestTag:
                bytesToSkip = length
                continue
            case .length(let length):
                guard length <= rest.count - at || isEnd else { break reading }
                let tag = ID3Tag(Array(rest[at..<min(rest.count, at + length)]))
                if let time = tag.transportStreamTimestamp { body(.timestamp(time, offset: offset + at)) }
                at += min(length, rest.count - at)
                continue
            case .partial, .none: break
            }
            switch Self.trailingTag(in: rest, at: at, isEnd: isEnd) {
            case .partial: break reading
            case .length(let length):
                at += length
                continue
            case .none: break
            }
            guard let used = readFrame(at: at, isEnd: isEnd, body) else { break }
            at += used
        }
        offset += at
        rest.removeFirst(at)
    }

    /// The bytes of a tag of ID3 version 1, which music files end with ("ID3v1").
    private static let trailingTagBytes = 128

    /// Looks for a tag at the end of the file: what follows decides whether it is one.
    private static func trailingTag(in bytes: [UInt8], at offset: Int, isEnd: Bool) -> ID3Tag.Length {
        guard bytes.count - offset <= trailingTagBytes else { return .none }
        let left = bytes[offset...]
        guard left.prefix(3).elementsEqual("TAG".utf8.prefix(left.count)) else {
            return .none
        }
        if !isEnd { return .partial }
        return left.count == trailingTagBytes ? .length(trailingTagBytes) : .none
    }

    /// Reads a frame, or passes over what is none.
    ///
    /// - Returns: The bytes that were used; nil when more are needed.
    private mutating func readFrame(at: Int, isEnd: Bool, _ body: (PackedAudioOutput) -> Void) -> Int? {
        if splitter == nil {
            guard rest.count - at >= DolbyAudioHeader.byteCount || isEnd else { return nil }
            guard let found = Self.codec(rest.span.extracting(at..<rest.count)) else {
                let count = bytesWithoutHeader(at: at)
                body(.skipped(offset: offset + at, byteCount: count))
                return count
            }
            splitter = found.makeSplitter()
        }
        let before = splitter
        var splitter = splitter
        let found = splitter?.next(in: rest.span.extracting(at..<rest.count), isEnd: isEnd)
        self.splitter = splitter
        if case .unit(let unit) = found, unit.length == rest.count - at, !isEnd {
            // What follows tells whether this is a frame: that the bytes end here is an accident of how they are cut.
            self.splitter = before
            return nil
        }
        switch found {
        case .unit(let unit):
            if case .audio(let format) = unit.format { take(format, body) }
            guard let format, let duration = unit.duration else { return max(1, unit.length) }
            let start = base + MediaTime(samples, timescale: UInt32(clamping: format.sampleRate))
            samples += Int64(duration.samples)
            let end = base + MediaTime(samples, timescale: UInt32(clamping: format.sampleRate))
            body(
                .frame(
                    PackedAudioFrame(
                        offset: offset + at,
                        byteCount: unit.length,
                        format: format,
                        start: start,
                        duration: end - start
                    )
                )
            )
            return max(1, unit.length)
        case .skip(let count):
            // A tag may stand between frames.
            let end = at + max(1, count)
            let tag = (at + 1..<max(at + 1, min(end, rest.count))).first { ID3Tag.length(in: rest, at: $0) != .none }
            let used = (tag ?? end) - at
            body(.skipped(offset: offset + at, byteCount: used))
            return used
        case .needsMore, nil: return nil
        }
    }

    /// How far it is to the next frame or tag, one byte at least.
    private func bytesWithoutHeader(at start: Int) -> Int {
        var at = start + 1
        while at + DolbyAudioHeader.byteCount <= rest.count, ID3Tag.length(in: rest, at: at) == .none,
            Self.codec(rest.span.extracting(at..<rest.count)) == nil
        {
            at += 1
        }
        return at - start
    }

    private mutating func take(_ format: AudioFormat, _ body: (PackedAudioOutput) -> Void) {
        if let old = self.format, old.sampleRate != format.sampleRate {
            base = base + MediaTime(samples, timescale: UInt32(clamping: old.sampleRate))
            samples = 0
        }
        self.format = format
        body(.format(format))
    }

    /// The codec of which two frames stand at the start of bytes, one behind the other; nil when there are none.
    static func codec(ofFrames bytes: Span<UInt8>) -> ElementaryStream.Codec? {
        guard let first = codec(bytes) else { return nil }
        let length =
            ADTSHeader(bytes)?.frameLength ?? MPEGAudioHeader(bytes)?.frameLength
            ?? DolbyAudioHeader(bytes)?.frameLength
        guard let length, length > 0, length < bytes.count, codec(bytes.extracting(length..<bytes.count)) == first
        else {
            return nil
        }
        return first
    }

    /// The codec that the header of a frame tells.
    private static func codec(_ bytes: Span<UInt8>) -> ElementaryStream.Codec? {
        if ADTSHeader(bytes) != nil { return .aac }
        if let header = MPEGAudioHeader(bytes), header.frameLength > 0 { return .mpeg1Audio }
        return DolbyAudioHeader(bytes).map { $0.isEnhanced ? .enhancedAC3 : .ac3 }
    }
}

/// What a reader of packed audio finds, in the order of the file.
public enum PackedAudioOutput: Sendable, Hashable {
    /// The time of the first sample behind it, out of an ID3 tag; it has 33 bits.
    case timestamp(MediaTime, offset: Int)
    /// The headers tell a format for the first time, or another one.
    case format(AudioFormat)
    /// A frame.
    case frame(PackedAudioFrame)
    /// Bytes that are neither tag nor frame.
    case skipped(offset: Int, byteCount: Int)
}

/// A frame of packed audio.
public struct PackedAudioFrame: Sendable, Hashable {
    /// Where it begins in the file.
    public var offset: Int
    /// The bytes of the frame, header included.
    public var byteCount: Int
    /// What the headers tell.
    public var format: AudioFormat
    /// The time from the first frame of the file.
    public var start: MediaTime
    /// How long it lasts.
    public var duration: MediaTime
}
