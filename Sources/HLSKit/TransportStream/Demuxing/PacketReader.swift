/// Reads packets that have been found: hands them to the tables and streams that their PIDs belong to.
struct PacketReader: Sendable {
    let configuration: TransportStreamDemuxer.Configuration
    var context = StreamContext()
    var tables: [TableReader] = []
    var streams: [StreamReader] = []
    var programs: [ProgramState] = []
    var association = AssociationState()
    var early: EarlyPackets
    var services: [UInt16: TransportStreamService] = [:]
    var hasConditionalAccess = false
    var firstScrambled: (pid: UInt16, offset: Int)?
    var reportedMissing: Set<TransportStreamEvent.Table> = []
    /// What is done with the packets of a PID: 0 nothing, `n` stream `n - 1`, `-n` table `n - 1`.
    private var roles = [Int16](repeating: 0, count: TransportPacket.pidCount)

    /// The distance of packets that was told.
    private var stride: Int?

    init(configuration: TransportStreamDemuxer.Configuration) {
        self.configuration = configuration
        early = EarlyPackets(limit: configuration.maximumEarlyBytes)
        tables = [
            TableReader(pid: TransportPacket.programAssociationPID, table: .programAssociation),
            TableReader(pid: TransportPacket.conditionalAccessPID, table: .conditionalAccess),
            TableReader(pid: TransportPacket.servicePID, table: .serviceDescription),
        ]
        assignRoles()
    }

    // MARK: The hot path

    /// Takes a packet, and those behind it that simply continue it.
    ///
    /// - Parameters:
    ///   - memory: The memory to read, in which a whole packet begins at `at`.
    ///   - base: The place of the memory's first byte in the stream.
    /// - Returns: How many packets were taken.
    mutating func take(_ memory: UnsafeRawBufferPointer, at: Int, stride: Int, base: Int) -> Int {
        context.offset = base + at
        context.hasPackets = true
        let packet = unsafe Span<UInt8>(
            _unsafeBytes: UnsafeRawBufferPointer(rebasing: memory[at..<at + TransportPacket.byteCount])
        )
        let stream = takePacket(packet)
        guard stream >= 0 else { return 1 }
        let count = unsafe streams[stream].takeRun(memory, at: at + stride, stride: stride)
        if streams[stream].isDue { withContext(of: stream) { $0.split(&$1) } }
        return 1 + count
    }

    /// Takes one packet.
    ///
    /// - Returns: The stream that it belongs to when more of it may follow, or else -1.
    private mutating func takePacket(_ packet: Span<UInt8>) -> Int {
        var word: UInt32 = 0
        for index in 0..<TransportPacket.headerLength { word = word << 8 | UInt32(packet[index]) }
        let header = TransportPacketHeader(word: word)
        guard header.pid != TransportPacket.nullPID else { return -1 }
        let role = Int(roles[Int(header.pid)])
        if role == 0 {
            early.append(packet, offset: context.offset)
            return -1
        }
        if header.hasError {
            context.report(.transportError, pid: header.pid)
            if role > 0 { streams[role - 1].markDamage() }
            return -1
        }
        var field: AdaptationField?
        var start = TransportPacket.headerLength
        if header.hasAdaptationField {
            guard let read = AdaptationField(packet.extracting(start..<packet.count)) else {
                context.report(.invalidAdaptationField, pid: header.pid)
                return -1
            }
            field = read
            start += read.byteCount
        }
        let payload = packet.extracting(start..<(header.hasPayload ? packet.count : start))
        if role > 0 {
            takeStreamPacket(header, field, payload, stream: role - 1)
            return header.scrambling == 0 ? role - 1 : -1
        }
        takeTablePacket(header, field, payload, table: -role - 1)
        return -1
    }

    // MARK: Streams

    private mutating func takeStreamPacket(
        _ header: TransportPacketHeader,
        _ field: AdaptationField?,
        _ payload: Span<UInt8>,
        stream: Int
    ) {
        let isDiscontinuity = field?.announcesDiscontinuity ?? false
        if isDiscontinuity { context.report(.announcedDiscontinuity, pid: header.pid) }
        let verdict = streams[stream].counter.advance(
            to: header.counter,
            hasPayload: header.hasPayload,
            isDiscontinuity: isDiscontinuity
        )
        if verdict == .repeated, streams[stream].isRepetition(payload) {
            context.report(.duplicatePacket, pid: header.pid)
            return
        }
        if verdict != .inOrder {
            let expected = if case .outOfOrder(let counter) = verdict { counter } else { (header.counter + 1) & 15 }
            context.report(.continuityError(expected: expected, found: header.counter), pid: header.pid)
            streams[stream].markDamage()
        }
        if isDiscontinuity { streams[stream].timing.reset() }
        if let clock = field?.clock { takeClock(clock, pid: header.pid, isDiscontinuity: isDiscontinuity) }
        guard header.hasPayload else { return }
        context.isRandomAccess = field?.isRandomAccess ?? false
        if header.scrambling != 0, firstScrambled == nil { firstScrambled = (header.pid, context.offset) }
        let isScrambled = header.scrambling != 0
        withContext(of: stream) { reader, context in
            if isScrambled || !header.startsUnit && reader.isScrambled { reader.setScrambled(isScrambled, &context) }
            guard !isScrambled else { return }
            if header.startsUnit { reader.startPacket(&context) }
            reader.take(payload, &context)
        }
    }

