import HLSKit
import TestSupport
import Testing

@Suite("Transport streams as CMAF")
struct SegmentTransmuxerTests {
    private static let cases = TransportStreamCase.all.filter { sample in
        sample.streams.allSatisfy { transmuxed.contains($0.codec) } && sample.name != "long pictures"
    }
    private static let transmuxed: [ElementaryStream.Codec] = [
        .h264, .hevc, .aac, .aacLATM, .mpeg1Audio, .mpeg2Audio, .ac3, .enhancedAC3, .opus,
    ]

    /// The segments of a case with their places on the timeline: what a playlist of it tells.
    private static func positioned(
        _ sample: TransportStreamCase
    ) throws -> [(segment: [UInt8], units: [TransportStreamCase.Unit], position: SegmentTransmuxer.Position)] {
        let segments = try sample.segments()
        var groups: [[TransportStreamCase.Unit]] = [[]]
        for (index, unit) in sample.units.enumerated() {
            if sample.cuts.contains(index) { groups.append([]) }
            groups[groups.count - 1].append(unit)
        }
        let starts = groups.map { $0.first { $0.stream == 0 }?.pts ?? .zero }
        let end = (sample.units.filter { $0.stream == 0 }.map(\.pts).max() ?? .zero) + MediaTime(ticks: 3_600)
        return segments.indices.map { index in
            let next = index + 1 < starts.count ? starts[index + 1] : end
            return (
                segments[index], groups[index],
                SegmentTransmuxer.Position(
                    number: index,
                    start: starts[index] - starts[0],
                    duration: next - starts[index]
                )
            )
        }
    }

