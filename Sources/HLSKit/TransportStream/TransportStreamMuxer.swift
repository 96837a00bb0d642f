/// Writes access units as the packets of a transport stream with one program (ISO/IEC 13818-1 2.4).
///
/// Counters and clocks run on for the life of the muxer, across segments. Units go in by rising
/// `dts + decodeDelay`; packets come out in ``output``, which the caller empties when it likes.
///
/// ```swift
/// var muxer = try TransportStreamMuxer(streams: [ElementaryStream(codec: .aac, pid: 0x101)])
/// muxer.startSegment()
/// try muxer.write(frame.span, stream: 0, pts: time, dts: time, isRandomAccess: true)
/// muxer.flush()
/// let packets = muxer.takeOutput()
/// ```
public struct TransportStreamMuxer: Sendable {
    /// The intervals that the muxer keeps.
    public struct Configuration: Sendable, Hashable {
        /// The PID of the program map table.
        public var programMapPID: UInt16 = 0x1000
        /// The longest time between two clock references.
        ///
        /// The standard allows 100 ms.
        public var clockInterval = MediaTime(ticks: 3_600)
        /// How far the clock runs in front of the DTS that it serves.
        public var clockLead = MediaTime(ticks: 36_000)
        /// The longest time between two repetitions of the tables.
        ///
        /// ETSI TR 101 290 allows 500 ms.
        public var tableInterval = MediaTime(ticks: 36_000)
        /// The most payload of an audio PES packet that takes several frames, in bytes.
        public var audioPacketBytes = 2_800
        /// The most time between the first and the last frame of an audio PES packet.
        public var audioPacketDuration = MediaTime(ticks: 10_800)

        /// The default intervals.
        public init() {}
    }

    /// The packets written since they were last taken: a whole number of them.
    public private(set) var output: [UInt8] = []

    private let configuration: Configuration
    private var streams: [StreamState]
    private let clockStream: Int
    private let greatestDecodeDelay: MediaTime
    private let programAssociation: [UInt8]
    private let programMap: [UInt8]
    private var programAssociationCounter: UInt8 = 0
    private var programMapCounter: UInt8 = 0
    private var lastClock: MediaTime?
    private var lastTables: MediaTime?
    private var tablesAreDue = true
    private var header: [UInt8] = []

    private struct StreamState {
        let stream: ElementaryStream
        var counter: UInt8 = 0
        /// Audio frames that wait for more of their kind.
        var pending: [UInt8] = []
        var pendingStart = MediaTime.zero
        var pendingIsRandomAccess = false
    }

    /// Creates a muxer of one program.
    ///
    /// - Parameter streams: At least one; the first video stream, or else the first stream, carries the clock.
    /// - Throws: ``TransportStreamError`` when there is no stream, or PIDs are used twice or out of range.
    public init(
        streams: [ElementaryStream],
        configuration: Configuration = Configuration()
    ) throws(TransportStreamError) {
        guard !streams.isEmpty else { throw .noStreams }
        var seen: Set<UInt16> = [configuration.programMapPID]
        for stream in streams {
            guard TransportPacket.assignablePIDs.contains(stream.pid), seen.insert(stream.pid).inserted else {
                throw .invalidPID(stream.pid)
            }
        }
        if let stream = streams.first(where: \.codec.isReadOnly) { throw .unwritableCodec(stream.pid) }
        self.configuration = configuration
        self.streams = streams.map { StreamState(stream: $0) }
        clockStream = streams.firstIndex { $0.codec.isVideo } ?? 0
        greatestDecodeDelay = streams.map(\.decodeDelay).max() ?? .zero
        let entry = ProgramAssociation.Entry(number: 1, mapPID: configuration.programMapPID)
        programAssociation = ProgramAssociation(programs: [entry]).section.bytes
        var map = ProgramMap(
            clockPID: streams[clockStream].pid,
            streams: streams.map { .init(type: $0.codec.streamType, pid: $0.pid, descriptors: $0.codec.descriptors) }
        )
        map.descriptors = Array(streams.map(\.codec.programDescriptors).first { !$0.isEmpty } ?? [])
        programMap = map.section.bytes
        // Longer sections would need several packets; no program here has so many streams.
        guard programMap.count < TransportPacket.bodyLength else { throw .tooManyStreams(streams.count) }
    }

