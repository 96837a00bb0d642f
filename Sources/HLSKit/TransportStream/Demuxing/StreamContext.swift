/// What a stream reader needs of the demuxer while it handles one packet.
struct StreamContext: Sendable {
    /// Where access units and events go.
    var outputs: [TransportStreamOutput] = []
    /// Where the packet begins: bytes from the start of the stream.
    var offset = 0
    /// `random_access_indicator` of the packet.
    var isRandomAccess = false
    /// The clock of the program that the stream belongs to.
    var clock = ProgramClock()
    /// The most bytes of an access unit.
    var greatestUnit = 0

    /// Whether there were packets at all.
    var hasPackets = false

    mutating func report(_ kind: TransportStreamEvent.Kind, pid: UInt16?, offset: Int? = nil) {
        outputs.append(.event(TransportStreamEvent(kind: kind, offset: offset ?? self.offset, pid: pid)))
    }
}
