/// Builds transport streams packet by packet, right or wrong as a test wants them.
struct StreamBuilder {
    private(set) var bytes: [UInt8] = []
    private var counters: [UInt16: UInt8] = [:]

    var offset: Int { bytes.count }

    /// Appends a packet with a payload of up to 184 bytes, stuffed in its adaptation field.
    mutating func packet(
        _ pid: UInt16,
        _ payload: [UInt8],
        startsUnit: Bool = false,
        scrambling: UInt8 = 0,
        hasError: Bool = false,
        clock: Int64? = nil,
        isDiscontinuity: Bool = false,
        counter: UInt8? = nil
    ) {
        let next = counter ?? counters[pid, default: 0]
        var field: [UInt8] = []
        if clock != nil || isDiscontinuity || payload.count < 183 {
            field = [(isDiscontinuity ? 0x80 : 0) | (clock == nil ? 0 : 0x10)]
            if let clock {
                for shift in [25, 17, 9, 1] as [Int64] { field.append(UInt8(truncatingIfNeeded: clock >> shift)) }
                field += [UInt8(truncatingIfNeeded: clock << 7) | 0x7E, 0]
            }
        }
        let hasField = payload.count < 184
        let stuffing = hasField ? 183 - field.count - payload.count : 0
        bytes += [0x47, (hasError ? 0x80 : 0) | (startsUnit ? 0x40 : 0) | UInt8(pid >> 8), UInt8(pid & 255)]
        bytes.append(scrambling << 6 | (hasField ? 0x20 : 0) | (payload.isEmpty ? 0 : 0x10) | next)
        if hasField {
            bytes.append(UInt8(field.count + stuffing))
            bytes += field + [UInt8](repeating: 0xFF, count: max(0, stuffing))
        }
        bytes += payload
        if !payload.isEmpty { counters[pid] = (next + 1) & 15 }
    }

    /// Appends raw bytes.
    mutating func raw(_ new: [UInt8]) {
        bytes += new
    }

    /// Lets a segment begin; counters run on.
    mutating func removeAll() {
        bytes = []
    }

    /// Appends the last packet again.
    mutating func repeatPacket() {
        bytes += bytes.suffix(188)
    }

    // MARK: Tables

    /// Appends a section, over as many packets as it needs.
    mutating func section(_ pid: UInt16, _ section: [UInt8], room: Int = 183) {
        var rest = [0] + section
        var isFirst = true
        while !rest.isEmpty {
            packet(pid, Array(rest.prefix(room)), startsUnit: isFirst)
            rest.removeFirst(min(room, rest.count))
            isFirst = false
        }
    }

    static func table(_ id: UInt8, extension number: UInt16, version: UInt8 = 0, _ body: [UInt8]) -> [UInt8] {
        let length = body.count + 9
        var bytes = [id, 0xB0 | UInt8(length >> 8), UInt8(length & 255), UInt8(number >> 8), UInt8(number & 255)]
        bytes += [0xC1 | version << 1, 0, 0] + body
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte) << 24
            for _ in 0..<8 { crc = crc & 0x8000_0000 != 0 ? crc << 1 ^ 0x04C1_1DB7 : crc << 1 }
        }
        return bytes + (0..<4).map { UInt8(truncatingIfNeeded: crc >> UInt32(24 - $0 * 8)) }
    }

    mutating func association(_ programs: [(number: UInt16, pid: UInt16)] = [(1, 0x1000)], version: UInt8 = 0) {
        let body = programs.flatMap { Self.pair($0.number) + Self.pair(0xE000 | $0.pid) }
        section(0, Self.table(0, extension: 1, version: version, body))
    }

    mutating func map(
        _ streams: [(type: UInt8, pid: UInt16)],
        program: UInt16 = 1,
        pid: UInt16 = 0x1000,
        clock: UInt16 = 0x100,
        version: UInt8 = 0,
        descriptors: [UInt8] = [],
        room: Int = 183
    ) {
        var body = Self.pair(0xE000 | clock) + Self.pair(0xF000 | UInt16(descriptors.count)) + descriptors
        for stream in streams { body += [stream.type] + Self.pair(0xE000 | stream.pid) + [0xF0, 0] }
        section(pid, Self.table(2, extension: program, version: version, body), room: room)
    }

    static func pair(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }

    // MARK: PES

    /// The bytes of a PES packet.
    static func pes(
        _ payload: [UInt8],
        pts: Int64? = nil,
        dts: Int64? = nil,
        id: UInt8 = 0xE0,
        stuffing: Int = 0,
        isBounded: Bool = false,
        isScrambled: Bool = false
    ) -> [UInt8] {
        var times: [UInt8] = []
        if let pts { times += timestamp(pts, marker: dts == nil ? 2 : 3) }
        if let dts { times += timestamp(dts, marker: 1) }
        let header = times + [UInt8](repeating: 0xFF, count: stuffing)
        let length = isBounded ? payload.count + header.count + 3 : 0
        return [0, 0, 1, id] + pair(UInt16(length)) + [
            isScrambled ? 0x90 : 0x80, dts != nil ? 0xC0 : pts != nil ? 0x80 : 0,
        ]
            + [UInt8(header.count)] + header + payload
    }

    private static func timestamp(_ ticks: Int64, marker: UInt8) -> [UInt8] {
        [
            marker << 4 | UInt8(truncatingIfNeeded: ticks >> 29) & 0x0E | 1, UInt8(truncatingIfNeeded: ticks >> 22),
            UInt8(truncatingIfNeeded: ticks >> 14) | 1, UInt8(truncatingIfNeeded: ticks >> 7),
            UInt8(truncatingIfNeeded: ticks << 1) | 1,
        ]
    }

    /// Appends a PES packet, its first transport packet with a clock reference when one is given.
    mutating func pesPacket(_ pid: UInt16, _ bytes: [UInt8], clock: Int64? = nil, room: Int = 184) {
        var rest = bytes
        var isFirst = true
        while !rest.isEmpty {
            let count = isFirst && clock != nil ? min(room, 176) : room
            packet(pid, Array(rest.prefix(count)), startsUnit: isFirst, clock: isFirst ? clock : nil)
            rest.removeFirst(min(count, rest.count))
            isFirst = false
        }
    }
}
