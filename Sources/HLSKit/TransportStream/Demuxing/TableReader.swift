/// Reads the sections of one PID and supervises how often they come.
struct TableReader: Sendable {
    let pid: UInt16
    let table: TransportStreamEvent.Table
    var counter = ContinuityCounter()
    var assembler = SectionAssembler()
    /// When a section came last, by the clock of the program that it belongs to.
    private var last: MediaTime?

    /// The longest time between two repetitions (ETSI TR 101 290 5.2.1, indicators 1.3 and 1.5).
    private static let greatestInterval = MediaTime(ticks: 45_000)

    init(pid: UInt16, table: TransportStreamEvent.Table) {
        self.pid = pid
        self.table = table
    }

    /// The table that a section on this PID has.
    func accepts(tableID: UInt8) -> Bool {
        switch table {
        case .programAssociation: tableID == ProgramAssociation.tableID
        case .programMap: tableID == ProgramMap.tableID
        case .conditionalAccess: tableID == 0x01
        // Others of the family, and the tables of SDT and BAT for other streams, share these PIDs.
        case .serviceDescription, .spliceInformation: true
        }
    }

    /// Notes that a section came; tells how long that took when it is too long.
    mutating func lateness(now: MediaTime?) -> MediaTime? {
        defer { last = now }
        guard let last, let now, now - last > Self.greatestInterval else { return nil }
        return now - last
    }

    /// Takes the next packet as it comes.
    mutating func reset() {
        counter.reset()
        assembler.reset()
        last = nil
    }

    /// The clock was set anew.
    mutating func restartTimer() {
        last = nil
    }
}
