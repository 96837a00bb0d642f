import HLSKit
import TestSupport
import Testing

@Suite("Transport stream muxer")
struct TransportStreamMuxerTests {
    private static let videoPID = 0x100
    private static let audioPID = 0x101

    private func muxer(_ streams: [ElementaryStream]) throws -> TransportStreamMuxer {
        try TransportStreamMuxer(streams: streams)
    }

    private func video(delay: Int64 = 0) -> ElementaryStream {
        ElementaryStream(codec: .h264, pid: UInt16(Self.videoPID), decodeDelay: MediaTime(ticks: delay))
    }

    private func audio(_ codec: ElementaryStream.Codec = .aac) -> ElementaryStream {
        ElementaryStream(codec: codec, pid: UInt16(Self.audioPID))
    }

    @Test("whatever access units go in come out again, with their times", arguments: 0..<16)
    func roundTrip(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let hasVideo = seed % 4 != 3
        let hasAudio = seed % 4 != 2
        let delay = Int64.random(in: 0...10_000, using: &random)
        // Some begin so late that the 33-bit clock wraps on the way.
        var videoTime = seed % 5 == 0 ? 0x2_0000_0000 - 30_000 : Int64.random(in: 90_000...5_000_000, using: &random)
        var audioTime = videoTime + delay
        var subject = try muxer((hasVideo ? [video(delay: delay)] : []) + (hasAudio ? [audio()] : []))
        let audioIndex = hasVideo ? 1 : 0

        var sentVideo: [TransportStreamReader.PESPacket] = []
        var sentAudio: [UInt8] = []
        var firstAudioTime: Int64?
        var segments: [[UInt8]] = []
        subject.startSegment()
        for _ in 0..<100 {
            let takesVideo = hasVideo && (!hasAudio || videoTime + delay <= audioTime)
            if takesVideo {
                let isKey = sentVideo.isEmpty || Int.random(in: 0..<25, using: &random) == 0
                if isKey, !sentVideo.isEmpty {
                    subject.startSegment()
                    segments.append(subject.takeOutput())
                }
                let large = Int.random(in: 0..<40, using: &random) == 0
                let size = large ? 70_000 : [1, 157, 158, 170, 184, 500].randomElement(using: &random) ?? 1
                let payload = random.bytes(size + Int.random(in: 0..<20, using: &random))
                let pts = videoTime + Int64.random(in: 0...delay, using: &random)
                try subject.write(
                    payload.span,
                    stream: 0,
                    pts: MediaTime(ticks: pts),
                    dts: MediaTime(ticks: videoTime),
                    isRandomAccess: isKey
                )
                sentVideo.append(
                    .init(
                        pid: Self.videoPID,
                        pts: pts & 0x1_FFFF_FFFF,
                        dts: videoTime & 0x1_FFFF_FFFF,
                        payload: payload,
                        isRandomAccess: isKey,
                        segment: segments.count
                    )
                )
                videoTime += Int64.random(in: 1...12_000, using: &random)
            } else {
                let payload = random.bytes(Int.random(in: 1...900, using: &random))
                try subject.write(
                    payload.span,
                    stream: audioIndex,
                    pts: MediaTime(ticks: audioTime),
                    dts: MediaTime(ticks: audioTime),
                    isRandomAccess: false
                )
                firstAudioTime = firstAudioTime ?? audioTime
                sentAudio += payload
                audioTime += Int64.random(in: 1...3_000, using: &random)
            }
        }
        subject.flush()
        segments.append(subject.takeOutput())

        let reader = TransportStreamReader(segments: segments)
        #expect(reader.problems == [])
        #expect(reader.greatestClockGap <= 3_600)
        #expect(reader.packets(pid: Self.videoPID) == sentVideo)
        #expect(reader.packets(pid: Self.audioPID).flatMap(\.payload) == sentAudio)
        #expect(reader.packets(pid: Self.audioPID).first?.pts == firstAudioTime.map { $0 & 0x1_FFFF_FFFF })
    }

    @Test("every payload length around the packet boundaries is cut and stuffed right")
    func everyLength() throws {
        for length in 1...600 {
            var subject = try muxer([video()])
            subject.startSegment()
            let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
            for step in 0..<2 {
                let time = MediaTime(ticks: 90_000 + Int64(step) * 3_600)
                // With a DTS of its own and without one: headers of 19 and of 14 bytes.
                try subject.write(
                    payload.span,
                    stream: 0,
                    pts: time + MediaTime(ticks: Int64(step)),
                    dts: time,
                    isRandomAccess: step == 0
                )
            }
            let reader = TransportStreamReader(segments: [subject.takeOutput()])
            #expect(reader.problems == [], "length \(length)")
            #expect(reader.packets.map(\.payload) == [payload, payload], "length \(length)")
        }
    }

