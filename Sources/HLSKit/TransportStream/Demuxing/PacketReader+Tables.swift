extension PacketReader {
    /// Takes a packet of a table's PID.
    mutating func takeTablePacket(
        _ header: TransportPacketHeader,
        _ field: AdaptationField?,
        _ payload: Span<UInt8>,
        table: Int
    ) {
        let verdict = tables[table].counter.advance(
            to: header.counter,
            hasPayload: header.hasPayload,
            isDiscontinuity: field?.announcesDiscontinuity ?? false
        )
        if let clock = field?.clock {
            takeClock(clock, pid: header.pid, isDiscontinuity: field?.announcesDiscontinuity ?? false)
        }
        switch verdict {
        case .inOrder: break
        case .repeated:
            context.report(.duplicatePacket, pid: header.pid)
            return
        case .outOfOrder(let expected):
            context.report(.continuityError(expected: expected, found: header.counter), pid: header.pid)
            tables[table].assembler.reset()
        }
        if header.scrambling != 0 {
            if firstScrambled == nil { firstScrambled = (header.pid, context.offset) }
            context.report(.scrambled, pid: header.pid)
            return
        }
        for result in tables[table].assembler.append(payload, startsUnit: header.startsUnit) {
            let kind = tables[table].table
            switch result {
            case .checksumError: context.report(.checksumError(kind), pid: header.pid)
            case .incomplete: context.report(.invalidSection(kind), pid: header.pid)
            case .section(let bytes): takeSection(bytes, table: table)
            }
        }
    }

    private mutating func takeSection(_ bytes: [UInt8], table index: Int) {
        let reader = tables[index]
        guard let tableID = bytes.first else { return }
        guard reader.accepts(tableID: tableID) else {
            return context.report(.unexpectedSection(reader.table, tableID: tableID), pid: reader.pid)
        }
        if reader.table == .spliceInformation { return deliverSplice(bytes, pid: reader.pid) }
        guard let section = Section(bytes) else {
            return context.report(.invalidSection(reader.table), pid: reader.pid)
        }
        switch reader.table {
        case .programAssociation:
            noteArrival(table: index, program: programs.firstIndex { $0.clock.now != nil })
            if let entries = association.add(section) { apply(entries) }
        case .programMap:
            takeProgramMap(section, bytes, table: index)
        case .conditionalAccess:
            hasConditionalAccess = true
        case .serviceDescription:
            takeServices(section)
        case .spliceInformation:
            break
        }
    }

    /// Reports a table that was not repeated in time.
    private mutating func noteArrival(table: Int, program: Int?) {
        let now = program.flatMap { programs[$0].clock.now }
        if let interval = tables[table].lateness(now: now) {
            context.report(.tableLate(tables[table].table, interval: interval), pid: tables[table].pid)
        }
    }

    private mutating func deliverSplice(_ bytes: [UInt8], pid: UInt16) {
        context.outputs.append(
            .accessUnit(
                AccessUnit(
                    pid: pid,
                    codec: .spliceInformation,
                    isRandomAccess: true,
                    isInstantaneousRefresh: true,
                    isMarkedRandomAccess: false,
                    isDamaged: false,
                    delimiterCount: 0,
                    offset: context.offset,
                    payload: bytes
                )
            )
        )
    }

    // MARK: Programs

    /// More programs than this are no multiplex, and are not read.
    private static let greatestPrograms = 512

    private mutating func apply(_ entries: [ProgramAssociation.Entry]) {
        // Number 0 is no program: it tells the PID of the network information table.
        let entries = entries.filter { $0.number != 0 }
        context.report(.programs(entries.map(\.number)), pid: TransportPacket.programAssociationPID)
        var new: [ProgramState] = []
        var numbers: Set<UInt16> = []
        for entry in entries.prefix(Self.greatestPrograms) where numbers.insert(entry.number).inserted {
            guard TransportPacket.assignablePIDs.contains(entry.mapPID) else {
                context.report(.conflictingPID, pid: entry.mapPID)
                continue
            }
            let isSelected =
                switch configuration.program {
                case .all: true
                case .first: new.isEmpty
                case .number(let number): entry.number == number
                }
            let old = programs.first { $0.number == entry.number && $0.mapPID == entry.mapPID }
            var state = ProgramState(number: entry.number, mapPID: entry.mapPID, isSelected: isSelected)
            if let old, old.isSelected == isSelected { state = old }
            new.append(state)
        }
        replacePrograms(by: new)
    }

    /// Ends what belongs to programs that are gone.
    private mutating func replacePrograms(by new: [ProgramState]) {
        var remaining: [StreamReader] = []
        for index in streams.indices {
            let number = programs[streams[index].program].number
            if let program = new.firstIndex(where: { $0.number == number && $0.program != nil }) {
                var stream = streams[index]
                stream.program = program
                remaining.append(stream)
            } else {
                finishStream(index)
            }
        }
        streams = remaining
        programs = new
        let spliceTables = tables.filter { $0.table == .spliceInformation }
        let mapTables = tables.filter { $0.table == .programMap }
        tables.removeAll { $0.table == .programMap || $0.table == .spliceInformation }
        var pids: Set<UInt16> = []
        for program in programs where program.isSelected && pids.insert(program.mapPID).inserted {
            let old = mapTables.first { $0.pid == program.mapPID }
            tables.append(old ?? TableReader(pid: program.mapPID, table: .programMap))
        }
        let splicePIDs = Set(programs.flatMap(\.splicePIDs))
        tables += spliceTables.filter { splicePIDs.contains($0.pid) && !pids.contains($0.pid) }
        assignRoles()
        replayEarlyPackets()
    }

    private mutating func takeProgramMap(_ section: Section, _ bytes: [UInt8], table: Int) {
        let pid = tables[table].pid
        guard section.isCurrent,
            let index = programs.firstIndex(where: {
                $0.number == section.idExtension && $0.mapPID == pid && $0.isSelected
            })
        else { return }
        noteArrival(table: table, program: index)
        guard programs[index].mapBytes != bytes else { return }
        guard let map = ProgramMap(section) else { return context.report(.invalidSection(.programMap), pid: pid) }
        programs[index].mapBytes = bytes
        let program = TransportStreamProgram(map, mapPID: pid, version: section.version)
        guard program != programs[index].program else { return }
        programs[index].program = program
        context.report(.program(program), pid: pid)
        apply(program, index: index)
    }

    private mutating func apply(_ program: TransportStreamProgram, index: Int) {
        var kept: [StreamReader] = []
        let old = streams.indices.filter { streams[$0].program == index }
        var taken = Set(streams.indices.filter { streams[$0].program != index }.map { streams[$0].pid })
        var splices: Set<UInt16> = []
        let fixed = Set(tables.filter { $0.table != .spliceInformation }.map(\.pid))
        for stream in program.streams {
            guard TransportPacket.assignablePIDs.contains(stream.pid), !fixed.contains(stream.pid),
                taken.insert(stream.pid).inserted
            else {
                context.report(.conflictingPID, pid: stream.pid)
                continue
            }
            if stream.codec == .spliceInformation {
                splices.insert(stream.pid)
            } else if let same = old.first(where: { streams[$0].pid == stream.pid && streams[$0].codec == stream.codec }
            ) {
                kept.append(streams[same])
            } else {
                kept.append(StreamReader(pid: stream.pid, codec: stream.codec, program: index))
            }
        }
        for stream in old
        where !kept.contains(where: { $0.pid == streams[stream].pid && $0.codec == streams[stream].codec }) {
            finishStream(stream)
        }
        let isMedia = kept.contains { $0.codec?.isVideo == true || $0.codec?.isAudio == true }
        if program.clockPID == nil, isMedia { context.report(.clockMissing, pid: program.mapPID) }
        let server =
            kept.firstIndex { $0.pid == program.clockPID } ?? kept.firstIndex { $0.codec?.isVideo == true } ?? 0
        for place in kept.indices { kept[place].isServedByClock = place == server && program.clockPID != nil }
        if let clockPID = program.clockPID, !taken.contains(clockPID), !fixed.contains(clockPID) {
            kept.append(StreamReader(pid: clockPID, codec: nil, program: index))
        }
        streams = streams.filter { $0.program != index } + kept
        let left = Set(programs.flatMap(\.splicePIDs))
        tables.removeAll { $0.table == .spliceInformation && !left.contains($0.pid) }
        for pid in splices.sorted() where !tables.contains(where: { $0.pid == pid }) {
            tables.append(TableReader(pid: pid, table: .spliceInformation))
        }
        assignRoles()
        replayEarlyPackets()
        if programs.allSatisfy({ !$0.isSelected || $0.program != nil }) { early.close() }
    }

    // MARK: Names

    private mutating func takeServices(_ section: Section) {
        guard section.tableID == ServiceDescription.tableID, section.isCurrent else { return }
        for service in ServiceDescription(section).services where services[service.programNumber] != service {
            // Sections are not limited in number, but programs are.
            guard services.count < TransportPacket.pidCount else { return }
            services[service.programNumber] = service
            context.report(.service(service), pid: TransportPacket.servicePID)
        }
    }

    // MARK: Ends

    /// Reports tables that never came.
    mutating func reportMissingTables() {
        guard context.hasPackets else { return }
        if association.entries == nil { reportMissing(.programAssociation, pid: TransportPacket.programAssociationPID) }
        for program in programs where program.isSelected && program.program == nil {
            reportMissing(.programMap, pid: program.mapPID)
        }
        if let (pid, offset) = firstScrambled, !hasConditionalAccess {
            reportMissing(.conditionalAccess, pid: pid, offset: offset)
        }
    }

    private mutating func reportMissing(_ table: TransportStreamEvent.Table, pid: UInt16, offset: Int? = nil) {
        guard reportedMissing.insert(table).inserted else { return }
        context.report(.tableMissing(table), pid: pid, offset: offset)
    }
}
