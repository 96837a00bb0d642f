/// Stands in for the decryptor of the library, whose cipher needs no fuzzing.
struct SegmentDecryptor {
    static let blockBytes = 16

    enum Ending {
        case good
        case incomplete
        case wrongPadding
    }

    init(key: [UInt8], vector: [UInt8]) {}

    mutating func push(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }

    mutating func finish() -> (bytes: [UInt8], ending: Ending) { ([], .good) }
}
