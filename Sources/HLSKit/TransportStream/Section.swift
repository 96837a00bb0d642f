/// A section of a table, in the long form that ends with a CRC (ISO/IEC 13818-1 2.4.4.11).
struct Section: Equatable {
    var tableID: UInt8
    /// `table_id_extension`: the transport stream's or the program's number.
    var idExtension: UInt16
    var version: UInt8 = 0
    /// False for a table that is not in force yet.
    var isCurrent = true
    var number: UInt8 = 0
    var lastNumber: UInt8 = 0
    /// What stands between the header and the CRC.
    var body: [UInt8]

    /// The bytes up to and with `section_length`.
    static let startLength = 3
    private static let headerLength = 8
    private static let checksumLength = 4

    init(tableID: UInt8, idExtension: UInt16, body: [UInt8]) {
        self.tableID = tableID
        self.idExtension = idExtension
        self.body = body
    }

    /// Reads a whole section.
    ///
    /// - Returns: Nil when it is too short for a long section. Its CRC has been checked before.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.headerLength + Self.checksumLength, bytes[1] & 0x80 != 0 else { return nil }
        tableID = bytes[0]
        idExtension = UInt16(bytes[3]) << 8 | UInt16(bytes[4])
        version = bytes[5] >> 1 & 0x1F
        isCurrent = bytes[5] & 1 != 0
        number = bytes[6]
        lastNumber = bytes[7]
        body = Array(bytes[Self.headerLength..<bytes.count - Self.checksumLength])
    }

    /// The bytes with their header and CRC.
    var bytes: [UInt8] {
        let length = UInt16(truncatingIfNeeded: Self.headerLength - Self.startLength + body.count + Self.checksumLength)
        var bytes = [tableID] + Self.pair(0xB000 | length) + Self.pair(idExtension)
        bytes += [0xC0 | version << 1 | (isCurrent ? 1 : 0), number, lastNumber]
        bytes += body
        let crc = MPEGCRC32.checksum(bytes)
        return bytes + Self.pair(UInt16(crc >> 16)) + Self.pair(UInt16(crc & 0xFFFF))
    }

    static func pair(_ value: UInt16) -> [UInt8] {
        [UInt8(value >> 8), UInt8(value & 0xFF)]
    }
}