    /// Runs something on a stream with the clock of its program.
    private mutating func withContext(of stream: Int, _ body: (inout StreamReader, inout StreamContext) -> Void) {
        let program = streams[stream].program
        swap(&context.clock, &programs[program].clock)
        body(&streams[stream], &context)
        swap(&context.clock, &programs[program].clock)
    }

    mutating func takeClock(_ reference: ClockReference, pid: UInt16, isDiscontinuity: Bool) {
        for index in programs.indices where programs[index].clockPID == pid {
            let found = programs[index].clock.advance(
                to: reference,
                offset: context.offset,
                isDiscontinuity: isDiscontinuity,
                bitRate: configuration.constantBitRate
            )
            for kind in found { context.report(kind, pid: pid) }
            if isDiscontinuity || found.contains(where: { if case .clockJump = $0 { true } else { false } }) {
                for table in tables.indices { tables[table].restartTimer() }
                for stream in streams.indices { streams[stream].presence.reset() }
            }
            guard let clock = programs[index].clock.last else { continue }
            if configuration.reportsClock { context.report(.clock(clock), pid: pid) }
            findMissingStreams(of: index, now: clock.time)
        }
    }

    private mutating func findMissingStreams(of program: Int, now: MediaTime) {
        for index in streams.indices where streams[index].program == program {
            guard let codec = streams[index].codec, codec.isVideo || codec.isAudio else { continue }
            let count = streams[index].packetCount
            if let interval = streams[index].presence.absence(packetCount: count, now: now) {
                context.report(.missingPID(interval: interval), pid: streams[index].pid)
            }
        }
    }

    // MARK: Ends

    /// Reports that packets were found.
    mutating func reportPackets(stride: Int, skipped: Int, offset: Int) {
        if skipped > 0 { context.report(.syncLoss(skippedBytes: skipped), pid: nil, offset: offset - skipped) }
        guard stride != self.stride else { return }
        self.stride = stride
        context.report(.packets(stride: stride), pid: nil, offset: offset)
    }

    /// Ends one stream.
    mutating func finishStream(_ index: Int) {
        withContext(of: index) { $0.finish(&$1) }
    }

    /// Gives out what is there.
    mutating func finish() {
        for index in streams.indices { finishStream(index) }
        reportMissingTables()
    }

    /// Lets every counter, clock and table begin anew.
    mutating func reset() {
        finish()
        for index in streams.indices { streams[index].reset() }
        for index in tables.indices { tables[index].reset() }
        for index in programs.indices {
            programs[index].clock.reset()
            programs[index].mapBytes = nil
        }
        association = AssociationState()
    }

    /// Lets the roles follow from tables and streams; a table comes before a stream.
    mutating func assignRoles() {
        roles = [Int16](repeating: 0, count: TransportPacket.pidCount)
        for (index, stream) in streams.enumerated() { roles[Int(stream.pid)] = Int16(index + 1) }
        for (index, table) in tables.enumerated() { roles[Int(table.pid)] = -Int16(index + 1) }
        let count = max(1, streams.count)
        context.greatestUnit = min(
            configuration.maximumUnitBytes,
            max(1 << 13, TransportStreamDemuxer.greatestMemory / count)
        )
        for index in streams.indices { streams[index].splitInterval = min(1 << 18, context.greatestUnit) }
    }

    /// Reads packets again that came before the map of their program.
    mutating func replayEarlyPackets() {
        let offset = context.offset
        let packets = early.takeAll()
        for (index, place) in packets.offsets.enumerated() {
            let start = index * TransportPacket.byteCount
            context.offset = place
            let stream = takePacket(packets.bytes.span.extracting(start..<start + TransportPacket.byteCount))
            if stream >= 0, streams[stream].isDue { withContext(of: stream) { $0.split(&$1) } }
        }
        context.offset = offset
    }
}
