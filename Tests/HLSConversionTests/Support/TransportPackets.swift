import Foundation

@testable import HLSKit

/// The packets of a transport stream, to be lost, joined and altered.
struct TransportPackets {
    /// 188 bytes.
    struct Packet {
        var bytes: [UInt8]

        var pid: Int { Int(bytes[1] & 0x1F) << 8 | Int(bytes[2]) }
        var startsUnit: Bool { bytes[1] & 0x40 != 0 }
        /// Where the payload begins.
        var payload: Int { bytes[3] & 0x20 != 0 ? 5 + Int(bytes[4]) : 4 }
    }

    /// What FFmpeg's muxer calls the program map.
    static let mapPID = 0x1000
    /// What FFmpeg's muxer calls the first stream of a file, and the second.
    static let firstPID = 0x100
    static let secondPID = 0x101

    var packets: [Packet]

    init(_ url: URL) throws {
        let bytes = [UInt8](try Data(contentsOf: url))
        packets = stride(from: 0, to: bytes.count, by: 188).map { Packet(bytes: Array(bytes[$0..<$0 + 188])) }
    }

    func write(to url: URL) throws {
        try Data(packets.flatMap(\.bytes)).write(to: url)
    }

    /// The places of the packets of each PES packet of a stream.
    func units(of pid: Int) -> [[Int]] {
        var units: [[Int]] = []
        for index in packets.indices where packets[index].pid == pid {
            if packets[index].startsUnit { units.append([]) }
            units[units.count - 1].append(index)
        }
        return units
    }

    /// Gives a stream another PID, also in the map.
    mutating func rename(_ pid: Int, to other: Int) {
        for index in packets.indices where packets[index].pid == pid {
            packets[index].bytes[1] = packets[index].bytes[1] & 0xE0 | UInt8(other >> 8)
            packets[index].bytes[2] = UInt8(other & 0xFF)
        }
        changeMap { entry in
            if Int(entry[1] & 0x1F) << 8 | Int(entry[2]) == pid {
                entry[1] = 0xE0 | UInt8(other >> 8)
                entry[2] = UInt8(other & 0xFF)
            }
        }
    }

    /// Gives streams another type in the map.
    mutating func retype(_ types: [UInt8: UInt8]) {
        changeMap { $0[0] = types[$0[0]] ?? $0[0] }
    }

    /// Changes the type and PID of each stream of the map, five bytes.
    private mutating func changeMap(_ body: (inout [UInt8]) -> Void) {
        for index in packets.indices where packets[index].pid == Self.mapPID && packets[index].startsUnit {
            var bytes = packets[index].bytes
            let start = packets[index].payload + 1 + Int(bytes[packets[index].payload])
            let end = start + 3 + (Int(bytes[start + 1] & 0x0F) << 8 | Int(bytes[start + 2])) - 4
            var place = start + 12 + (Int(bytes[start + 10] & 0x0F) << 8 | Int(bytes[start + 11]))
            while place + 5 <= end {
                var entry = Array(bytes[place..<place + 5])
                body(&entry)
                bytes.replaceSubrange(place..<place + 5, with: entry)
                place += 5 + (Int(entry[3] & 0x0F) << 8 | Int(entry[4]))
            }
            let checksum = MPEGCRC32.checksum(bytes[start..<end])
            for byte in 0..<4 { bytes[end + byte] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * byte)) }
            packets[index].bytes = bytes
        }
    }
}
