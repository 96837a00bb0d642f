import HLSKit
import TestSupport
import Testing

@Suite("Packets of transport streams")
struct TransportStreamPacketTests {
    private static let sample: [UInt8] = {
        let sample = TransportStreamCase("", [.h264, .aac], start: 90_000)
        return ((try? sample.segments()) ?? []).flatMap { $0 }
    }()

    private func packets() -> [[UInt8]] {
        stride(from: 0, to: Self.sample.count, by: 188).map { Array(Self.sample[$0..<$0 + 188]) }
    }

    @Test(
        "packets with a timestamp in front, or parity behind, are recognised",
        arguments: [(192, 4, 0), (204, 0, 16)]
    )
    func strides(stride: Int, front: Int, back: Int) {
        var random = SeededGenerator(seed: 1)
        let bytes = packets().flatMap { random.bytes(front) + $0 + random.bytes(back) }
        let plain = DemuxedStream(Self.sample)
        let read = DemuxedStream(bytes)
        #expect(read.units.map(\.payload) == plain.units.map(\.payload))
        #expect(read.events.first?.kind == .packets(stride: stride))
        #expect(read.problems == [])
        #expect(read.units.allSatisfy { bytes[$0.offset] == 0x47 })
        // The same packets, pushed bit by bit.
        let chunked = TransportStreamProperties.outputs(of: bytes, chunks: [3, 200, 1])
        #expect(chunked == read.outputs)
    }

    @Test("garbage in front, between and behind is skipped and counted", arguments: [1, 7, 187, 189, 1_000, 100_000])
    func garbage(length: Int) {
        var random = SeededGenerator(seed: UInt64(length))
        let packets = packets()
        let junk = random.bytes(length)
        let middle = packets.count / 2
        let bytes = junk + packets[..<middle].joined() + junk + packets[middle...].joined() + junk
        let read = DemuxedStream(bytes)
        let skipped = read.events.compactMap { if case .syncLoss(let count) = $0.kind { count } else { nil } }
        #expect(skipped == [length, length, length])
        let places = read.events.filter { if case .syncLoss = $0.kind { true } else { false } }.map(\.offset)
        #expect(places == [0, length + middle * 188, length + packets.count * 188 + length])
        #expect(read.units.count == DemuxedStream(Self.sample).units.count)
        #expect(read.problems.allSatisfy { $0.indicator == "1.1" })
    }

    @Test("one wrong sync byte costs one packet")
    func wrongSyncByte() {
        var bytes = Self.sample
        bytes[188 * 20] = 0x48
        let read = DemuxedStream(bytes)
        #expect(read.problems.first == TransportStreamEvent(kind: .syncByteError, offset: 188 * 20, pid: nil))
        #expect(read.problems.contains { $0.indicator == "1.4" })
        #expect(!read.problems.contains { $0.indicator == "1.1" })
    }

    @Test("one packet alone, and a packet that is cut off")
    func shortStreams() {
        #expect(DemuxedStream(Array(packets()[0])).events.first?.kind == .packets(stride: 188))
        let cut = DemuxedStream(Self.sample + Self.sample.prefix(100))
        #expect(cut.problems.map(\.kind) == [.syncLoss(skippedBytes: 100)])
        #expect(DemuxedStream([]).outputs == [])
        #expect(DemuxedStream([UInt8](repeating: 0, count: 500)).kinds == [.syncLoss(skippedBytes: 500)])
    }

    @Test("a lost packet damages its unit, and is told with its place")
    func lostPacket() throws {
        var stream = StreamBuilder.video()
        stream.pictures(0..<3)
        let start = 188 * 2
        let lost = start + 188
        var bytes = stream.bytes
        bytes.removeSubrange(lost..<lost + 188)
        let read = DemuxedStream(bytes)
        #expect(read.problems == [.init(kind: .continuityError(expected: 1, found: 2), offset: lost, pid: 0x100)])
        #expect(read.problems.first?.indicator == "1.4")
        #expect(read.units.map(\.isDamaged) == [true, false, false])
    }

    @Test("a packet that comes twice is left out; a third time is an error")
    func duplicates() {
        var stream = StreamBuilder.video()
        stream.pictures(0..<1)
        let whole = DemuxedStream(stream.bytes)
        stream.repeatPacket()
        let twice = DemuxedStream(stream.bytes)
        #expect(twice.units == whole.units)
        #expect(twice.kinds == [.duplicatePacket])
        stream.repeatPacket()
        #expect(DemuxedStream(stream.bytes).problems.last?.indicator == "1.4")
    }

