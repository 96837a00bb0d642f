/// The two tables that every segment opens with (ISO/IEC 13818-1 2.4.4).
enum ProgramTables {
    private static let transportStreamID: UInt16 = 1
    private static let programNumber: UInt16 = 1

    /// The section of a program association table with one program (2.4.4.3).
    static func programAssociation(programMapPID: UInt16) -> [UInt8] {
        section(tableID: 0x00, idExtension: transportStreamID, body: pair(programNumber) + pair(0xE000 | programMapPID))
    }

    /// The section of a program map table (2.4.4.8).
    static func programMap(streams: [ElementaryStream], clockPID: UInt16) -> [UInt8] {
        var body = pair(0xE000 | clockPID) + pair(0xF000)
        for stream in streams {
            body.append(stream.streamType)
            body += pair(0xE000 | stream.pid)
            body += pair(0xF000 | UInt16(stream.descriptors.count))
            body += stream.descriptors
        }
        return section(tableID: 0x02, idExtension: programNumber, body: body)
    }

    /// Puts the header that long sections share in front of a body, and the CRC behind it.
    private static func section(tableID: UInt8, idExtension: UInt16, body: [UInt8]) -> [UInt8] {
        // From behind the length field: five bytes of header, the body, four bytes of CRC.
        let length = UInt16(5 + body.count + 4)
        var bytes = [tableID] + pair(0xB000 | length) + pair(idExtension)
        bytes += [0xC1, 0x00, 0x00]  // version 0, current, section 0 of 0
        bytes += body
        let crc = MPEGCRC32.checksum(bytes)
        return bytes + pair(UInt16(crc >> 16)) + pair(UInt16(crc & 0xFFFF))
    }

    private static func pair(_ value: UInt16) -> [UInt8] {
        [UInt8(value >> 8), UInt8(value & 0xFF)]
    }
}
