import HLSKit
import TestSupport
import Testing

@Suite("Clocks of transport streams")
struct TransportStreamClockTests {
    private static let wrap: Int64 = 1 << 33

    /// Pictures at given times; a clock reference in front of each, unless told otherwise.
    private func read(
        _ times: [(pts: Int64, dts: Int64, clock: Int64?)],
        configuration: TransportStreamDemuxer.Configuration = .init()
    ) -> DemuxedStream {
        DemuxedStream(configuration: configuration) { stream in
            stream.association()
            stream.map([(0x1B, 0x100)])
            for (number, time) in times.enumerated() {
                let unit = SampleUnits.h264(number: number, isKey: number % 10 == 0, length: 20)
                let mask = Self.wrap - 1
                let pes = StreamBuilder.pes(unit, pts: time.pts & mask, dts: time.dts & mask)
                stream.pesPacket(0x100, pes, clock: time.clock.map { $0 & mask })
            }
        }
    }

    private func steady(_ count: Int, from start: Int64 = 90_000) -> [(pts: Int64, dts: Int64, clock: Int64?)] {
        (0..<count).map { start + Int64($0) * 3_600 }.map { ($0 + 3_600, $0, $0 - 18_000) }
    }

    @Test("times go on over any number of wraps")
    func wraps() {
        // Eleven hours a step: two wraps and a half.
        let step: Int64 = 11 * 3_600 * 90_000
        let times = (0..<7).map { Int64($0) * step }.map { (pts: $0 + 7_200, dts: $0 + 3_600, clock: Optional($0)) }
        let read = read(times)
        #expect(read.units.map(\.dts?.ticks) == times.map(\.dts))
        #expect(read.units.map(\.pts?.ticks) == times.map(\.pts))
    }

    @Test("a PTS may wrap before its DTS")
    func earlyWrap() {
        let times = steady(6, from: Self.wrap - 3_600)
        let read = read(times)
        #expect(read.problems == [])
        #expect(read.units.map(\.dts?.ticks) == times.map(\.dts))
        #expect(read.units.map(\.pts?.ticks) == times.map(\.pts))
    }

    @Test("references are told on demand")
    func references() {
        var configuration = TransportStreamDemuxer.Configuration()
        configuration.reportsClock = true
        let read = read(steady(4, from: Self.wrap), configuration: configuration)
        let clocks = read.events.compactMap { if case .clock(let clock) = $0.kind { clock.time.ticks } else { nil } }
        #expect(clocks == steady(4, from: Self.wrap).map(\.clock))
    }

    @Test("a late reference, a jump and a step back are told with their places")
    func lateAndJumping() {
        var times = steady(30)
        for index in 5..<9 { times[index].clock = nil }
        for index in 15..<30 {
            times[index] = (
                times[index].pts + 9_000_000, times[index].dts + 9_000_000, times[index].clock.map { $0 + 9_000_000 }
            )
        }
        let read = read(times)
        #expect(
            read.kinds == [
                .clockLate(interval: MediaTime(ticks: 18_000)),
                .clockJump(by: MediaTime(ticks: 9_003_600)),
                .timestampJump(from: MediaTime(ticks: 140_400), to: MediaTime(ticks: 9_144_000)),
            ]
        )
        #expect(read.problems.map(\.indicator) == ["2.3a", "2.3b", nil])
        #expect(self.read(steady(3) + steady(3)).problems.map(\.indicator).contains("2.3b"))
    }

    @Test("a program without clock is told once")
    func noClock() {
        let times = steady(40).map { (pts: $0.pts, dts: $0.dts, clock: Int64?.none) }
        #expect(read(times).kinds == [.clockMissing])
        let none = DemuxedStream { stream in
            stream.association()
            stream.map([(0x1B, 0x100)], clock: 0x1FFF)
        }
        #expect(none.problems == [.init(kind: .clockMissing, offset: 188, pid: 0x1000)])
        #expect(none.problems.first?.indicator == "2.3a")
    }

    @Test("data that comes after its DTS is told")
    func lateData() {
        var times = steady(4)
        times[2].clock = times[2].dts + 100
        times[3].clock = times[3].dts + 200
        #expect(read(times).kinds.contains(.dataAfterDecodingTime(by: MediaTime(ticks: 100))))
    }

    @Test("timestamps that are late, do not rise, or lie before decoding are told")
    func timestamps() {
        var times = steady(4)
        times[1].pts = times[1].dts - 10
        times[2].dts = times[1].dts
        let read = read(times)
        #expect(read.kinds.contains(.presentationBeforeDecoding(by: MediaTime(ticks: 10))))
        #expect(
            read.kinds.contains(.decodingTimeNotRising(from: MediaTime(ticks: 93_600), to: MediaTime(ticks: 93_600)))
        )
        let slow = (0..<3).map { Int64($0) * 90_000 + 90_000 }.map { (pts: $0, dts: $0, clock: Optional($0 - 9_000)) }
        #expect(self.read(slow).problems.filter { $0.indicator == "2.5" }.count == 2)
    }

    @Test("a stream that does not come any more is told")
    func missingStream() {
        let read = DemuxedStream { stream in
            stream.association()
            stream.map([(0x1B, 0x100), (0x0F, 0x101)])
            stream.pesPacket(0x101, StreamBuilder.pes(SampleUnits.adts(length: 10), pts: 90_000, id: 0xC0))
            stream.pictures(0..<200)
        }
        #expect(read.problems.filter { $0.indicator == "1.6" }.map(\.pid) == [0x101])
    }

    @Test("references are measured against a constant bit rate on demand")
    func accuracy() {
        var configuration = TransportStreamDemuxer.Configuration()
        // Two packets each 40 ms.
        configuration.constantBitRate = 2 * 188 * 8 * 25
        var stream = StreamBuilder.video()
        for number in 0..<6 {
            let clock = 90_000 + Int64(number) * 3_600 + (number == 4 ? 1 : 0)
            stream.packet(0x100, [], clock: clock)
            stream.packet(0x1FFF, [0])
        }
        let read = DemuxedStream(stream.bytes, configuration: configuration)
        #expect(read.kinds == [.clockInaccuracy(ticks: 300), .clockInaccuracy(ticks: -300)])
        #expect(read.problems.first?.indicator == "2.4")
        #expect(DemuxedStream(stream.bytes).kinds == [])
    }
}
