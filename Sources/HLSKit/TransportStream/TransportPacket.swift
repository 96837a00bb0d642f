/// The fixed numbers of transport stream packets (ISO/IEC 13818-1 2.4.3.2).
public enum TransportPacket {
    /// The bytes of a packet.
    public static let byteCount = 188
    /// The first byte of every packet.
    public static let syncByte: UInt8 = 0x47
    /// The bytes of the header that every packet has.
    static let headerLength = 4
    /// The PID of the program association table.
    static let programAssociationPID: UInt16 = 0
    /// The PIDs that a program may use for its own streams.
    static let assignablePIDs: ClosedRange<UInt16> = 0x10...0x1FFE
}