    @Test("audio frames share PES packets, but never across segments")
    func audioPacking() throws {
        var subject = try muxer([audio()])
        var segments: [[UInt8]] = []
        subject.startSegment()
        for index in 0..<40 {
            if index == 20 {
                subject.startSegment()
                segments.append(subject.takeOutput())
            }
            let frame = [UInt8](repeating: UInt8(index), count: 100)
            let time = MediaTime(ticks: 90_000 + Int64(index) * 1_920)
            try subject.write(frame.span, stream: 0, pts: time, dts: time, isRandomAccess: true)
        }
        subject.flush()
        segments.append(subject.takeOutput())
        let reader = TransportStreamReader(segments: segments)
        #expect(reader.problems == [])
        let packets = reader.packets(pid: Self.audioPID)
        #expect(packets.count < 20)
        #expect(packets.first { $0.segment == 1 }?.pts == Int64(90_000 + 20 * 1_920))
        #expect(packets.filter { $0.segment == 0 }.flatMap(\.payload).last == 19)
        #expect(reader.clockPID == Self.audioPID)
        #expect(reader.greatestClockGap <= 3_600)
    }

    @Test("a picture that stays for seconds has the clock and the tables running beside it")
    func longPicture() throws {
        var subject = try muxer([video()])
        subject.startSegment()
        for time: Int64 in [90_000, 90_000 * 6] {
            try subject.write(
                [0, 0, 1, 9].span,
                stream: 0,
                pts: MediaTime(ticks: time),
                dts: MediaTime(ticks: time),
                isRandomAccess: true
            )
        }
        let reader = TransportStreamReader(segments: [subject.takeOutput()])
        #expect(reader.problems == [])
        #expect(reader.greatestClockGap == 3_600)
        #expect(reader.tableTimes.count >= 10)
    }

    @Test("audio that pauses is written before the clock passes it")
    func pausingAudio() throws {
        var subject = try muxer([video(), audio()])
        subject.startSegment()
        let start = MediaTime(seconds: 1)
        try subject.write([1, 2, 3].span, stream: 1, pts: start, dts: start, isRandomAccess: false)
        for index in 0..<100 {
            let time = start + MediaTime(ticks: Int64(index) * 3_600)
            try subject.write([0, 0, 1, 9].span, stream: 0, pts: time, dts: time, isRandomAccess: index == 0)
        }
        let reader = TransportStreamReader(segments: [subject.takeOutput()])
        #expect(reader.problems == [])
        #expect(reader.packets(pid: Self.audioPID).count == 1)
    }

    @Test("a jump of the source's clock does not fill the disk with clock references")
    func hugeJump() throws {
        var subject = try muxer([video()])
        subject.startSegment()
        for time: Int64 in [0, 1 << 50, .max] {
            try subject.write(
                [0].span,
                stream: 0,
                pts: MediaTime(ticks: time),
                dts: MediaTime(ticks: time),
                isRandomAccess: false
            )
        }
        #expect(subject.takeOutput().count < 1_000_000)
    }

    @Test(
        "the program map tells each codec by the type that players expect",
        arguments: [
            (ElementaryStream.Codec.aac, UInt8(0x0F), [UInt8]()),
            (.mpeg1Audio, 0x03, []),
            (.mpeg2Audio, 0x04, []),
            (.ac3, 0x81, [0x05, 4] + Array("AC-3".utf8)),
            (.enhancedAC3, 0x87, [0x05, 4] + Array("EAC3".utf8)),
        ]
    )
    func streamTypes(codec: ElementaryStream.Codec, type: UInt8, descriptors: [UInt8]) throws {
        var subject = try muxer([video(), audio(codec)])
        subject.startSegment()
        let time = MediaTime(seconds: 1)
        try subject.write([1, 2].span, stream: 1, pts: time, dts: time, isRandomAccess: true)
        subject.flush()
        let reader = TransportStreamReader(segments: [subject.takeOutput()])
        #expect(reader.problems == [])
        #expect(
            reader.streams == [
                .init(pid: Self.videoPID, type: 0x1B, descriptors: []),
                .init(pid: Self.audioPID, type: type, descriptors: descriptors),
            ]
        )
        #expect(reader.clockPID == Self.videoPID)
    }

    @Test("what cannot be written is refused")
    func refusals() throws {
        #expect(throws: TransportStreamError.self) { try muxer([]) }
        #expect(throws: TransportStreamError.self) { try muxer([video(), video()]) }
        #expect(throws: TransportStreamError.self) { try muxer([ElementaryStream(codec: .aac, pid: 0)]) }
        #expect(throws: TransportStreamError.self) { try muxer([ElementaryStream(codec: .aac, pid: 0x1FFF)]) }
        #expect(throws: TransportStreamError.self) {
            try muxer((0..<36).map { ElementaryStream(codec: .aac, pid: 0x100 + $0) })
        }
        var subject = try muxer([audio()])
        let frame = [UInt8](repeating: 0, count: 65_523)
        #expect(throws: TransportStreamError.self) {
            try subject.write(frame.span, stream: 0, pts: .zero, dts: .zero, isRandomAccess: true)
        }
    }
}
