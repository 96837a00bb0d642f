import HLSKit
import TestSupport

/// What a demuxer makes of a built stream.
struct DemuxedStream {
    var outputs: [TransportStreamOutput]

    init(_ bytes: [UInt8], configuration: TransportStreamDemuxer.Configuration = .init()) {
        outputs = TransportStreamProperties.outputs(of: bytes, configuration: configuration)
    }

    init(configuration: TransportStreamDemuxer.Configuration = .init(), _ build: (inout StreamBuilder) -> Void) {
        var builder = StreamBuilder()
        build(&builder)
        self.init(builder.bytes, configuration: configuration)
    }

    var units: [AccessUnit] { TransportStreamProperties.units(outputs) }
    var events: [TransportStreamEvent] { TransportStreamProperties.events(outputs) }
    /// What is wrong with the stream.
    var problems: [TransportStreamEvent] { events.filter { $0.severity > .information } }
    var kinds: [TransportStreamEvent.Kind] { problems.map(\.kind) }
}

extension StreamBuilder {
    /// A stream of one video that begins with its tables.
    static func video(type: UInt8 = 0x1B) -> StreamBuilder {
        var builder = StreamBuilder()
        builder.association()
        builder.map([(type, 0x100)])
        return builder
    }

    /// Appends pictures 40 ms apart, each with a clock reference.
    mutating func pictures(_ numbers: Range<Int>, pid: UInt16 = 0x100, from start: Int64 = 90_000, offset: Int64 = 0) {
        for number in numbers {
            let time = start + Int64(number) * 3_600
            let unit = SampleUnits.h264(number: number, isKey: number % 10 == 0, length: 300)
            pesPacket(pid, Self.pes(unit, pts: time), clock: time - 18_000 + offset)
        }
    }
}
