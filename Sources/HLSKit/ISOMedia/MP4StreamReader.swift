/// Reads MP4 as it comes: takes bytes, cut in any way, and gives out what boxes tell.
///
/// Memory does not grow with the file: only boxes that are read are kept, one at a time, and media data never. Nothing
/// that is wrong in the bytes throws or stops it.
///
/// ```swift
/// var reader = MP4StreamReader(initialization: movie)
/// reader.push(bytes.span) { output in
///     if case .fragment(let fragment) = output { print(fragment.tracks.map(\.startTime)) }
/// }
/// reader.finish { output in ... }
/// ```
public struct MP4StreamReader: Sendable {
    private enum State: Sendable {
        /// The header of the next box is not there yet.
        case header
        /// A box that is read is being gathered.
        case gathering(BoxHeader)
        /// A box that is not read passes by.
        case passing(BoxHeader)
        /// What comes is no box: where it begins.
        case lost(Int)
        /// A box has a size that tells no place of the next one.
        case ended
    }

    private var reader: MP4Reader
    private var state = State.header
    /// The bytes of the box or header that is being gathered.
    private var kept: [UInt8] = []
    private var boxStart = 0
    /// Where the box ends; nil when it goes on to the end of the file.
    private var boxEnd: Int?
    /// The number of bytes that came or were left out: where the next one is in the file.
    public private(set) var byteCount = 0
    private let greatestBoxSize: Int

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - initialization: What the init segment of a segment tells; nil when it is not known or not needed.
    ///   - greatestBoxSize: The most bytes of a box that is read; greater ones are told as problems.
    public init(initialization: MP4Movie? = nil, greatestBoxSize: Int = 256 << 20) {
        reader = MP4Reader(byteCount: nil, initialization: initialization)
        self.greatestBoxSize = greatestBoxSize
    }

    /// The bytes from here on that tell nothing, such as media data: they may be left out with ``skip(_:)``.
    public var skippableByteCount: Int {
        switch state {
        case .passing: max(0, (boxEnd ?? .max) - byteCount)
        case .lost, .ended: .max - byteCount
        case .header, .gathering: 0
        }
    }

    /// Passes over bytes that are not pushed, at most ``skippableByteCount``.
    public mutating func skip(_ count: Int) {
        byteCount = clampedSum(byteCount, max(0, min(count, skippableByteCount)))
        endBoxIfReached()
    }

    /// Reads bytes, however they are cut.
    ///
    /// - Parameters:
    ///   - bytes: The bytes that follow those of the call before.
    ///   - body: Called with what is found. What it throws ends the call; the rest of the bytes is lost.
    public mutating func push<Failure: Error>(
        _ bytes: Span<UInt8>,
        _ body: (MP4Output) throws(Failure) -> Void
    ) throws(Failure) {
        var at = 0
        while at < bytes.count {
            switch state {
            case .header:
                kept.append(bytes[at])
                at += 1
                byteCount += 1
                if kept.count >= 8 { readHeader() }
            case .gathering:
                let count = min(bytes.count - at, (boxEnd ?? .max) - byteCount)
                kept.append(bytes.extracting(at..<at + count))
                at += count
                byteCount += count
            case .passing, .lost, .ended:
                let count = min(bytes.count - at, skippableByteCount)
                at += count
                byteCount += count
            }
            endBoxIfReached()
            try giveOut(body)
        }
    }

    /// Tells what can only be told at the end; nothing may be pushed behind it.
    public mutating func finish<Failure: Error>(
        _ body: (MP4Output) throws(Failure) -> Void
    ) throws(Failure) {
        switch state {
        case .header:
            if !kept.isEmpty { reader.log.add(.trailingBytes(kept.count), offset: boxStart) }
        case .gathering(let header), .passing(let header):
            if let boxEnd {
                let kind = MP4Problem.Kind.truncatedBox(
                    size: UInt64(boxEnd - boxStart),
                    available: byteCount - boxStart
                )
                reader.log.add(kind, offset: boxStart, path: [header.type])
            }
            boxEnd = byteCount
            endBoxIfReached()
        case .lost(let start):
            reader.log.add(.trailingBytes(byteCount - start), offset: start)
        case .ended: break
        }
        state = .ended
        reader.finish()
        try giveOut(body)
    }

    private mutating func readHeader() {
        guard let header = BoxHeader(FieldReader(kept)) else { return }
        guard header.type.isPlausible else {
            state = .lost(boxStart)
            return
        }
        if let size = header.size, size < UInt64(header.length) {
            reader.log.add(.invalidSize(size), offset: boxStart, path: [header.type])
            state = .ended
            return
        }
        boxEnd = header.size.map { clampedSum(boxStart, Int(clamping: $0)) }
        state = MP4Reader.isRead(header.type) ? .gathering(header) : .passing(header)
    }

    private mutating func endBoxIfReached() {
        switch state {
        case .gathering(let header) where kept.count > greatestBoxSize:
            // What a box says of its size may be wrong: only bytes that came count.
            let size = boxEnd.map { $0 - boxStart } ?? kept.count
            reader.log.add(.boxTooLarge(size), offset: boxStart, path: [header.type])
            kept = []
            state = .passing(header)
            return endBoxIfReached()
        case .gathering(let header):
            guard byteCount == boxEnd else { return }
            reader.take(header, boxStart..<byteCount, ByteWindow(kept))
        case .passing(let header):
            guard byteCount == boxEnd else { return }
            reader.pass(header, boxStart..<byteCount)
        case .header, .lost, .ended: return
        }
        state = .header
        boxStart = byteCount
        boxEnd = nil
        kept.removeAll(keepingCapacity: kept.count < 1 << 20)
    }

    private mutating func giveOut<Failure: Error>(
        _ body: (MP4Output) throws(Failure) -> Void
    ) throws(Failure) {
        for output in reader.takeOutputs() { try body(output) }
    }
}