    /// Begins a segment: what waits is written, and the next packets are PAT and PMT.
    public mutating func startSegment() {
        flush()
        tablesAreDue = true
    }

    /// Writes the audio frames that wait for more of their kind.
    public mutating func flush() {
        for index in streams.indices { flushPending(index) }
    }

    /// Takes the packets written so far.
    public mutating func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    /// Gives out the packets written so far and takes another buffer, which should be empty, for the next ones.
    ///
    /// With two buffers that go to and fro, writing allocates nothing.
    public mutating func exchangeOutput(for buffer: inout [UInt8]) {
        swap(&output, &buffer)
    }

    /// Writes one access unit.
    ///
    /// - Parameters:
    ///   - unit: The bytes as a transport stream carries them: start codes and a delimiter for H.264, headers for AAC.
    ///   - stream: The place of its stream in the list that the muxer was created with.
    ///   - pts: Its presentation time.
    ///   - dts: Its decoding time, not after `pts`; it rises from unit to unit of one stream.
    ///   - isRandomAccess: Whether decoding can start here.
    /// - Throws: ``TransportStreamError`` when audio is too long for a PES packet.
    public mutating func write(
        _ unit: Span<UInt8>,
        stream: Int,
        pts: MediaTime,
        dts: MediaTime,
        isRandomAccess: Bool
    ) throws(TransportStreamError) {
        let isVideo = streams[stream].stream.codec.isVideo
        guard isVideo || unit.count <= PESHeader.greatestLength - 13 else {
            throw .unitTooLong(bytes: unit.count)
        }
        let order = dts + streams[stream].stream.decodeDelay
        // Frames of a stream that pauses must be out before the clock passes them.
        for index in streams.indices where index != stream && !streams[index].pending.isEmpty {
            if order - streams[index].pendingStart > configuration.audioPacketDuration { flushPending(index) }
        }
        let clock = order - greatestDecodeDelay - configuration.clockLead
        let carriesClock = isVideo && stream == clockStream
        advanceClock(to: clock, unitCarriesClock: carriesClock)
        if isVideo {
            writePacket(
                unit,
                stream: stream,
                pts: pts,
                dts: dts,
                isRandomAccess: isRandomAccess,
                clock: carriesClock ? clock : nil
            )
        } else {
            writeAudio(unit, stream: stream, pts: pts, isRandomAccess: isRandomAccess)
        }
    }

    // MARK: Audio packing

    private mutating func writeAudio(_ unit: Span<UInt8>, stream: Int, pts: MediaTime, isRandomAccess: Bool) {
        if !streams[stream].pending.isEmpty,
            streams[stream].pending.count + unit.count > configuration.audioPacketBytes
                || pts - streams[stream].pendingStart > configuration.audioPacketDuration
                || pts < streams[stream].pendingStart
        {
            flushPending(stream)
        }
        if streams[stream].pending.isEmpty {
            streams[stream].pendingStart = pts
            streams[stream].pendingIsRandomAccess = isRandomAccess
        }
        streams[stream].pending.append(unit)
        // Only sound can be told apart again within a PES packet.
        if !streams[stream].stream.codec.isAudio { flushPending(stream) }
    }

    private mutating func flushPending(_ index: Int) {
        guard !streams[index].pending.isEmpty else { return }
        var unit: [UInt8] = []
        swap(&unit, &streams[index].pending)
        let start = streams[index].pendingStart
        writePacket(
            unit.span,
            stream: index,
            pts: start,
            dts: start,
            isRandomAccess: streams[index].pendingIsRandomAccess,
            clock: nil
        )
        unit.removeAll(keepingCapacity: true)
        swap(&unit, &streams[index].pending)
    }

    // MARK: Clock and tables

    /// The most packets that carry nothing but the clock in a row: 40 s of them.
    ///
    /// A wider gap is a jump of the source.
    private static let greatestClockRun = 1_000

    /// Writes clock references and tables so that none is further from the one before than the configuration allows.
    private mutating func advanceClock(to clock: MediaTime, unitCarriesClock: Bool) {
        if let last = lastClock {
            var next = last
            var run = 0
            while clock - next > configuration.clockInterval, run < Self.greatestClockRun {
                next = next + configuration.clockInterval
                writeTablesIfDue(at: next)
                writeClockPacket(next)
                run += 1
            }
        }
        writeTablesIfDue(at: clock)
        if !unitCarriesClock, lastClock == nil { writeClockPacket(clock) }
    }

