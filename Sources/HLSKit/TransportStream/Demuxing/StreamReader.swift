/// Puts the PES packets of one PID together and cuts them into access units.
struct StreamReader: Sendable {
    let pid: UInt16
    /// Nil for a PID that carries a clock and nothing else.
    let codec: ElementaryStream.Codec?
    /// The place of its program in the demuxer's list.
    var program: Int
    /// Whether the clock is supervised by the times of this stream: it carries the clock, or is the first one.
    var isServedByClock = false
    var counter = ContinuityCounter()
    private(set) var packetCount = 0
    var timing = StreamTiming()
    var presence = StreamPresence()

    private var splitter: any AccessUnitSplitter
    private let endsUnitsWithPackets: Bool
    private var queue = ByteQueue()
    /// How many bytes have come out of the queue: the place of its first byte in the stream.
    private var base = 0
    /// How many bytes of the queue the splitter has seen.
    private var splitCount = 0
    /// The PES packets whose bytes are in the queue.
    private var marks: [PacketMark] = []
    /// The PES packet whose header is being read.
    private var nextMark = PacketMark()
    private var state = State.idle
    private var headerBytes: [UInt8] = []
    /// The bytes that are missing from the PES packet; `Int.max` when it does not tell its length.
    private var remaining = 0
    /// How many bytes of the last packet went into the queue.
    private var lastBodyLength = 0
    /// The place behind which bytes are missing.
    private var damage: Int?
    private var soundClock = SoundClock()
    private var isOtherCodecReported = false
    private(set) var isScrambled = false
    /// The audio frame that the end of the stream cut off, with its presentation time.
    private(set) var cutFrame: (bytes: [UInt8], pts: MediaTime?)?
    /// The splitter looks at the bytes whenever so many are new, or a PES packet begins.
    var splitInterval = 1 << 18

    private enum State: Sendable {
        /// Between PES packets, or in one that is left out.
        case idle
        case header
        case payload
    }

    /// The most PES packets that are remembered of one unit.
    private static let greatestMarks = 256
    /// The most bytes that a PES header has.
    private static let greatestHeader = 9 + 255

    init(pid: UInt16, codec: ElementaryStream.Codec?, program: Int) {
        self.pid = pid
        self.codec = codec
        self.program = program
        let splitter = codec?.makeSplitter()
        self.splitter = splitter ?? WholePacketSplitter()
        endsUnitsWithPackets = splitter == nil
    }

    // MARK: The hot path

    /// Takes the packets that continue the PES packet, have nothing but payload and are in order.
    ///
    /// One comparison of the header tells all of this, so that a film costs a few loads and a copy a packet.
    /// - Parameters:
    ///   - packets: The memory to read; a packet may begin at `offset`.
    /// - Returns: How many packets were taken.
    mutating func takeRun(_ packets: UnsafeRawBufferPointer, at offset: Int, stride: Int) -> Int {
        guard case .payload = state else { return 0 }
        let newBytes = queue.count - splitCount
        let most = min(remaining, max(0, splitInterval - newBytes)) / TransportPacket.bodyLength
        var expected = TransportPacketHeader(
            pid: pid,
            startsUnit: false,
            hasAdaptationField: false,
            hasPayload: true,
            counter: counter.next
        ).word
        var count = 0
        var at = offset
        while count < most, at + TransportPacket.byteCount <= packets.count {
            let word = unsafe UInt32(bigEndian: packets.loadUnaligned(fromByteOffset: at, as: UInt32.self))
            guard word & TransportPacketHeader.significantBits == expected else { break }
            expected = expected & ~15 | (expected &+ 1) & 15
            count += 1
            at += stride
        }
        guard count > 0 else { return 0 }
        unsafe queue.appendBodies(of: packets, at: offset, stride: stride, count: count)
        counter.skip(count)
        packetCount += count
        lastBodyLength = TransportPacket.bodyLength
        if remaining != Int.max { remaining -= count * TransportPacket.bodyLength }
        return count
    }

    /// Whether so many bytes came in that the splitter should look at them.
    var isDue: Bool { queue.count - splitCount > splitInterval - TransportPacket.bodyLength || remaining == 0 }

    // MARK: Packets

    /// Begins a PES packet with the payload that follows.
    mutating func startPacket(_ context: inout StreamContext) {
        finishPacket(&context)
        state = .header
        headerBytes = []
    }

