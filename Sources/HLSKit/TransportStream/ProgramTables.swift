/// The program association table: which programs there are, and on which PID each has its map (ISO/IEC 13818-1 2.4.4.3).
struct ProgramAssociation: Equatable {
    static let tableID: UInt8 = 0x00

    var transportStreamID: UInt16 = 1
    /// The programs of one section; number 0 stands for the network information table.
    var programs: [Entry]

    struct Entry: Equatable {
        var number: UInt16
        var mapPID: UInt16
    }

    init(programs: [Entry]) {
        self.programs = programs
    }

    init(_ section: Section) {
        transportStreamID = section.idExtension
        let body = section.body
        programs = stride(from: 0, to: body.count - 3, by: 4).map { at in
            Entry(number: body.pair(at: at), mapPID: body.pair(at: at + 2) & 0x1FFF)
        }
    }

    var section: Section {
        let body = programs.flatMap { Section.pair($0.number) + Section.pair(0xE000 | $0.mapPID) }
        return Section(tableID: Self.tableID, idExtension: transportStreamID, body: body)
    }
}

/// A program map table: the streams of a program (ISO/IEC 13818-1 2.4.4.8).
struct ProgramMap: Equatable {
    static let tableID: UInt8 = 0x02

    var programNumber: UInt16 = 1
    /// The PID whose packets carry the clock; 0x1FFF when none does.
    var clockPID: UInt16
    var descriptors: [Descriptor] = []
    var streams: [Stream]

    struct Stream: Equatable {
        var type: UInt8
        var pid: UInt16
        var descriptors: [Descriptor] = []
    }

    init(clockPID: UInt16, streams: [Stream]) {
        self.clockPID = clockPID
        self.streams = streams
    }

    /// Reads the table; nil when its lengths do not fit.
    init?(_ section: Section) {
        let body = section.body
        guard body.count >= 4 else { return nil }
        programNumber = section.idExtension
        clockPID = body.pair(at: 0) & 0x1FFF
        var at = 4 + Int(body.pair(at: 2) & 0xFFF)
        guard at <= body.count else { return nil }
        descriptors = Descriptor.read(body.span.extracting(4..<at))
        streams = []
        while at + 5 <= body.count {
            let end = at + 5 + Int(body.pair(at: at + 3) & 0xFFF)
            guard end <= body.count else { return nil }
            streams.append(
                Stream(
                    type: body[at],
                    pid: body.pair(at: at + 1) & 0x1FFF,
                    descriptors: Descriptor.read(body.span.extracting(at + 5..<end))
                )
            )
            at = end
        }
    }

    var section: Section {
        var body = Section.pair(0xE000 | clockPID) + Self.list(descriptors)
        for stream in streams {
            body.append(stream.type)
            body += Section.pair(0xE000 | stream.pid) + Self.list(stream.descriptors)
        }
        return Section(tableID: Self.tableID, idExtension: programNumber, body: body)
    }

    private static func list(_ descriptors: [Descriptor]) -> [UInt8] {
        var bytes: [UInt8] = []
        for descriptor in descriptors { descriptor.write(to: &bytes) }
        return Section.pair(0xF000 | UInt16(truncatingIfNeeded: bytes.count)) + bytes
    }
}

extension [UInt8] {
    /// The big-endian number of two bytes at an offset that is known to be inside.
    func pair(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }
}