    private mutating func writeTablesIfDue(at clock: MediaTime) {
        if let last = lastTables, !tablesAreDue, clock - last < configuration.tableInterval { return }
        tablesAreDue = false
        lastTables = clock
        writeSection(
            programAssociation,
            pid: TransportPacket.programAssociationPID,
            counter: Self.advance(&programAssociationCounter)
        )
        writeSection(programMap, pid: configuration.programMapPID, counter: Self.advance(&programMapCounter))
    }

    private mutating func writeSection(_ section: [UInt8], pid: UInt16, counter: UInt8) {
        appendHeader(pid: pid, startsUnit: true, hasPayload: true, counter: counter)
        output.append(0)  // pointer_field: the section begins here
        output += section
        let rest = TransportPacket.byteCount - TransportPacket.headerLength - 1 - section.count
        output += repeatElement(0xFF, count: rest)
    }

    /// Writes a packet with a clock reference and no payload; such a packet leaves the counter where it is.
    private mutating func writeClockPacket(_ clock: MediaTime) {
        lastClock = clock
        let state = streams[clockStream]
        appendHeader(pid: state.stream.pid, startsUnit: false, hasPayload: false, counter: (state.counter &- 1) & 15)
        output.append(UInt8(TransportPacket.byteCount - TransportPacket.headerLength - 1))
        output.append(0x10)
        ClockReference(time: clock).write(to: &output)
        output += repeatElement(0xFF, count: TransportPacket.byteCount - 12)
    }

    private mutating func appendHeader(pid: UInt16, startsUnit: Bool, hasPayload: Bool, counter: UInt8) {
        TransportPacketHeader(
            pid: pid,
            startsUnit: startsUnit,
            hasAdaptationField: !hasPayload,
            hasPayload: hasPayload,
            counter: counter
        ).write(to: &output)
    }

    private static func advance(_ counter: inout UInt8) -> UInt8 {
        defer { counter = (counter + 1) & 15 }
        return counter
    }

    // MARK: Packets

    /// Cuts a PES packet into transport packets.
    private mutating func writePacket(
        _ unit: Span<UInt8>,
        stream index: Int,
        pts: MediaTime,
        dts: MediaTime,
        isRandomAccess: Bool,
        clock: MediaTime?
    ) {
        let stream = streams[index].stream
        let pes = PESHeader(
            streamID: stream.codec.streamID,
            pts: pts,
            dts: dts,
            payloadLength: unit.count,
            allowsUnboundedLength: stream.codec.isVideo
        )
        header.removeAll(keepingCapacity: true)
        pes.write(to: &header)

        // The clock never runs backwards, whatever order the units came in.
        var reference: MediaTime?
        if let clock {
            let next = max(clock, lastClock ?? clock)
            reference = next
            lastClock = next
        }
        let adaptation = Self.adaptationField(isRandomAccess: isRandomAccess, clock: reference)
        let total = header.count + unit.count
        let room = TransportPacket.byteCount - TransportPacket.headerLength
        let firstRoom = room - adaptation.count
        let packets = 1 + (max(0, total - firstRoom) + room - 1) / room
        let start = output.count
        output += repeatElement(0xFF, count: packets * TransportPacket.byteCount)

        let writer = PacketWriter(pid: stream.pid, adaptation: adaptation, header: header)
        streams[index].counter = writer.write(unit, to: &output, at: start, counter: streams[index].counter)
    }

    /// The adaptation field of a unit's first packet, without stuffing; empty when it has nothing to say.
    private static func adaptationField(isRandomAccess: Bool, clock: MediaTime?) -> [UInt8] {
        guard isRandomAccess || clock != nil else { return [] }
        var field: [UInt8] = [0, (isRandomAccess ? 0x40 : 0) | (clock == nil ? 0 : 0x10)]
        if let clock { ClockReference(time: clock).write(to: &field) }
        field[0] = UInt8(field.count - 1)
        return field
    }
}

extension [UInt8] {
    /// Appends the bytes of a span.
    mutating func append(_ span: Span<UInt8>) {
        // Safe: the pointer is used within the call only.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