    @Test(
        "every access unit becomes a sample with its bytes, and decoding times run on from segment to segment",
        arguments: cases
    )
    func everyUnit(_ sample: TransportStreamCase) throws {
        let transmuxer = SegmentTransmuxer()
        var ends: [UInt32: Int64] = [:]
        var names: Set<String> = []
        let parts = try Self.positioned(sample)
        for part in parts {
            let output = try transmuxer.transmux(part.segment.span, at: part.position)
            names.insert(output.initializationName)
            let initialization = MP4File(output.initializationSection)
            let file = MP4File(output.fragment, initialization: initialization.movie)
            #expect(
                initialization.problems.isEmpty && file.problems.isEmpty,
                "\(initialization.problems) \(file.problems)"
            )
            let fragment = try #require(file.fragments.first)
            #expect(fragment.sequenceNumber == UInt32(part.position.number + 1))
            for (stream, described) in sample.streams.enumerated().prefix(2) {
                let id: UInt32 = described.codec.isVideo ? 1 : 2
                let units = part.units.filter { $0.stream == stream }
                guard let track = fragment.track(id) else {
                    #expect(units.isEmpty || !described.codec.isVideo)
                    continue
                }
                let timescale = try #require(initialization.movie?.track(id)?.timescale)
                let samples = Array(track.samples)
                if described.codec.isVideo {
                    #expect(samples.count == units.count)
                    #expect(track.startTime == part.position.start.ticks)
                    #expect(ends[id].map { $0 == track.startTime } ?? true)
                    #expect(samples.first?.compositionTime == part.position.start.ticks)
                } else if let end = ends[id] {
                    // Times of sound are told at 90 kHz: a tick of it is at most one sample.
                    #expect(abs(track.startTime - end) <= 1)
                }
                ends[id] = track.endTime
                // What is presented before the first picture has no place on the timeline.
                let skipped = units.count - samples.count
                for (unit, sample) in zip(units.dropFirst(skipped), samples) {
                    let bytes = Array(output.fragment[sample.byteRange])
                    #expect(Self.content(unit.payload, described.codec) == Self.sampleContent(bytes, described.codec))
                    let expected = unit.pts - (part.units.first { $0.stream == 0 }?.pts ?? .zero) + part.position.start
                    let time = Double(sample.compositionTime) / Double(timescale)
                    #expect(abs(time - expected.seconds) < 0.000_05)
                    #expect(sample.isSync == (unit.isRandomAccess || !described.codec.isVideo))
                }
            }
        }
        #expect(names.count == 1, "the init section is the same from every segment")
    }

    @Test(
        "segments give the same bytes in any order",
        arguments: [cases.last { $0.streams.count == 2 }].compactMap(\.self)
    )
    func anyOrder(_ sample: TransportStreamCase) throws {
        let transmuxer = SegmentTransmuxer()
        let parts = try Self.positioned(sample)
        let forward = try parts.map { try transmuxer.transmux($0.segment.span, at: $0.position).fragment }
        let backward = try parts.reversed().map { try transmuxer.transmux($0.segment.span, at: $0.position).fragment }
        #expect(forward == backward.reversed())
        #expect(Set(forward).count == parts.count)
    }

    @Test("one track alone can be selected")
    func selection() throws {
        let sample = TransportStreamCase("", [.h264, .aac], start: 90_000)
        let part = try #require(try Self.positioned(sample).first)
        for (selection, kind) in [(SegmentTransmuxer.Selection.video, MP4Track.Kind.video), (.audio, .audio)] {
            let output = try SegmentTransmuxer(selection: selection).transmux(part.segment.span, at: part.position)
            #expect(MP4File(output.initializationSection).movie?.tracks.map(\.kind) == [kind])
            #expect(MP4File(output.fragment).fragments.first?.tracks.count == 1)
        }
    }

    @Test("a size that changes gives an init section of another name")
    func sizeChange() throws {
        func segment(width: UInt32) -> [UInt8] {
            var builder = StreamBuilder.video()
            let units: [[UInt8]] = [
                [0x09, 0xF0], SampleUnits.h264SequenceSet(width: width), SampleUnits.h264PictureSet,
                SampleUnits.h264Slice(SampleUnits.Slice(refreshID: 0)),
            ]
            builder.pesPacket(0x100, StreamBuilder.pes(SampleUnits.joined(units), pts: 90_000))
            return builder.bytes
        }
        let outputs = try [20, 40, 20].map {
            try SegmentTransmuxer().transmux(segment(width: $0).span, at: TransmuxingProperties.position)
        }
        #expect(outputs[0].initializationName == outputs[2].initializationName)
        #expect(outputs[0].initializationName != outputs[1].initializationName)
        #expect(outputs[1].tracks.first?.entry.width == 640)
    }

    @Test("parameter sets that change within a segment stay in its samples")
    func changingParameterSets() throws {
        var builder = StreamBuilder.video()
        for (number, width) in [UInt32(20), 40].enumerated() {
            let units: [[UInt8]] = [
                [0x09, 0xF0], SampleUnits.h264SequenceSet(width: width), SampleUnits.h264PictureSet,
                SampleUnits.h264Slice(SampleUnits.Slice(refreshID: UInt32(number))),
            ]
            builder.pesPacket(0x100, StreamBuilder.pes(SampleUnits.joined(units), pts: 90_000 + Int64(number) * 3_600))
        }
        let output = try SegmentTransmuxer().transmux(builder.bytes.span, at: TransmuxingProperties.position)
        #expect(output.tracks.first?.entry.type == "avc3")
        let file = MP4File(output.fragment)
        let samples = Array(try #require(file.fragments.first?.tracks.first).samples)
        #expect(samples.count == 2)
        for sample in samples {
            var types: [UInt8] = []
            let bytes = Array(output.fragment[sample.byteRange])
            NALUnitFraming.lengthPrefixed(bytes: 4).forEachUnit(in: bytes.span) {
                types.append(bytes[$0.lowerBound] & 31)
            }
            #expect(types == [9, 7, 8, 5])
        }
    }

    @Test("timed metadata becomes event messages at its time")
    func metadata() throws {
        let sample = TransportStreamCase("", [.h264, .timedMetadata], start: 90_000)
        let part = try #require(try Self.positioned(sample).first)
        let output = try SegmentTransmuxer().transmux(part.segment.span, at: part.position)
        let events = MP4File(output.fragment).eventMessages
        let units = part.units.filter { $0.stream == 1 }
        #expect(!units.isEmpty && events.count == units.count)
        let first = try #require(part.units.first { $0.stream == 0 })
        for (event, unit) in zip(events, units) {
            #expect(event.scheme == "https://aomedia.org/emsg/ID3")
            #expect(event.data == unit.payload)
            #expect(event.timescale == 90_000)
            #expect(Int64(event.time) == max(0, (unit.pts - first.pts + part.position.start).ticks))
        }
    }

    @Test("sound that begins before the picture is at the start where the playlist counts it")
    func soundBeforePicture() throws {
        var muxer = try TransportStreamMuxer(
            streams: [ElementaryStream(codec: .h264, pid: 0x100), ElementaryStream(codec: .aac, pid: 0x101)]
        )
        muxer.startSegment()
        for number in 0..<140 {
            let time = MediaTime(ticks: 90_000 + Int64(number) * 1_920)
            try muxer.write(SampleUnits.adts(length: 40).span, stream: 1, pts: time, dts: time, isRandomAccess: true)
            guard number >= 25, (number - 25) % 2 == 0 else { continue }
            let unit = SampleUnits.h264(number: (number - 25) / 2, isKey: number == 25, length: 100)
            try muxer.write(unit.span, stream: 0, pts: time, dts: time, isRandomAccess: number == 25)
        }
        muxer.flush()
        let segment = muxer.takeOutput()
        let lead = MediaTime(ticks: 25 * 1_920)
        let pictures = MediaTime(ticks: 58 * 3_840)
        for (duration, soundStart, pictureStart) in [
            (pictures, MediaTime.zero, MediaTime.zero), (pictures + lead, .zero, lead),
        ] {
            let position = SegmentTransmuxer.Position(number: 0, start: .zero, duration: duration)
            let output = try SegmentTransmuxer().transmux(segment.span, at: position)
            let movie = MP4File(output.initializationSection).movie
            let fragment = try #require(MP4File(output.fragment, initialization: movie).fragments.first)
            #expect(fragment.track(1)?.startTime == pictureStart.ticks)
            #expect(fragment.track(1)?.endTime == duration.ticks)
            let sound = try #require(fragment.track(2))
            #expect(Double(sound.startTime) / 48_000 - soundStart.seconds < 0.022)
        }
    }

    @Test("what cannot be turned is told in a sentence")
    func errors() throws {
        let position = TransmuxingProperties.position
        func sentence(_ segment: [UInt8]) -> String? {
            do {
                _ = try SegmentTransmuxer().transmux(segment.span, at: position)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(sentence([]) == "the segment is not a transport stream")
        #expect(sentence([UInt8](repeating: 7, count: 1_000)) == "the segment is not a transport stream")
        let video = try TransportStreamCase("", [.mpeg2Video], start: 90_000).segments()
        #expect(sentence(video[0])?.contains("mpeg2Video") == true)
        var encrypted = StreamBuilder.video(type: 0xDB)
        encrypted.pictures(0..<3)
        #expect(sentence(encrypted.bytes) == "the samples of the segment are encrypted")
    }

    @Test("pictures are left out up to the first one that has a time and that decoding can start at")
    func keyFrameWithoutTime() throws {
        var builder = StreamBuilder.video()
        for number in 0..<6 {
            let unit = SampleUnits.h264(number: number, isKey: number % 3 == 0, length: 100)
            builder.pesPacket(0x100, StreamBuilder.pes(unit, pts: number == 0 ? nil : 90_000 + Int64(number) * 3_600))
        }
        let output = try SegmentTransmuxer().transmux(builder.bytes.span, at: TransmuxingProperties.position)
        let track = try #require(MP4File(output.fragment).fragments.first?.tracks.first)
        #expect(track.samples.map(\.isSync) == [true, false, false])
        #expect(output.droppedUnits == 3)
    }

    @Test("what the fuzzer broke stays whole")
    func crashers() {
        let input: [UInt8] = [0xFB, 0x8D, 0x94, 0, 0, 0, 0, 0, 0, 0, 0x0E, 0x93, 0x7E]
        #expect(TransmuxingProperties.broken(by: input) == nil)
    }

    @Test("no change of a stream breaks a property", arguments: 0..<10)
    func robustness(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<25 {
            var input = (0..<Int.random(in: 5..<60, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            input[0] |= 1
            let problem = TransmuxingProperties.broken(by: input)
            #expect(problem == nil, "\(problem ?? "") by \(input)")
        }
    }

    @Test("streams by chance keep every property", arguments: 0..<30)
    func chance(_ seed: UInt64) throws {
        for segment in try TransportStreamCase.random(seed: seed).segments() {
            for selection in [SegmentTransmuxer.Selection.all, .video, .audio] {
                #expect(TransmuxingProperties.brokenByTransmuxing(segment, selection) == nil)
            }
        }
    }

    // MARK: Bytes

    /// What of an access unit has to be in its sample: NAL units but parameter sets, or the frame without its header.
    private static func content(_ unit: [UInt8], _ codec: ElementaryStream.Codec) -> [[UInt8]] {
        switch codec {
        case .h264, .hevc: nalUnits(unit, .annexB, codec)
        case .aac: [Array(unit.dropFirst(7))]
        case .aacLATM: [CMAFCase.latmFrame(unit)]
        case .opus: [Array(unit.dropFirst(OpusControlHeader(unit.span)?.byteCount ?? 0))]
        default: [unit]
        }
    }

    private static func sampleContent(_ sample: [UInt8], _ codec: ElementaryStream.Codec) -> [[UInt8]] {
        codec.isVideo ? nalUnits(sample, .lengthPrefixed(bytes: 4), codec) : [sample]
    }

    private static func nalUnits(
        _ bytes: [UInt8],
        _ framing: NALUnitFraming,
        _ codec: ElementaryStream.Codec
    ) -> [[UInt8]] {
        var units: [[UInt8]] = []
        framing.forEachUnit(in: bytes.span) { range in
            let type = codec == .h264 ? bytes[range.lowerBound] & 31 : bytes[range.lowerBound] >> 1 & 63
            let sets: [UInt8] = codec == .h264 ? [7, 8] : [32, 33, 34]
            if !sets.contains(type) { units.append(Array(bytes[range])) }
        }
        return units
    }
}
