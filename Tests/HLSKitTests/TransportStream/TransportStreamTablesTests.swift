import HLSKit
import TestSupport
import Testing

@Suite("Tables of transport streams")
struct TransportStreamTablesTests {
    @Test("a section over several packets is read", arguments: [1, 5, 20, 100])
    func longSections(room: Int) {
        let read = DemuxedStream { stream in
            stream.association()
            stream.map([(0x1B, 0x100)], descriptors: [0x80, 200] + [UInt8](repeating: 7, count: 200), room: room)
            stream.pictures(0..<2)
        }
        #expect(read.problems == [])
        #expect(read.units.count == 2)
    }

    @Test("two sections in one packet are read")
    func twoSections() {
        let read = DemuxedStream { stream in
            stream.association([(1, 0x1000), (2, 0x1000)])
            let maps = [(UInt16(1), UInt8(0x1B), UInt8(1)), (2, 0x0F, 2)].flatMap { number, type, pid in
                StreamBuilder.table(2, extension: number, [0xE1, pid, 0xF0, 0, type, 0xE1, pid, 0xF0, 0])
            }
            stream.packet(0x1000, [0] + maps, startsUnit: true)
        }
        let programs = read.events.compactMap { if case .program(let program) = $0.kind { program } else { nil } }
        #expect(programs.map(\.number) == [1, 2])
        #expect(programs.flatMap(\.streams).map(\.codec) == [.h264, .aac])
        #expect(read.problems == [])
    }

    @Test("packets in front of the tables are read when these come")
    func lateTables() {
        var stream = StreamBuilder()
        stream.pictures(0..<3)
        let place = stream.offset
        stream.association()
        stream.map([(0x1B, 0x100)])
        stream.pictures(3..<5)
        let read = DemuxedStream(stream.bytes)
        #expect(read.units.count == 5)
        #expect(read.units.first?.offset == 0)
        #expect(read.events.first { if case .programs = $0.kind { true } else { false } }?.offset == place)
        var configuration = TransportStreamDemuxer.Configuration()
        configuration.maximumEarlyBytes = 188
        #expect(DemuxedStream(stream.bytes, configuration: configuration).units.count == 2)
    }

    @Test("a map that changes ends what is gone and begins what is new")
    func changedMap() {
        let read = DemuxedStream { stream in
            stream.association()
            stream.map([(0x1B, 0x100)])
            stream.pictures(0..<2)
            stream.map([(0x1B, 0x100), (0x0F, 0x101)], version: 1)
            stream.pictures(2..<4)
            stream.pesPacket(0x101, StreamBuilder.pes(SampleUnits.adts(length: 50), pts: 104_400, id: 0xC0))
            stream.map([(0x1B, 0x102)], clock: 0x102, version: 2)
            stream.pictures(4..<6, pid: 0x102)
        }
        #expect(read.problems == [])
        #expect(read.units.filter { $0.codec == .h264 }.map(\.pid) == [0x100, 0x100, 0x100, 0x100, 0x102, 0x102])
        #expect(read.units.filter { $0.codec == .aac }.count == 1)
        let versions = read.events.compactMap {
            if case .program(let program) = $0.kind { program.version } else { nil }
        }
        #expect(versions == [0, 1, 2])
    }

    @Test("one program of several is read, by its place or number")
    func programs() {
        var stream = StreamBuilder()
        stream.association([(0, 0x10), (5, 0x1000), (7, 0x1001)])
        stream.map([(0x1B, 0x100)], program: 5)
        stream.map([(0x1B, 0x200)], program: 7, pid: 0x1001, clock: 0x200)
        for number in 0..<4 {
            stream.pictures(number..<number + 1)
            stream.pictures(number..<number + 1, pid: 0x200, from: 5_000_000)
        }
        func pids(_ selection: TransportStreamDemuxer.ProgramSelection) -> Set<UInt16> {
            var configuration = TransportStreamDemuxer.Configuration()
            configuration.program = selection
            let read = DemuxedStream(stream.bytes, configuration: configuration)
            #expect(read.problems == [])
            return Set(read.units.map(\.pid))
        }
        #expect(pids(.all) == [0x100, 0x200])
        #expect(pids(.first) == [0x100])
        #expect(pids(.number(7)) == [0x200])
        #expect(pids(.number(9)) == [])
    }

