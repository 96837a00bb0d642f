import HLSKit
import TestSupport
import Testing

/// Access units come out right however the PES packets lie.
@Suite("Access units of transport streams")
struct AccessUnitTests {
    /// Reads an elementary stream that is cut into PES packets of some length, with a PTS each.
    private func units(of bytes: [UInt8], type: UInt8, packetLength: Int) -> DemuxedStream {
        DemuxedStream { stream in
            stream.association()
            stream.map([(type, 0x100)])
            for (index, start) in stride(from: 0, to: bytes.count, by: packetLength).enumerated() {
                let part = Array(bytes[start..<min(bytes.count, start + packetLength)])
                let time = 90_000 + Int64(index) * 3_600
                stream.pesPacket(0x100, StreamBuilder.pes(part, pts: time), clock: time - 18_000)
            }
        }
    }

    // MARK: H.264

    /// Two pictures that differ in one field of the slice header; false where they are one picture.
    private static let pairs: [(String, SampleUnits.Slice, SampleUnits.Slice, Bool)] = [
        ("another frame number", .init(frameNumber: 1), .init(frameNumber: 2), true),
        ("another order", .init(frameNumber: 1, order: 2), .init(frameNumber: 1, order: 4), true),
        ("IDR or not", .init(refreshID: 0), .init(), true),
        ("another IDR", .init(refreshID: 0), .init(refreshID: 1), true),
        ("reference or not", .init(referenceIDC: 0), .init(referenceIDC: 2), true),
        ("another reference value", .init(referenceIDC: 1), .init(referenceIDC: 2), false),
        ("the next slice", .init(), .init(first: 40), false),
        ("slices out of order", .init(first: 40), .init(first: 0), false),
    ]

    @Test("H.264 pictures without delimiters are told apart", arguments: 0..<pairs.count)
    func withoutDelimiters(index: Int) {
        let (name, first, second, areTwo) = Self.pairs[index]
        let slices = [first, second].map { SampleUnits.h264Slice($0) }
        let head = SampleUnits.joined([SampleUnits.h264SequenceSet(), SampleUnits.h264PictureSet])
        let bytes = head + SampleUnits.joined(slices)
        for length in [1, 7, 50, 10_000] {
            let read = units(of: bytes, type: 0x1B, packetLength: length)
            let expected = areTwo ? [head + SampleUnits.joined([slices[0]]), SampleUnits.joined([slices[1]])] : [bytes]
            #expect(read.units.map(\.payload) == expected, "\(name), packets of \(length)")
            #expect(read.units.allSatisfy { $0.delimiterCount == 0 })
        }
    }

    @Test("the fields of a frame are units of their own")
    func fields() {
        let sets = SampleUnits.joined([SampleUnits.h264SequenceSet(framesOnly: false), SampleUnits.h264PictureSet])
        let slices = [0, 1].map { SampleUnits.h264Slice(.init(refreshID: 0, field: UInt32($0)), framesOnly: false) }
        let read = units(of: sets + SampleUnits.joined(slices), type: 0x1B, packetLength: 10_000)
        #expect(read.units.count == 2)
        guard
            case .format(.video(let format)) = read.events.last(where: {
                if case .format = $0.kind { true } else { false }
            })?.kind
        else {
            Issue.record("no format")
            return
        }
        #expect(format.isInterlaced)
        #expect([format.width, format.height] == [320, 180])
    }

    @Test("parameter sets, delimiters and SEI begin a unit; prefixes go with their slice")
    func beginners() {
        let sets = [SampleUnits.h264SequenceSet(), SampleUnits.h264PictureSet]
        let key = SampleUnits.h264Slice(.init(refreshID: 0))
        let next = SampleUnits.h264Slice(.init(frameNumber: 1, order: 2))
        let sei: [UInt8] = [0x06, 0x06, 0x01, 0xC0, 0x80]
        let prefix: [UInt8] = [0x6E, 0x40, 0x40, 0x80]
        let pictures = [sets + [key], [sei, next], [[0x09, 0xF0]] + sets + [key], [prefix, next]]
        let bytes = pictures.flatMap { SampleUnits.joined($0) }
        let read = units(of: bytes, type: 0x1B, packetLength: 33)
        #expect(read.units.map(\.payload) == pictures.map { SampleUnits.joined($0) })
        // A recovery point is random access, but no refresh.
        #expect(read.units.map(\.isRandomAccess) == [true, true, true, false])
        #expect(read.units.map(\.isInstantaneousRefresh) == [true, false, true, false])
        #expect(read.units.map(\.delimiterCount) == [0, 0, 1, 0])
    }

    @Test("two delimiters in a row are counted")
    func twoDelimiters() {
        let unit = SampleUnits.joined([[0x09, 0xF0]]) + SampleUnits.h264(number: 0, isKey: true, length: 10)
        #expect(units(of: unit, type: 0x1B, packetLength: 1_000).units.map(\.delimiterCount) == [2])
    }

