/// A program of the association table, and what is known of it.
struct ProgramState: Sendable {
    let number: UInt16
    let mapPID: UInt16
    /// Whether the configuration chose it.
    let isSelected: Bool
    var clock = ProgramClock()
    /// The last map, nil before the first one.
    var program: TransportStreamProgram?
    /// The section that the map was read from.
    var mapBytes: [UInt8]?

    var clockPID: UInt16? { program?.clockPID }

    /// The PIDs that carry splice information.
    var splicePIDs: [UInt16] {
        (program?.streams ?? []).filter { $0.codec == .spliceInformation }.map(\.pid)
    }

    init(number: UInt16, mapPID: UInt16, isSelected: Bool) {
        self.number = number
        self.mapPID = mapPID
        self.isSelected = isSelected
    }
}

/// Collects the sections of a program association table.
struct AssociationState: Sendable {
    private var version: UInt8?
    private var sections: [UInt8: [ProgramAssociation.Entry]] = [:]
    /// The programs of the last whole table.
    private(set) var entries: [ProgramAssociation.Entry]?

    /// Takes a section.
    ///
    /// - Returns: The programs when the table is whole and another than before.
    mutating func add(_ section: Section) -> [ProgramAssociation.Entry]? {
        guard section.isCurrent else { return nil }
        if section.version != version { sections = [:] }
        version = section.version
        sections[section.number] = ProgramAssociation(section).programs
        sections = sections.filter { $0.key <= section.lastNumber }
        guard sections.count == Int(section.lastNumber) + 1 else { return nil }
        let programs = sections.sorted { $0.key < $1.key }.flatMap(\.value)
        guard programs != entries else { return nil }
        entries = programs
        return programs
    }
}
