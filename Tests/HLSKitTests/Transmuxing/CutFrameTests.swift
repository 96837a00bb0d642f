import HLSKit
import TestSupport
import Testing

@Suite("Frames of audio that a segment cuts")
struct CutFrameTests {
    /// A stream whose PES packets and segments begin anywhere in frames of audio.
    private struct Stream {
        var segments: [[UInt8]] = []
        var positions: [SegmentTransmuxer.Position] = []
        /// The bytes that the samples of the audio have to have.
        var frames: [[UInt8]] = []
        /// How many of them begin in each segment.
        var counts: [Int] = []
    }

    private static let cases = CMAFCase.allAudio.filter { $0.codec != nil }

    private static func stream(_ sample: CMAFCase, seed: UInt64) throws -> Stream {
        let codec = try #require(sample.codec)
        var generator = SeededGenerator(seed: seed)
        guard case .audio(let format)? = sample.entry.format else { return Stream() }
        var stream = Stream()
        var bytes: [UInt8] = []
        var starts: [Int] = []
        for number in 0..<60 {
            var unit = SampleUnits.unit(codec, number: number, length: Int.random(in: 60...700, using: &generator))
            // Every frame has bytes of its own.
            unit[codec == .aacLATM ? 15 : unit.count - 2] = UInt8(number)
            stream.frames.append(sample.frame(of: unit))
            starts.append(bytes.count)
            bytes += unit
        }
        func time(_ frame: Int) -> Int64 {
            900_000 + (Int64(frame * format.samplesPerUnit) * 90_000 + Int64(format.sampleRate / 2))
                / Int64(format.sampleRate)
        }
        var muxer = try TransportStreamMuxer(
            streams: [ElementaryStream(codec: .h264, pid: 0x100), ElementaryStream(codec: codec, pid: 0x101)]
        )
        muxer.startSegment()
        let key = SampleUnits.h264(number: 0, isKey: true, length: 100)
        try muxer.write(key.span, stream: 0, pts: .zero, dts: .zero, isRandomAccess: true)
        muxer.flush()
        // The association and the map of the program are the first two packets.
        let tables = Array(muxer.takeOutput().prefix(2 * 188))
        var at = 0
        var builder = StreamBuilder()
        var times: [Int64] = []
        while at < bytes.count {
            let end = min(bytes.count, at + Int.random(in: 200...1_500, using: &generator))
            let first = starts.firstIndex { $0 >= at } ?? starts.count
            if times.isEmpty || Int.random(in: 0..<4, using: &generator) == 0, end < bytes.count {
                if !times.isEmpty { stream.segments.append(builder.bytes) }
                builder.removeAll()
                builder.raw(tables)
                let picture = SampleUnits.h264(number: times.count * 10, isKey: true, length: 300)
                builder.pesPacket(0x100, StreamBuilder.pes(picture, pts: time(first)), clock: time(first) - 9_000)
                times.append(time(first))
                stream.counts.append(0)
            }
            let begins = starts.filter { (at..<end).contains($0) }.count
            stream.counts[stream.counts.count - 1] += begins
            let packet = StreamBuilder.pes(
                Array(bytes[at..<end]),
                pts: begins > 0 ? time(first) : nil,
                id: codec.isVideo ? 0xE0 : 0xC0,
                isBounded: true
            )
            builder.pesPacket(0x101, packet)
            at = end
        }
        stream.segments.append(builder.bytes)
        times.append(time(60))
        stream.positions = stream.segments.indices.map { index in
            SegmentTransmuxer.Position(
                number: index,
                start: MediaTime(ticks: times[index] - times[0]),
                duration: MediaTime(ticks: times[index + 1] - times[index])
            )
        }
        return stream
    }

    private static func audio(
        _ output: SegmentTransmuxer.Output
    ) throws -> (samples: [[UInt8]], track: TrackFragment?) {
        let movie = MP4File(output.initializationSection).movie
        let file = MP4File(output.fragment, initialization: movie)
        #expect(file.problems.isEmpty, "\(file.problems)")
        let track = file.fragments.first?.track(2)
        return (track?.samples.map { Array(output.fragment[$0.byteRange]) } ?? [], track)
    }