    @Test("a format is told again when the parameter sets change")
    func changedFormat() {
        let slice = SampleUnits.h264Slice(.init(refreshID: 0))
        let bytes = [20, 20, 40].flatMap { width in
            SampleUnits.joined([SampleUnits.h264SequenceSet(width: width), SampleUnits.h264PictureSet, slice])
        }
        let read = units(of: bytes, type: 0x1B, packetLength: 10_000)
        let widths = read.events.compactMap { event -> Int? in
            if case .format(.video(let format)) = event.kind { format.width } else { nil }
        }
        #expect(widths == [320, 640])
        #expect(read.units.count == 3)
    }

    @Test("a format is told even when the stream ended between parameter sets and picture")
    func interruptedFormat() {
        let sets = SampleUnits.joined([SampleUnits.h264SequenceSet(), SampleUnits.h264PictureSet])
        let whole = sets + SampleUnits.joined([SampleUnits.h264Slice(.init(refreshID: 0))])
        var stream = StreamBuilder.video()
        stream.pesPacket(0x100, StreamBuilder.pes(sets, pts: 90_000), clock: 72_000)
        let end = stream.offset
        stream.pesPacket(0x100, StreamBuilder.pes(whole, pts: 93_600), clock: 75_600)
        var demuxer = TransportStreamDemuxer()
        var formats = 0
        func count(_ output: TransportStreamOutput) {
            if case .event(let event) = output, case .format = event.kind { formats += 1 }
        }
        demuxer.push(Array(stream.bytes[..<end]), count)
        demuxer.finish(count)
        #expect(formats == 0)
        demuxer.push(Array(stream.bytes[end...]), count)
        demuxer.finish(count)
        #expect(formats == 1)
    }

    // MARK: Other video

    @Test("HEVC pictures without delimiters are told apart by their first segments", arguments: [1, 13, 100, 10_000])
    func hevc(length: Int) {
        let pictures = (0..<5).map { SampleUnits.hevc(number: $0, isKey: $0 == 0, length: 50, hasDelimiter: false) }
        let read = units(of: pictures.flatMap { $0 }, type: 0x24, packetLength: length)
        #expect(read.units.map(\.payload) == pictures)
        #expect(read.units.map(\.isRandomAccess) == [true, false, false, false, false])
    }

    @Test("the two fields of an MPEG-2 frame are one unit", arguments: [1, 13, 100, 10_000])
    func mpegFields(length: Int) {
        let frames = (0..<3).map { number in
            SampleUnits.mpegVideo(isKey: number == 0, isMPEG2: true, length: 60, structure: 1)
                + SampleUnits.mpegVideo(isKey: false, isMPEG2: true, length: 60, structure: 2)
        }
        let read = units(of: frames.flatMap { $0 }, type: 0x02, packetLength: length)
        #expect(read.units.map(\.payload) == frames)
    }

    // MARK: Sound

    @Test(
        "frames of sound that share and span PES packets come out whole",
        arguments: [
            (ElementaryStream.Codec.aac, UInt8(0x0F)), (.aacLATM, 0x11), (.mpeg1Audio, 0x03), (.ac3, 0x81),
            (.enhancedAC3, 0x87),
        ]
    )
    func spanning(codec: ElementaryStream.Codec, type: UInt8) {
        let frames = (0..<20).map { SampleUnits.unit(codec, number: $0, length: 100 + $0) }
        for length in [1, 50, 333, 100_000] {
            let read = units(of: frames.flatMap { $0 }, type: type, packetLength: length)
            #expect(read.units.map(\.payload) == frames, "packets of \(length)")
        }
    }

    @Test("a PTS belongs to the first frame that begins in its PES packet")
    func soundTimes() {
        let frames = (0..<4).map { _ in SampleUnits.adts(length: 93) }
        let bytes = frames.flatMap { $0 }
        let read = DemuxedStream { stream in
            stream.association()
            stream.map([(0x0F, 0x100)])
            // A frame and a half, then the rest: the second PTS is that of the third frame.
            stream.pesPacket(0x100, StreamBuilder.pes(Array(bytes[..<150]), pts: 90_000, id: 0xC0), clock: 80_000)
            stream.pesPacket(0x100, StreamBuilder.pes(Array(bytes[150...]), pts: 100_000, id: 0xC0))
        }
        #expect(read.units.map(\.pts?.ticks) == [90_000, 91_920, 100_000, 101_920])
        #expect(read.units.allSatisfy { $0.duration?.ticks == 1_920 })
    }

