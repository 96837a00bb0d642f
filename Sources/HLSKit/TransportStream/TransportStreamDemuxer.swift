/// Reads transport streams: takes bytes as they come and gives out access units, and events about what it finds
/// (ISO/IEC 13818-1).
///
/// Nothing that is wrong with a stream stops it: what can be read is read, and the rest is told as an event. Memory
/// does not grow with the stream.
///
/// ```swift
/// var demuxer = TransportStreamDemuxer()
/// demuxer.push(bytes.span) { output in
///     switch output {
///     case .accessUnit(let unit): decode(unit)
///     case .event(let event): print(event)
///     }
/// }
/// demuxer.finish { output in ... }
/// ```
public struct TransportStreamDemuxer: Sendable {
    /// What is read, and within which limits.
    public struct Configuration: Sendable, Hashable {
        /// Which programs are read.
        public var program = ProgramSelection.all
        /// The most bytes of an access unit; longer ones are cut and reported.
        public var maximumUnitBytes = 8 << 20
        /// The most bytes that are kept of packets which come before the tables that explain them.
        public var maximumEarlyBytes = 1 << 20
        /// Whether every clock reference is told as an event.
        public var reportsClock = false
        /// The constant bit rate in bits a second that clock references are measured against; nil for streams
        /// without one, such as those of HLS.
        public var constantBitRate: Int?

        /// The default limits, all programs.
        public init() {}
    }

    /// Which programs of a stream are read.
    public enum ProgramSelection: Sendable, Hashable {
        /// Every program.
        case all
        /// The first program of the program association table.
        case first
        /// The program with this number.
        case number(UInt16)
    }

    /// The most bytes that all streams together keep of access units that are not whole.
    static let greatestMemory = 64 << 20

    private var finder = PacketFinder()
    private var reader: PacketReader
    /// Bytes behind the last whole packet.
    private var rest: [UInt8] = []
    /// Bytes that stand between packets and have not come yet.
    private var gap = 0
    /// How many bytes have been read: the place of the rest's first byte in the stream.
    private var position = 0

    /// Creates a demuxer.
    public init(configuration: Configuration = Configuration()) {
        reader = PacketReader(configuration: configuration)
    }

    /// How many bytes were pushed: the offset that the next one has.
    public var byteCount: Int { position + rest.count }

    /// The programs whose maps have been read.
    public var programs: [TransportStreamProgram] { reader.programs.compactMap(\.program) }

    /// The names of programs that have been read.
    public var services: [TransportStreamService] {
        reader.services.values.sorted { $0.programNumber < $1.programNumber }
    }

    /// The audio frame of a stream that its end cut off, once ``finish(_:)`` was called; nil when there is none.
    func cutFrame(pid: UInt16) -> (bytes: [UInt8], pts: MediaTime?)? {
        reader.streams.first { $0.pid == pid }?.cutFrame
    }

    /// Reads bytes, however they are cut.
    ///
    /// - Parameters:
    ///   - bytes: The bytes that follow those of the call before.
    ///   - body: Called with each access unit and each event, in the order in which they are found. What it throws
    ///     ends the call; the rest of the bytes is lost.
    public mutating func push<Failure: Error>(
        _ bytes: Span<UInt8>,
        _ body: (TransportStreamOutput) throws(Failure) -> Void
    ) throws(Failure) {
        var taken = 0
        while !rest.isEmpty, taken < bytes.count {
            // The bytes that were left over are made longer until what they begin with is behind them.
            let count = rest.count
            let more = min(bytes.count - taken, PacketFinder.window + TransportPacket.byteCount)
            rest.append(bytes.extracting(taken..<taken + more))
            let bytesToRead = rest
            rest = []
            let used = try read(bytesToRead.span, isEnd: false, body)
            if used >= count {
                taken += used - count
            } else {
                rest = Array(bytesToRead[used...])
                taken += more
            }
        }
        guard taken < bytes.count else { return }
        let left = bytes.extracting(taken..<bytes.count)
        let used = try read(left, isEnd: false, body)
        rest = left.array(used..<left.count)
    }

    /// Reads bytes, however they are cut.
    public mutating func push<Failure: Error>(
        _ bytes: [UInt8],
        _ body: (TransportStreamOutput) throws(Failure) -> Void
    ) throws(Failure) {
        try push(bytes.span, body)
    }

    /// Gives out what is still kept: the stream ends.
    ///
    /// More may be pushed afterwards; counters, clocks and tables then go on.
    public mutating func finish<Failure: Error>(
        _ body: (TransportStreamOutput) throws(Failure) -> Void
    ) throws(Failure) {
        try readRest(body)
        reader.finish()
        try giveOut(body)
    }

    /// Gives out what is still kept, and lets counters, clocks and tables begin anew, as behind `EXT-X-DISCONTINUITY`.
    public mutating func startDiscontinuity<Failure: Error>(
        _ body: (TransportStreamOutput) throws(Failure) -> Void
    ) throws(Failure) {
        try readRest(body)
        reader.reset()
        try giveOut(body)
    }

    private mutating func readRest<Failure: Error>(
        _ body: (TransportStreamOutput) throws(Failure) -> Void
    ) throws(Failure) {
        let bytes = rest
        rest = []
        let used = try read(bytes.span, isEnd: true, body)
        let lost = finder.giveUp(bytes.count - used)
        reader.context.offset = position - (lost - (bytes.count - used))
        position += bytes.count - used
        gap = 0
        if lost > 0 { reader.context.report(.syncLoss(skippedBytes: lost), pid: nil) }
    }

    private mutating func giveOut<Failure: Error>(
        _ body: (TransportStreamOutput) throws(Failure) -> Void
    ) throws(Failure) {
        guard !reader.context.outputs.isEmpty else { return }
        var outputs: [TransportStreamOutput] = []
        swap(&outputs, &reader.context.outputs)
        for output in outputs { try body(output) }
        outputs.removeAll(keepingCapacity: true)
        swap(&outputs, &reader.context.outputs)
    }

    /// Reads packets until what is left is none.
    ///
    /// - Returns: How many bytes were used; the others have to come again, with more behind them.
    private mutating func read<Failure: Error>(
        _ bytes: Span<UInt8>,
        isEnd: Bool,
        _ body: (TransportStreamOutput) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        var at = min(gap, bytes.count)
        gap -= at
        reading: while at < bytes.count {
            switch finder.find(in: bytes, at: at, isEnd: isEnd) {
            case .packet:
                let stride = finder.stride ?? TransportPacket.byteCount
                // The hot path reads headers and copies payloads with raw loads, all within these bytes.
                let count = unsafe bytes.withUnsafeBytes {
                    unsafe reader.take($0, at: at, stride: stride, base: position)
                }
                at += count * stride
            case .brokenPacket:
                reader.context.offset = position + at
                reader.context.report(.syncByteError, pid: nil)
                at += finder.stride ?? TransportPacket.byteCount
            case .found(let stride, let advance, let skipped):
                at += advance
                reader.reportPackets(stride: stride, skipped: skipped, offset: position + at)
            case .skip(let count):
                at += count
            case .needsMore:
                break reading
            }
            try giveOut(body)
        }
        // Parity or the next packet's timestamp may not be there yet.
        gap += max(0, at - bytes.count)
        at = min(at, bytes.count)
        position += at
        return at
    }
}

/// What a demuxer gives out.
public enum TransportStreamOutput: Sendable, Hashable {
    /// A unit for a decoder.
    case accessUnit(AccessUnit)
    /// Something about the stream.
    case event(TransportStreamEvent)
}
