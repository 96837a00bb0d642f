import HLSKit
import TestSupport
import Testing

/// The code of the guide: compiled here, run here, and compared with the guide's text.
@Suite("The guide to transport streams")
struct TransportStreamGuideTests {
    private var bytes: [UInt8] {
        var builder = StreamBuilder.video()
        builder.pictures(0..<3)
        return builder.bytes
    }

    private func print(_ values: Any...) {}

    @Test("reads")
    func read() {
        let chunks = [bytes]
        // snippet: read
        var demuxer = TransportStreamDemuxer()
        for chunk in chunks {
            demuxer.push(chunk) { output in
                switch output {
                case .accessUnit(let unit):
                    print(unit.pid, unit.codec, unit.pts?.seconds ?? 0, unit.payload.count, unit.offset)
                case .event(let event):
                    print(event)  // byte 8084, PID 256: packets are missing: counter 7 instead of 6 [TR 101 290 1.4]
                }
            }
        }
        demuxer.finish { output in print(output) }
        // end
        #expect(demuxer.programs.count == 1)
        let event = TransportStreamEvent(kind: .continuityError(expected: 6, found: 7), offset: 8_084, pid: 256)
        #expect("\(event)" == "byte 8084, PID 256: packets are missing: counter 7 instead of 6 [TR 101 290 1.4]")
    }

    @Test("reads asynchronously")
    func sequence() async throws {
        let arrivingChunks = AsyncStream<[UInt8]> { continuation in
            continuation.yield(bytes)
            continuation.finish()
        }
        var count = 0
        func print(_ pid: UInt16, _ time: MediaTime) { count += 1 }
        // snippet: sequence
        for try await output in TransportStreamSequence(arrivingChunks) {
            if case .accessUnit(let unit) = output { print(unit.pid, unit.dts ?? .zero) }
        }
        // end
        #expect(count == 3)
    }

    @Test("tells formats")
    func formats() {
        var demuxer = TransportStreamDemuxer()
        var lines: [String] = []
        func print(_ values: Any...) { lines.append("\(values)") }
        // snippet: formats
        demuxer.push(bytes) { output in
            guard case .event(let event) = output else { return }
            switch event.kind {
            case .program(let program):
                print(program.number, program.streams.map(\.codec), program.streams.compactMap(\.language))
            case .format(.video(let video)):
                print(video.codecString, video.width, video.height, video.frameRate?.value ?? 0, video.bitDepth)
            case .format(.audio(let audio)):
                print(audio.codecString, audio.sampleRate, audio.channels ?? 0)
            default:
                break
            }
        }
        // end
        #expect(lines.last == "[\"avc1.4D001E\", 320, 180, 25.0, 8]")
    }

    @Test("writes")
    func write() throws {
        let picture = SampleUnits.h264(number: 0, isKey: true, length: 100)
        let time = MediaTime(seconds: 1)
        // snippet: write
        var muxer = try TransportStreamMuxer(streams: [
            ElementaryStream(codec: .h264, pid: 0x100), ElementaryStream(codec: .aac, pid: 0x101),
        ])
        muxer.startSegment()
        try muxer.write(picture.span, stream: 0, pts: time, dts: time, isRandomAccess: true)
        muxer.flush()
        let segment = muxer.takeOutput()
        // end
        #expect(DemuxedStream(segment).units.map(\.payload) == [picture])
    }

    @Test("has the code that these tests run")
    func code() throws {
        let (compiled, written) = try GuideCode.blocks(of: "TransportStreams.md", comparedWith: #filePath)
        #expect(compiled.count == 4)
        for (name, block) in compiled { #expect(written[name] == block, "the guide's \(name) is another") }
    }
}