    @Test(
        "names of programs are read, in their alphabets",
        arguments: [
            (Array("Erstes".utf8), "Erstes"), ([0x15] + Array("第一".utf8), "第一"), ([0x11, 0x7B, 0x2C], "第"),
            ([0x10, 0, 1, 0xE9], "é"), ([0x05, 0x41, 0xE9], "A\u{FFFD}"), (Array("Ü".utf8), "Ü"), ([], ""),
        ]
    )
    func services(bytes: [UInt8], name: String) {
        let provider = Array("P".utf8)
        let descriptor = [1, UInt8(provider.count)] + provider + [UInt8(bytes.count)] + bytes
        let body =
            [0, 1, 0xFF, 0, 1, 0xFC, 0x80, UInt8(descriptor.count + 2), 0x48, UInt8(descriptor.count)] + descriptor
        let read = DemuxedStream { $0.section(0x11, StreamBuilder.table(0x42, extension: 1, body)) }
        let services = read.events.compactMap { if case .service(let service) = $0.kind { service } else { nil } }
        #expect(services.map(\.name) == [name])
        #expect(services.map(\.provider) == ["P"])
        #expect(services.map(\.programNumber) == [1])
    }

    @Test("sections that do not fit their CRC, or stand in the wrong place, are told")
    func brokenSections() {
        let read = DemuxedStream { stream in
            stream.association()
            var section = StreamBuilder.table(2, extension: 1, [0xE1, 0, 0xF0, 0])
            section[section.count - 1] ^= 1
            stream.section(0x1000, section)
            stream.section(0, StreamBuilder.table(2, extension: 1, [0xE1, 0, 0xF0, 0]))
            stream.section(1, StreamBuilder.table(0, extension: 1, []))
            stream.section(0x1000, StreamBuilder.table(2, extension: 1, [0xE1, 0, 0xF0, 200]))
            stream.packet(0x1000, [200, 2, 3], startsUnit: true)
        }
        #expect(
            read.kinds == [
                .checksumError(.programMap), .unexpectedSection(.programAssociation, tableID: 2),
                .unexpectedSection(.conditionalAccess, tableID: 0), .invalidSection(.programMap),
                .invalidSection(.programMap), .tableMissing(.programMap),
            ]
        )
        #expect(read.problems.map(\.indicator) == ["2.2", "1.3", "2.6", nil, nil, "1.5"])
    }

    @Test("a PID that is used twice or reserved is told")
    func conflicts() {
        let read = DemuxedStream { stream in
            stream.association([(1, 0x1000), (2, 0x0001)])
            stream.map([(0x1B, 0x100), (0x0F, 0x100), (0x0F, 0x1000), (0x0F, 0x1FFF)])
        }
        #expect(read.kinds == Array(repeating: .conflictingPID, count: 4))
    }

    @Test("tables that are not there, or late, are told")
    func missingTables() {
        let none = DemuxedStream { $0.pictures(0..<2) }
        #expect(none.kinds == [.tableMissing(.programAssociation)])
        var stream = StreamBuilder.video()
        stream.pictures(0..<20)
        stream.association()
        stream.map([(0x1B, 0x100)])
        let late = DemuxedStream(stream.bytes)
        // The clock came first behind the first tables.
        #expect(late.problems == [])
        stream.pictures(20..<40)
        let second = stream.offset
        stream.association()
        stream.map([(0x1B, 0x100)])
        let interval = MediaTime(ticks: 20 * 3_600)
        #expect(
            DemuxedStream(stream.bytes).problems == [
                .init(kind: .tableLate(.programAssociation, interval: interval), offset: second, pid: 0),
                .init(kind: .tableLate(.programMap, interval: interval), offset: second + 188, pid: 0x1000),
            ]
        )
    }

    @Test("what a private stream is, its descriptors tell")
    func privateStreams() {
        let kinds: [([UInt8], ElementaryStream.Codec)] = [
            ([0x6A, 0], .ac3), ([0x7A, 0], .enhancedAC3), ([5, 4] + Array("Opus".utf8), .opus),
            ([5, 4] + Array("HEVC".utf8), .hevc), ([0x59, 0], .other(streamType: 6)),
        ]
        for (descriptors, codec) in kinds {
            let body = [0xE1, 0, 0xF0, 0, 6, 0xE1, 0, 0xF0, UInt8(descriptors.count)] + descriptors
            let read = DemuxedStream { stream in
                stream.association()
                stream.section(0x1000, StreamBuilder.table(2, extension: 1, body))
            }
            let programs = read.events.compactMap { if case .program(let program) = $0.kind { program } else { nil } }
            #expect(programs.first?.streams.map(\.codec) == [codec])
        }
    }

    @Test("splice information is given out section by section")
    func splices() {
        let section = StreamBuilder.table(0xFC, extension: 0, [UInt8](repeating: 3, count: 300))
        let read = DemuxedStream { stream in
            stream.association()
            stream.map([(0x1B, 0x100), (0x86, 0x200)])
            stream.section(0x200, section)
            stream.pictures(0..<1)
        }
        #expect(read.problems == [])
        #expect(read.units.first { $0.codec == .spliceInformation }?.payload == section)
    }
}