    @Test("an hour of sound with one PTS does not drift")
    func noDrift() throws {
        // 44.1 kHz: a frame lasts 2,089.8 ticks.
        let configuration = try #require(AudioSpecificConfiguration([0x12, 0x10]))
        var frame: [UInt8] = []
        try #require(ADTSHeader(configuration, payloadLength: 1)).write(to: &frame)
        frame.append(0)
        let read = DemuxedStream { stream in
            stream.association()
            stream.map([(0x0F, 0x100)])
            let frames = Array(repeatElement(frame, count: 44_100).joined())
            stream.pesPacket(0x100, StreamBuilder.pes(frames, pts: 0, id: 0xC0), clock: 0)
        }
        let end: Int64 = 44_099 * 1_024 * 90_000 / 44_100
        #expect(read.units.last?.pts?.ticks == end)
    }

    @Test("bytes between frames are left out and told")
    func soundGarbage() {
        let frame = SampleUnits.adts(length: 100)
        let bytes = frame + frame + [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] + frame + frame
        let read = units(of: bytes, type: 0x0F, packetLength: 10_000)
        #expect(read.units.map(\.payload) == [frame, frame, frame, frame])
        #expect(read.kinds == [.skippedData(bytes: 10)])
    }

    @Test("the dependent substreams of Enhanced AC-3 belong to the frame in front of them")
    func dependentSubstreams() {
        let main = SampleUnits.unit(.enhancedAC3, number: 0, length: 100)
        var dependent = main
        dependent[2] |= 0x40
        let read = units(of: main + dependent + main + dependent + main, type: 0x87, packetLength: 90)
        #expect(read.units.map(\.payload) == [main + dependent, main + dependent, main])
    }

    // MARK: PES

    @Test("stuffed headers, bounded lengths and headers over several packets are read", arguments: [1, 3, 10, 40])
    func headers(room: Int) {
        var stream = StreamBuilder.video()
        for number in 0..<4 {
            let unit = SampleUnits.h264(number: number, isKey: number == 0, length: 300)
            let time = 90_000 + Int64(number) * 3_600
            let pes = StreamBuilder.pes(
                unit,
                pts: time + 3_600,
                dts: time,
                stuffing: number * 50,
                isBounded: number > 1
            )
            stream.pesPacket(0x100, pes, clock: time - 18_000, room: room)
        }
        let read = DemuxedStream(stream.bytes)
        #expect(read.problems == [])
        #expect(read.units.map(\.dts?.ticks) == [90_000, 93_600, 97_200, 100_800])
        #expect(read.units.map(\.pts?.ticks) == [93_600, 97_200, 100_800, 104_400])
        #expect(read.units.map(\.payload) == (0..<4).map { SampleUnits.h264(number: $0, isKey: $0 == 0, length: 300) })
    }

    @Test("a PES packet of another length than it says, and one without a start code, are told")
    func brokenPackets() {
        var stream = StreamBuilder.video()
        let unit = SampleUnits.h264(number: 0, isKey: true, length: 100)
        stream.pesPacket(
            0x100,
            Array(StreamBuilder.pes(unit, pts: 90_000, isBounded: true).dropLast(10)),
            clock: 72_000
        )
        stream.pesPacket(0x100, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
        stream.pictures(1..<2)
        let read = DemuxedStream(stream.bytes)
        #expect(read.kinds == [.packetLengthMismatch(expected: unit.count, found: unit.count - 10), .invalidPacket])
    }

    @Test("packets without payload, and data without units, leave the times of what follows right")
    func emptyPackets() {
        let frame = SampleUnits.adts(length: 50)
        let read = DemuxedStream { stream in
            stream.association()
            stream.map([(0x0F, 0x100)])
            for number in 0..<600 {
                let part: [UInt8] = number < 300 ? [] : [1]
                stream.pesPacket(
                    0x100,
                    StreamBuilder.pes(part, pts: 90_000 + Int64(number) * 90, id: 0xC0),
                    clock: 72_000
                )
            }
            stream.pesPacket(0x100, StreamBuilder.pes(frame + frame, pts: 180_000, id: 0xC0), clock: 72_000)
        }
        #expect(read.units.map(\.pts?.ticks) == [180_000, 181_920])
        #expect(read.kinds.reduce(0) { if case .skippedData(let count) = $1 { $0 + count } else { $0 } } == 300)
    }

    @Test("a unit without end is cut where the configuration says")
    func endlessUnit() {
        var configuration = TransportStreamDemuxer.Configuration()
        configuration.maximumUnitBytes = 10_000
        var stream = StreamBuilder.video()
        let unit = SampleUnits.h264(number: 0, isKey: true, length: 50_000)
        stream.pesPacket(0x100, StreamBuilder.pes(unit, pts: 90_000), clock: 80_000)
        stream.pictures(1..<2)
        let read = DemuxedStream(stream.bytes, configuration: configuration)
        #expect(read.kinds.contains { if case .unitTooLong = $0 { true } else { false } })
        #expect(read.units.first?.isDamaged == true)
        #expect(read.units.allSatisfy { $0.payload.count < 11_000 })
    }
}
