/// A service description table: the names of the programs (ETSI EN 300 468 5.2.3).
struct ServiceDescription: Equatable {
    /// The table that describes the stream that it stands in.
    static let tableID: UInt8 = 0x42
    private static let serviceTag: UInt8 = 0x48

    var services: [TransportStreamService]

    init(_ section: Section) {
        let body = section.body
        services = []
        var at = 3  // original_network_id, reserved
        while at + 5 <= body.count {
            let end = at + 5 + Int(body.pair(at: at + 3) & 0xFFF)
            guard end <= body.count else { return }
            let descriptors = Descriptor.read(body.span.extracting(at + 5..<end))
            if let descriptor = descriptors.first(where: { $0.tag == Self.serviceTag }) {
                services.append(Self.service(body.pair(at: at), descriptor.bytes))
            }
            at = end
        }
    }

    private static func service(_ number: UInt16, _ bytes: [UInt8]) -> TransportStreamService {
        // service_type, then two texts with a length of a byte each
        let provider = text(in: bytes, at: 1)
        let name = text(in: bytes, at: 2 + provider.count)
        return TransportStreamService(programNumber: number, name: string(name), provider: string(provider))
    }

    private static func text(in bytes: [UInt8], at offset: Int) -> ArraySlice<UInt8> {
        guard bytes.indices.contains(offset) else { return [] }
        return bytes[(offset + 1)...].prefix(Int(bytes[offset]))
    }

    /// Reads a text (annex A): its first byte may name a character table.
    ///
    /// UTF-8, UTF-16, Latin-1 and ASCII are read; what other tables have beyond ASCII becomes U+FFFD.
    private static func string(_ bytes: ArraySlice<UInt8>) -> String {
        guard let first = bytes.first else { return "" }
        switch first {
        case 0x15: return String(decoding: bytes.dropFirst(), as: UTF8.self)
        case 0x11:
            let pairs = Array(bytes.dropFirst())
            let units = stride(from: 0, to: pairs.count - 1, by: 2).map { pairs.pair(at: $0) }
            return String(decoding: units, as: UTF16.self)
        case 0x10:
            let isLatin1 = bytes.dropFirst().prefix(2).elementsEqual([0, 1])
            return characters(bytes.dropFirst(3), isLatin1: isLatin1)
        case 0x00..<0x20: return characters(bytes.dropFirst(first == 0x1F ? 2 : 1), isLatin1: false)
        // Without a table it should be ISO 6937, but is often UTF-8.
        default: return String(validating: bytes, as: UTF8.self) ?? characters(bytes, isLatin1: false)
        }
    }

    private static func characters(_ bytes: ArraySlice<UInt8>, isLatin1: Bool) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes where !(0x80..<0xA0).contains(byte) {
            text.append(byte < 0x80 || isLatin1 ? Unicode.Scalar(byte) : "\u{FFFD}")
        }
        return String(text)
    }
}
