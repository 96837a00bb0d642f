/// Keeps the packets that come before the program map that tells what they are, up to a limit.
struct EarlyPackets: Sendable {
    private let limit: Int
    private(set) var bytes: [UInt8] = []
    private(set) var offsets: [Int] = []
    /// False when nothing more is expected, or too much came.
    private var isOpen = true
    private var readings = 0
    /// A stream whose maps change all the time must not have the same packets read again for ever.
    private static let greatestReadings = 64

    init(limit: Int) {
        self.limit = limit
    }

    mutating func append(_ packet: Span<UInt8>, offset: Int) {
        guard isOpen else { return }
        guard bytes.count + packet.count <= limit else { return close() }
        bytes.append(packet)
        offsets.append(offset)
    }

    /// Takes the packets out; packets whose PIDs still mean nothing can be put in again.
    mutating func takeAll() -> (bytes: [UInt8], offsets: [Int]) {
        defer {
            bytes = []
            offsets = []
            readings += 1
            if readings > Self.greatestReadings { isOpen = false }
        }
        return (bytes, offsets)
    }

    mutating func close() {
        isOpen = false
        bytes = []
        offsets = []
    }
}
