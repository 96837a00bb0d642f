/// The header of a frame of sound that delimits itself.
struct AudioFrame: Sendable, Hashable {
    /// The bytes of the frame, header included.
    var length: Int
    /// What the header tells; the same for every frame of a steady stream.
    var format: AudioFormat
    /// Samples of one channel in this frame.
    var samples: Int
    /// False for a frame that belongs to the unit of the frame before (a dependent substream of E-AC-3).
    var beginsUnit = true

    init(length: Int, format: AudioFormat, samples: Int? = nil, beginsUnit: Bool = true) {
        self.length = length
        self.format = format
        self.samples = samples ?? format.samplesPerUnit
        self.beginsUnit = beginsUnit
    }
}

/// Reads the headers of one kind of audio frame.
protocol AudioFrameReader: Sendable {
    /// The bytes that a header can have at most, so that one can be told from none.
    static var headerBytes: Int { get }
    /// Whether frames may continue the unit of the frame before.
    static var hasDependentFrames: Bool { get }

    /// Reads the header that the bytes begin with, at least ``headerBytes`` of them unless the stream ends; nil when
    /// there is none.
    mutating func read(_ bytes: Span<UInt8>) -> AudioFrame?
}

extension AudioFrameReader {
    static var hasDependentFrames: Bool { false }
}

/// Cuts a stream of frames that follow one another into access units.
struct AudioSplitter<Reader: AudioFrameReader>: AccessUnitSplitter {
    private var reader: Reader
    private var format: AudioFormat?
    /// False until a frame was where the one before ended.
    private var isInStep = false

    init(_ reader: Reader) {
        self.reader = reader
    }

    mutating func next(in bytes: Span<UInt8>, isEnd: Bool) -> SplitResult {
        guard bytes.count >= Reader.headerBytes || isEnd && !bytes.isEmpty else { return .needsMore }
        guard let frame = frame(in: bytes, at: 0) else { return resynchronise(in: bytes, isEnd: isEnd) }
        var length = frame.length
        if length > bytes.count { return isEnd ? .skip(bytes.count) : .needsMore }
        if !isInStep || Reader.hasDependentFrames {
            // Two headers one frame apart are no accident; that the bytes end with the frame is none either.
            while true {
                let left = bytes.count - length
                if left == 0, isEnd || !Reader.hasDependentFrames { break }
                guard left >= Reader.headerBytes || isEnd else { return .needsMore }
                guard let following = self.frame(in: bytes, at: length) else {
                    if isInStep { break }
                    return resynchronise(in: bytes, isEnd: isEnd)
                }
                if following.beginsUnit { break }
                guard following.length <= left else { return isEnd ? .skip(bytes.count) : .needsMore }
                length += following.length
            }
            isInStep = true
        }
        var unit = SplitUnit(length: length)
        if frame.format.sampleRate > 0 {
            unit.duration = .init(samples: frame.samples, sampleRate: frame.format.sampleRate)
        }
        if frame.format != format, frame.format.sampleRate > 0 {
            format = frame.format
            unit.format = .audio(frame.format)
        }
        return .unit(unit)
    }

    private mutating func frame(in bytes: Span<UInt8>, at offset: Int) -> AudioFrame? {
        // A frame of no length would be found again and again.
        reader.read(bytes.extracting(offset..<bytes.count)).flatMap { $0.length > 0 ? $0 : nil }
    }

    /// Looks for the next header, and gives up the bytes in front of it.
    private mutating func resynchronise(in bytes: Span<UInt8>, isEnd: Bool) -> SplitResult {
        isInStep = false
        let last = isEnd ? bytes.count : bytes.count - Reader.headerBytes + 1
        guard last > 1 else { return isEnd ? .skip(bytes.count) : .skip(1) }
        for offset in 1..<last where frame(in: bytes, at: offset) != nil { return .skip(offset) }
        return .skip(last)
    }
}