    /// Takes the payload of a transport packet.
    mutating func take(_ payload: Span<UInt8>, _ context: inout StreamContext) {
        packetCount += 1
        switch state {
        case .idle: break
        case .header: takeHeader(payload, &context)
        case .payload: append(payload)
        }
    }

    private mutating func takeHeader(_ payload: Span<UInt8>, _ context: inout StreamContext) {
        let known = headerBytes.count
        if known == 0 { nextMark = PacketMark(offset: context.offset, isRandomAccess: context.isRandomAccess) }
        headerBytes.append(payload.extracting(0..<min(payload.count, Self.greatestHeader - known)))
        switch PESHeader.read(headerBytes.span) {
        case .needsMore:
            if headerBytes.count >= Self.greatestHeader { state = .idle }
        case .invalid:
            state = .idle
            context.report(.invalidPacket, pid: pid)
        case .header(let header, let byteCount):
            begin(header, &context)
            guard case .payload = state else { return }
            append(payload.extracting(byteCount - known..<payload.count))
            split(&context)
        }
    }

    private mutating func begin(_ header: PESHeader, _ context: inout StreamContext) {
        state = .idle
        if header.isScrambled != isScrambled { setScrambled(header.isScrambled, &context) }
        guard codec != nil, !header.isScrambled, header.streamID != 0xBE else { return }
        state = .payload
        remaining = header.payloadLength ?? Int.max
        var mark = nextMark
        mark.position = base + queue.count
        if let pts = header.pts, let dts = header.dts {
            let time = context.clock.unwrap(dts)
            mark.dts = time
            mark.pts = time + TimestampUnwrapper.distance(from: dts, to: pts)
            if let pts = mark.pts, codec?.isVideo == true || codec?.isAudio == true {
                let clock = context.clock
                let found = timing.check(
                    pts: pts,
                    dts: time,
                    clock: clock.now,
                    clockEpoch: clock.epoch,
                    clockJumps: clock.jumps
                )
                for kind in found { context.report(kind, pid: pid) }
                if isServedByClock, context.clock.isMissing(at: time) { context.report(.clockMissing, pid: pid) }
            }
        }
        // Empty packets leave nothing behind but their times, and no unit needs the times of hundreds of packets.
        if let last = marks.last, last.position == mark.position { marks.removeLast() }
        if marks.count < Self.greatestMarks { marks.append(mark) }
    }

    private mutating func append(_ payload: Span<UInt8>) {
        let length = min(payload.count, remaining)
        queue.append(payload.extracting(0..<length))
        lastBodyLength = length
        if remaining != Int.max { remaining -= length }
    }

    /// Ends the PES packet: the next one begins, or the stream ends.
    mutating func finishPacket(_ context: inout StreamContext) {
        guard case .payload = state else { return }
        state = .idle
        if remaining != Int.max, remaining > 0, damage == nil, let start = marks.last {
            let found = base + queue.count - start.position
            context.report(.packetLengthMismatch(expected: found + remaining, found: found), pid: pid)
        }
        if endsUnitsWithPackets { split(&context, isEnd: true) }
    }

    /// Gives out what is there, as when the stream ends.
    mutating func finish(_ context: inout StreamContext) {
        finishPacket(&context)
        state = .idle
        split(&context, isEnd: true)
        marks = []
    }

    // MARK: Access units

    /// Gives out the access units that are whole.
    mutating func split(_ context: inout StreamContext, isEnd: Bool = false) {
        let isEndOfStream = isEnd
        var isEnd = isEnd || endsUnitsWithPackets && remaining == 0
        // Taken out, so that the splitter may look at its bytes while it changes.
        var bytes = ByteQueue()
        swap(&bytes, &queue)
        defer {
            swap(&bytes, &queue)
            splitCount = queue.count
        }
        while !bytes.isEmpty {
            var used = 1
            switch splitter.next(in: bytes.storage.span.extracting(bytes.range), isEnd: isEnd) {
            case .unit(let unit):
                deliver(unit, bytes.storage.span.extracting(bytes.range), &context)
                used = unit.length
            case .skip(let count):
                if isEndOfStream, count == bytes.count, codec?.isAudio == true {
                    keepCutFrame(bytes.storage.span.extracting(bytes.range))
                }
                reportOtherCodec(bytes.storage.span.extracting(bytes.range), &context)
                context.report(.skippedData(bytes: count), pid: pid, offset: marks.last?.offset)
                used = count
            case .needsMore:
                guard bytes.count > context.greatestUnit, !isEnd else { return }
                context.report(.unitTooLong(bytes: bytes.count), pid: pid, offset: marks.first?.offset)
                damage = damage ?? base
                isEnd = true
                continue
            }
            used = max(1, used)
            bytes.removeFirst(used)
            base += used
            if let place = damage, place <= base { damage = nil }
            forgetMarks(before: base)
        }
    }

