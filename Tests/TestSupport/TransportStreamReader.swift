/// Reads transport streams for the tests, and reports every rule of ISO/IEC 13818-1 and RFC 8216 that they break.
///
/// Written from the standard and sharing no code with the muxer, so that a mistake there is not repeated here.
package struct TransportStreamReader {
    /// A PES packet as it was found.
    package struct PESPacket: Equatable {
        package var pid: Int
        package var pts: Int64
        package var dts: Int64
        package var payload: [UInt8]
        package var isRandomAccess: Bool
        /// The file that it began in.
        package var segment: Int

        package init(pid: Int, pts: Int64, dts: Int64, payload: [UInt8], isRandomAccess: Bool, segment: Int) {
            self.pid = pid
            self.pts = pts
            self.dts = dts
            self.payload = payload
            self.isRandomAccess = isRandomAccess
            self.segment = segment
        }
    }

    /// One stream of the program map.
    package struct Stream: Equatable {
        package var pid: Int
        package var type: UInt8
        package var descriptors: [UInt8]

        package init(pid: Int, type: UInt8, descriptors: [UInt8]) {
            self.pid = pid
            self.type = type
            self.descriptors = descriptors
        }
    }

    package private(set) var packets: [PESPacket] = []
    package private(set) var streams: [Stream] = []
    /// Every rule that was broken, as a sentence with the place.
    package private(set) var problems: [String] = []
    package private(set) var clockPID: Int?
    /// The greatest time between two clock references, in ticks.
    package private(set) var greatestClockGap: Int64 = 0
    /// The least time from a clock reference to the DTS that follows it, in ticks.
    package private(set) var leastLead: Int64?
    /// The clock at each program association table.
    package private(set) var tableTimes: [Int64] = []

    private var counters: [Int: UInt8] = [:]
    private var partial: [Int: PESPacket] = [:]
    private var partialHeader: [Int: [UInt8]] = [:]
    private var programMapPID: Int?
    private var clock: Int64?
    private var lastDTS: [Int: Int64] = [:]
    private var segment = 0

    package init() {}

    /// Reads files in playing order as one continuous stream.
    package init(segments: [[UInt8]]) {
        for bytes in segments { read(bytes) }
        finish()
    }

    /// The PES packets of one stream.
    package func packets(pid: Int) -> [PESPacket] {
        packets.filter { $0.pid == pid }
    }

    private mutating func report(_ problem: String, at offset: Int) {
        problems.append("\(problem) at segment \(segment), byte \(offset)")
    }

    private mutating func read(_ bytes: [UInt8]) {
        if bytes.isEmpty || bytes.count % 188 != 0 { report("length is no multiple of 188", at: bytes.count) }
        // Streams are cut at PES boundaries, so everything open ends with the file before.
        finish()
        var order: [Int] = []
        for offset in stride(from: 0, to: bytes.count - 187, by: 188) {
            let packet = Array(bytes[offset..<offset + 188])
            guard packet[0] == 0x47 else {
                report("no sync byte", at: offset)
                return
            }
            order.append(readPacket(packet, at: offset))
        }
        if order.first != 0 || order.dropFirst().first != programMapPID {
            report("segment does not open with PAT and PMT", at: 0)
        }
        segment += 1
    }

    private mutating func readPacket(_ packet: [UInt8], at offset: Int) -> Int {
        let pid = Int(packet[1] & 0x1F) << 8 | Int(packet[2])
        let startsUnit = packet[1] & 0x40 != 0
        if packet[1] & 0x80 != 0 { report("transport error indicator", at: offset) }
        if packet[3] & 0xC0 != 0 { report("scrambled", at: offset) }
        let hasField = packet[3] & 0x20 != 0
        let hasPayload = packet[3] & 0x10 != 0
        if !hasField, !hasPayload { report("reserved adaptation field control", at: offset) }
        var at = 4
        var isRandomAccess = false
        if hasField {
            let length = Int(packet[4])
            if length > (hasPayload ? 182 : 183) { report("adaptation field too long", at: offset) }
            if length > 0 {
                isRandomAccess = packet[5] & 0x40 != 0
                if packet[5] & 0x80 != 0 { report("discontinuity indicator", at: offset) }
                if packet[5] & 0x10 != 0 { readClock(packet, pid: pid, at: offset) }
                let used = packet[5] & 0x10 != 0 ? 7 : 1
                if length >= used, packet[(5 + used)..<min(5 + length, 188)].contains(where: { $0 != 0xFF }) {
                    report("stuffing is not 0xFF", at: offset)
                }
            }
            at = 5 + length
        }
        checkCounter(packet[3] & 15, pid: pid, hasPayload: hasPayload, at: offset)
        guard hasPayload, at < 188 else { return pid }
        let payload = Array(packet[at...])
        if pid == 0 || pid == programMapPID {
            readSection(payload, pid: pid, startsUnit: startsUnit, at: offset)
        } else if startsUnit {
            finish(pid)
            startPES(payload, pid: pid, isRandomAccess: isRandomAccess, at: offset)
        } else if partial[pid] != nil {
            partial[pid]?.payload += payload
        } else {
            report("payload before the first PES header of PID \(pid)", at: offset)
        }
        return pid
    }

    private mutating func checkCounter(_ counter: UInt8, pid: Int, hasPayload: Bool, at offset: Int) {
        if let last = counters[pid] {
            let expected = hasPayload ? (last + 1) & 15 : last
            if counter != expected { report("continuity counter of PID \(pid)", at: offset) }
        }
        counters[pid] = counter
    }

    private mutating func readClock(_ packet: [UInt8], pid: Int, at offset: Int) {
        if let clockPID, pid != clockPID { report("clock on PID \(pid)", at: offset) }
        var value: Int64 = 0
        for index in 6...9 { value = value << 8 | Int64(packet[index]) }
        value = value << 1 | Int64(packet[10] >> 7)
        if let clock {
            let gap = Self.forward(from: clock, to: value)
            if gap < 0 { report("clock runs backwards", at: offset) }
            greatestClockGap = max(greatestClockGap, gap)
        }
        clock = value
    }

    // MARK: Tables

    private mutating func readSection(_ payload: [UInt8], pid: Int, startsUnit: Bool, at offset: Int) {
        guard startsUnit, payload[0] == 0 else { return report("section does not start in its packet", at: offset) }
        let section = Array(payload[1...])
        let length = 3 + (Int(section[1] & 15) << 8 | Int(section[2]))
        guard length <= section.count, Self.checksum(section[..<length]) == 0 else {
            return report("section length or CRC-32", at: offset)
        }
        if section[1] & 0xF0 != 0xB0 || section[5] != 0xC1 { report("reserved bits of a section", at: offset) }
        if section[length...].contains(where: { $0 != 0xFF }) { report("stuffing behind a section", at: offset) }
        if pid == 0 {
            programMapPID = Int(section[10] & 0x1F) << 8 | Int(section[11])
            if let clock { tableTimes.append(clock) }
            return
        }
        clockPID = Int(section[8] & 0x1F) << 8 | Int(section[9])
        var at = 12 + (Int(section[10] & 15) << 8 | Int(section[11]))
        var found: [Stream] = []
        while at + 5 <= length - 4 {
            let count = Int(section[at + 3] & 15) << 8 | Int(section[at + 4])
            found.append(
                Stream(
                    pid: Int(section[at + 1] & 0x1F) << 8 | Int(section[at + 2]),
                    type: section[at],
                    descriptors: Array(section[at + 5..<at + 5 + count])
                )
            )
            at += 5 + count
        }
        if !streams.isEmpty, streams != found { report("program map changed", at: offset) }
        streams = found
    }

    /// CRC-32 over a section with its CRC is zero.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte) << 24
            for _ in 0..<8 { crc = crc & 0x8000_0000 != 0 ? (crc << 1) ^ 0x04C1_1DB7 : crc << 1 }
        }
        return crc
    }

    // MARK: PES

    private mutating func startPES(_ payload: [UInt8], pid: Int, isRandomAccess: Bool, at offset: Int) {
        guard payload.count >= 14, payload[0] == 0, payload[1] == 0, payload[2] == 1 else {
            return report("no PES start code", at: offset)
        }
        let isVideo = (0xE0...0xEF).contains(payload[3])
        let length = Int(payload[4]) << 8 | Int(payload[5])
        if length == 0, !isVideo { report("PES_packet_length 0 outside of video", at: offset) }
        guard payload[7] & 0x80 != 0 else { return report("PES without PTS", at: offset) }
        let pts = Self.timestamp(payload[9...])
        let hasDTS = payload[7] & 0x40 != 0
        let dts = hasDTS ? Self.timestamp(payload[14...]) : pts
        if payload[9] >> 4 != (hasDTS ? 3 : 2) { report("marker of the PTS", at: offset) }
        if Self.forward(from: dts, to: pts) < 0 { report("PTS before DTS", at: offset) }
        if let last = lastDTS[pid], Self.forward(from: last, to: dts) <= 0 { report("DTS does not rise", at: offset) }
        lastDTS[pid] = dts
        if let clock {
            let lead = Self.forward(from: clock, to: dts)
            leastLead = min(leastLead ?? lead, lead)
            if lead <= 0 { report("DTS not after its clock", at: offset) }
        } else {
            report("PES before the first clock reference", at: offset)
        }
        partial[pid] = PESPacket(
            pid: pid,
            pts: pts,
            dts: dts,
            payload: Array(payload[(9 + Int(payload[8]))...]),
            isRandomAccess: isRandomAccess,
            segment: segment
        )
        partialHeader[pid] = [UInt8(length >> 8), UInt8(length & 255), payload[8]]
    }

    private mutating func finish(_ pid: Int) {
        guard let packet = partial.removeValue(forKey: pid), let header = partialHeader.removeValue(forKey: pid) else {
            return
        }
        let length = Int(header[0]) << 8 | Int(header[1])
        if length != 0, length != packet.payload.count + 3 + Int(header[2]) {
            problems.append("PES_packet_length \(length) for \(packet.payload.count) bytes of PID \(pid)")
        }
        packets.append(packet)
    }

    private mutating func finish() {
        for pid in partial.keys.sorted() { finish(pid) }
    }

    private static func timestamp(_ bytes: ArraySlice<UInt8>) -> Int64 {
        let b = Array(bytes.prefix(5)).map(Int64.init)
        return (b[0] >> 1 & 7) << 30 | b[1] << 22 | (b[2] >> 1) << 15 | b[3] << 7 | b[4] >> 1
    }

    /// The signed distance of two 33-bit times.
    package static func forward(from start: Int64, to end: Int64) -> Int64 {
        let distance = (end - start) & 0x1_FFFF_FFFF
        return distance >> 32 == 1 ? distance - 0x2_0000_0000 : distance
    }
}
