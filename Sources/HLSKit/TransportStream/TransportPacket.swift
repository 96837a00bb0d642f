/// The fixed numbers of transport stream packets (ISO/IEC 13818-1 2.4.3.2).
public enum TransportPacket {
    /// The bytes of a packet.
    public static let byteCount = 188
    /// The first byte of every packet.
    public static let syncByte: UInt8 = 0x47
    /// The bytes of the header that every packet has.
    static let headerLength = 4
    /// The bytes behind the header.
    static let bodyLength = byteCount - headerLength
    /// The distances that packets can have: bare, with a timestamp of four bytes (M2TS), with 16 bytes of parity.
    static let strides = [188, 192, 204]
    /// The PID of the program association table.
    static let programAssociationPID: UInt16 = 0
    /// The PID of the conditional access table.
    static let conditionalAccessPID: UInt16 = 1
    /// The PID of the service description table (ETSI EN 300 468 5.1.3).
    static let servicePID: UInt16 = 0x11
    /// The PID of packets that hold nothing.
    static let nullPID: UInt16 = 0x1FFF
    /// The number of PIDs.
    static let pidCount = 0x2000
    /// The PIDs that a program may use for its own streams.
    static let assignablePIDs: ClosedRange<UInt16> = 0x10...0x1FFE
}