    /// Keeps the bytes behind the last whole frame, for who knows how the stream goes on.
    private mutating func keepCutFrame(_ bytes: Span<UInt8>) {
        forgetMarks(before: base)
        guard let mark = marks.first else { return }
        var clock = soundClock
        let nothing = SplitUnit.Duration(samples: 0, sampleRate: 0)
        cutFrame = (bytes.array(0..<bytes.count), clock.advance(by: nothing, from: mark.isUsed ? nil : mark.pts)?.start)
    }

    /// Tells that a stream of sound is of another codec than the program map says, once.
    private mutating func reportOtherCodec(_ bytes: Span<UInt8>, _ context: inout StreamContext) {
        guard let codec, codec.isAudio, !isOtherCodecReported, let found = PackedAudioReader.codec(ofFrames: bytes),
            found != codec, !(found == .mpeg1Audio && codec == .mpeg2Audio)
        else { return }
        isOtherCodecReported = true
        context.report(.otherCodec(found), pid: pid, offset: marks.last?.offset)
    }

    /// Forgets the PES packets that end in front of a place.
    private mutating func forgetMarks(before place: Int) {
        while marks.count > 1, marks[1].position <= place { marks.removeFirst() }
    }

    private mutating func deliver(_ unit: SplitUnit, _ bytes: Span<UInt8>, _ context: inout StreamContext) {
        guard let codec else { return }
        // The zero byte in front of a start code may be the last one of the PES packet before.
        forgetMarks(before: base + (codec.isVideo ? 1 : 0))
        guard let mark = marks.first else { return }
        if let format = unit.format { context.report(.format(format), pid: pid, offset: mark.offset) }
        var times = (pts: mark.isUsed ? nil : mark.pts, dts: mark.isUsed ? nil : mark.dts)
        var duration: MediaTime?
        if let length = unit.duration {
            let time = soundClock.advance(by: length, from: times.pts)
            times = (time?.start, time?.start)
            duration = time.map { $0.end - $0.start } ?? length.time
        }
        let isFirst = !mark.isUsed
        marks[0].isUsed = true
        context.outputs.append(
            .accessUnit(
                AccessUnit(
                    pid: pid,
                    codec: codec,
                    pts: times.pts,
                    dts: times.dts,
                    duration: duration,
                    isRandomAccess: unit.isRandomAccess,
                    isInstantaneousRefresh: unit.isInstantaneousRefresh,
                    isMarkedRandomAccess: isFirst && mark.isRandomAccess,
                    isDamaged: damage.map { $0 < base + unit.length } ?? false,
                    delimiterCount: unit.delimiterCount,
                    offset: mark.offset,
                    payload: bytes.array(0..<unit.length)
                )
            )
        )
    }

    // MARK: Damage

    /// Packets are missing in front of the next one.
    mutating func markDamage() {
        damage = damage ?? base + queue.count
        if case .header = state { state = .idle }
    }

    /// Whether a packet with the same counter as the one before also has the same bytes.
    func isRepetition(_ payload: Span<UInt8>) -> Bool {
        let length = min(lastBodyLength, payload.count, queue.count)
        let (old, new) = (queue.range.upperBound - length, payload.count - length)
        for index in 0..<length where queue.storage[old + index] != payload[new + index] { return false }
        return true
    }

    mutating func setScrambled(_ isScrambled: Bool, _ context: inout StreamContext) {
        guard isScrambled != self.isScrambled else { return }
        self.isScrambled = isScrambled
        context.report(isScrambled ? .scrambled : .descrambled, pid: pid)
        guard isScrambled else { return }
        markDamage()
        state = .idle
    }

    /// Takes the next packet as it comes, as behind a discontinuity.
    mutating func reset() {
        counter.reset()
        timing.reset()
        presence.reset()
        soundClock = SoundClock()
    }
}