    @Test("broken and scrambled packets are told, and are no media")
    func scrambled() {
        var stream = StreamBuilder.video()
        stream.pictures(0..<1)
        let place = stream.offset
        stream.packet(0x100, [1, 2, 3], scrambling: 2)
        stream.packet(0x100, [4, 5, 6], scrambling: 3)
        stream.packet(0x100, [7], hasError: true)
        stream.pictures(1..<3)
        let read = DemuxedStream(stream.bytes)
        #expect(read.problems.first == .init(kind: .scrambled, offset: place, pid: 0x100))
        #expect(read.kinds.filter { $0 == .scrambled }.count == 1)
        #expect(read.problems.contains { $0.kind == .transportError && $0.indicator == "2.1" })
        #expect(read.events.contains { $0.kind == .descrambled })
        #expect(read.problems.last?.kind == .tableMissing(.conditionalAccess))
        #expect(read.problems.last?.indicator == "2.6")
        #expect(read.units.count == 3)
    }

    @Test("a scrambled PES packet is told, and is no media")
    func scrambledPES() {
        var stream = StreamBuilder.video()
        stream.pictures(0..<1)
        stream.pesPacket(0x100, StreamBuilder.pes([0, 0, 1, 9, 1, 2, 3], pts: 93_600, isScrambled: true))
        stream.pictures(2..<3)
        let read = DemuxedStream(stream.bytes)
        #expect(read.kinds == [.scrambled])
        #expect(read.units.count == 2)
    }

    @Test("an announced discontinuity is no error")
    func announcedDiscontinuity() {
        var stream = StreamBuilder.video()
        stream.pictures(0..<2)
        stream.packet(0x100, [], clock: 4_000_000, isDiscontinuity: true, counter: 9)
        for number in 0..<3 {
            let unit = SampleUnits.h264(number: number, isKey: number == 0, length: 10)
            let pes = StreamBuilder.pes(unit, pts: 4_018_000 + Int64(number) * 3_600)
            stream.packet(0x100, Array(pes.prefix(180)), startsUnit: true, counter: UInt8(10 + number))
        }
        let read = DemuxedStream(stream.bytes)
        #expect(read.problems == [])
        #expect(read.events.contains { $0.kind == .announcedDiscontinuity })
        #expect(read.units.count == 5)
    }

    @Test("an adaptation field that is longer than its packet is told")
    func longField() {
        var stream = StreamBuilder.video()
        stream.pictures(0..<1)
        stream.raw([0x47, 0x01, 0x00, 0x30, 200] + [UInt8](repeating: 0, count: 183))
        #expect(DemuxedStream(stream.bytes).kinds == [.invalidAdaptationField])
    }

    @Test("a demuxer goes on behind an end, and takes a marked discontinuity as one")
    func continued() throws {
        let sample = TransportStreamCase("", [.h264, .aac], start: 90_000)
        let segments = try sample.segments()
        var demuxer = TransportStreamDemuxer()
        var outputs: [TransportStreamOutput] = []
        for segment in segments {
            demuxer.push(segment) { outputs.append($0) }
            demuxer.finish { outputs.append($0) }
        }
        #expect(TransportStreamProperties.events(outputs).filter { $0.severity > .information } == [])
        #expect(TransportStreamProperties.units(outputs).count == sample.units.count)
        demuxer.startDiscontinuity { outputs.append($0) }
        for segment in segments { demuxer.push(segment) { outputs.append($0) } }
        demuxer.finish { outputs.append($0) }
        #expect(TransportStreamProperties.events(outputs).filter { $0.severity > .information } == [])
        #expect(TransportStreamProperties.units(outputs).count == sample.units.count * 2)
        #expect(demuxer.byteCount == segments.joined().count * 2)
    }

    @Test("the asynchronous sequence gives out what the demuxer does")
    func sequence() async throws {
        let bytes = Self.sample
        let chunks = AsyncStream<ArraySlice<UInt8>> { continuation in
            for start in stride(from: 0, to: bytes.count, by: 1_000) {
                continuation.yield(bytes[start..<min(bytes.count, start + 1_000)])
            }
            continuation.finish()
        }
        var outputs: [TransportStreamOutput] = []
        for await output in TransportStreamSequence(chunks) { outputs.append(output) }
        #expect(outputs == DemuxedStream(bytes).outputs)
    }

    @Test("what a caller throws comes back to it")
    func throwing() {
        struct Stop: Error {}
        var demuxer = TransportStreamDemuxer()
        #expect(throws: Stop.self) {
            try demuxer.push(Self.sample) { _ throws(Stop) in throw Stop() }
        }
    }
}