    @Test("belong to the segment that they begin in, once", arguments: cases, 0..<6 as Range<UInt64>)
    func onceEach(_ sample: CMAFCase, seed: UInt64) throws {
        let stream = try Self.stream(sample, seed: seed)
        let transmuxer = SegmentTransmuxer()
        var samples: [[UInt8]] = []
        var end: Int64?
        for (index, segment) in stream.segments.enumerated() {
            let next = index + 1 < stream.segments.count ? stream.segments[index + 1] : []
            let output = try transmuxer.transmux(segment.span, followedBy: next.span, at: stream.positions[index])
            let (found, track) = try Self.audio(output)
            #expect(found.count == stream.counts[index])
            #expect(!output.endsWithinFrame && output.droppedUnits == 0)
            samples += found
            if let end, let track { #expect(abs(track.startTime - end) <= 1) }
            end = track?.endTime ?? end
        }
        #expect(stream.segments.count > 2)
        #expect(samples == stream.frames)
    }

    @Test("are left out, and reported, where nothing completes them", arguments: cases)
    func leftOut(_ sample: CMAFCase) throws {
        let stream = try Self.stream(sample, seed: 1)
        let transmuxer = SegmentTransmuxer()
        var missing = 0
        for (index, segment) in stream.segments.enumerated() {
            let output = try transmuxer.transmux(segment.span, at: stream.positions[index])
            let count = try Self.audio(output).samples.count
            #expect(count == stream.counts[index] - (output.endsWithinFrame ? 1 : 0))
            if output.endsWithinFrame { missing += 1 }
            // What does not go on with the frame changes nothing.
            for other in [[], [UInt8](repeating: 0x47, count: 1_000), StreamBuilder.video().bytes] {
                let again = try transmuxer.transmux(segment.span, followedBy: other.span, at: stream.positions[index])
                #expect(again.fragment == output.fragment)
                #expect(again.endsWithinFrame == output.endsWithinFrame)
            }
        }
        #expect(missing > 0)
    }

    @Test("are the same from as little of the next segment as has them")
    func prefix() throws {
        let sample = try #require(Self.cases.first)
        let stream = try Self.stream(sample, seed: 2)
        let transmuxer = SegmentTransmuxer()
        for index in 0..<stream.segments.count - 1 {
            let (segment, next, position) = (
                stream.segments[index], stream.segments[index + 1], stream.positions[index]
            )
            let whole = try transmuxer.transmux(segment.span, followedBy: next.span, at: position)
            let head = Array(next.prefix(188 * 24))
            let part = try transmuxer.transmux(segment.span, followedBy: head.span, at: position)
            #expect(whole.fragment == part.fragment)
        }
    }

    @Test("of LATM in front of its configuration are decoded with the one that follows")
    func lateConfiguration() throws {
        // The same configuration as the frame before, a length, and as many bytes.
        var writer = BitWriter()
        writer.write(1, 1)
        writer.write(9, 8)
        for number in 1...9 as ClosedRange<UInt32> { writer.write(number, 8) }
        let body = writer.bytes
        let plain = [0x56, 0xE0, UInt8(body.count)] + body
        var muxer = try TransportStreamMuxer(streams: [ElementaryStream(codec: .aacLATM, pid: 0x100)])
        muxer.startSegment()
        for (number, unit) in [plain, plain, SampleUnits.loas(length: 60), plain].enumerated() {
            let time = MediaTime(ticks: 90_000 + Int64(number) * 1_920)
            try muxer.write(unit.span, stream: 0, pts: time, dts: time, isRandomAccess: true)
        }
        muxer.flush()
        let segment = muxer.takeOutput()
        let position = SegmentTransmuxer.Position(number: 0, start: .zero, duration: MediaTime(ticks: 7_680))
        let output = try SegmentTransmuxer().transmux(segment.span, at: position)
        let (samples, track) = try Self.audio(output)
        #expect(samples.count == 4)
        #expect(samples[0] == [UInt8](1...9) && samples[1] == samples[0] && samples[3] == samples[0])
        #expect(track?.samples.map(\.decodeTime) == [0, 1_024, 2_048, 3_072])
    }

    @Test("of Opus lose their control headers, and the program map states the channels")
    func opus() throws {
        let sample = try #require(Self.cases.first { $0.codec == .opus })
        let stream = try Self.stream(sample, seed: 3)
        let segment = stream.segments[0]
        let output = try SegmentTransmuxer(selection: .audio).transmux(segment.span, at: stream.positions[0])
        let entry = try #require(output.tracks.first?.entry)
        #expect(entry.type == "Opus" && entry.channels == 2)
        #expect(OpusConfiguration(entry.configuration)?.channels == 2)
    }
}
