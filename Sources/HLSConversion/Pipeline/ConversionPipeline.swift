import CFFmpeg
import Dispatch
import HLSKit
import Synchronization

/// Reads the input on one thread and passes its packets on: to the sink when a track is copied, to threads that decode and
/// encode otherwise.
///
/// Decoding, filtering with encoding, and sound each have a thread of their own, so that no core waits for another.
final class ConversionPipeline: Sendable {
    /// One track on its way from the input to the output.
    struct Track {
        var stream: InputStream
        var route: RoutePlanner.Route
    }

    /// What was noticed on the way.
    struct Observations {
        var damagedPackets = 0
    }

    private let sink: any AccessUnitSink
    private let cancellation: Cancellation
    private let warn: @Sendable (ConversionWarning) -> Void
    private let onDecodable: @Sendable () -> Void
    /// The tracks to encode of which nothing could be decoded yet.
    private let undecoded = Mutex<Set<Int>>([])
    private let failure = Mutex<(any Error)?>(nil)
    private let damage = Mutex(0)
    /// Where the sound ends, of what was read so far.
    private let soundEnd = Mutex<MediaTime?>(nil)

    private static let queuedPackets = 64
    private static let queuedFrames = 6
    private static let greatestFarewell = DispatchTimeInterval.milliseconds(300)

    /// Makes a pipeline.
    ///
    /// - Parameter onDecodable: Called once, when each track that is encoded has shown that it can be decoded.
    init(
        sink: any AccessUnitSink,
        cancellation: Cancellation,
        warn: @escaping @Sendable (ConversionWarning) -> Void,
        onDecodable: @escaping @Sendable () -> Void
    ) {
        self.sink = sink
        self.cancellation = cancellation
        self.warn = warn
        self.onDecodable = onDecodable
    }

    /// Runs until the input ends and every thread has finished.
    func run(
        _ input: InputFile,
        tracks: [Track],
        video: VideoTranscoder.Settings,
        audio: AudioTranscoder.Settings
    ) throws -> Observations {
        let encoded = tracks.indices.filter { !tracks[$0].route.isCopy }
        undecoded.withLock { $0 = Set(encoded) }
        if encoded.isEmpty { onDecodable() }
        let workers = DispatchGroup()
        var queues: [BoundedQueue<Packet>?] = []
        var aborts: [@Sendable () -> Void] = []
        do {
            for (index, track) in tracks.enumerated() {
                if track.route.isCopy {
                    try configureCopy(of: track.stream, track: index)
                    queues.append(nil)
                    continue
                }
                let packets = BoundedQueue<Packet>(capacity: Self.queuedPackets)
                queues.append(packets)
                let decoder = try Decoder(stream: track.stream)
                if track.stream.kind == .video {
                    let transcoder = try VideoTranscoder(
                        stream: track.stream,
                        settings: video,
                        sink: sink,
                        track: index,
                        warn: warn
                    )
                    aborts += startVideo(Handover((decoder, transcoder)), packets, track: index, in: workers)
                } else {
                    let transcoder = try AudioTranscoder(
                        timeBase: track.stream.timeBase,
                        settings: audio,
                        sink: sink,
                        track: index
                    )
                    aborts += startAudio(Handover((decoder, transcoder)), packets, track: index, in: workers)
                }
            }
        } catch {
            for queue in queues { queue?.abort() }
            for abort in aborts { abort() }
            workers.wait()
            throw error
        }
        for abort in aborts { cancellation.onCancel(abort) }
        do {
            try read(input, tracks: tracks, queues: queues)
        } catch {
            fail(error)
        }
        if failure.withLock({ $0 != nil }) {
            for abort in aborts { abort() }
        }
        for queue in queues { queue?.finish() }
        // A thread that fails ends its queues itself; the reader notices at its next packet.
        while workers.wait(timeout: .now() + Self.greatestFarewell) == .timedOut {
            // A slow encoder may take long over its last pictures. It can do no harm: the sink takes nothing any more.
            try cancellation.check()
        }
        try cancellation.check()
        if let error = failure.withLock({ $0 }) { throw error }
        try sink.finish()
        return Observations(damagedPackets: damage.withLock { $0 })
    }

    // MARK: Reading

    private func configureCopy(of stream: InputStream, track: Int) throws {
        try sink.configure(
            track: track,
            try TrackDescription(copying: stream)
        )
    }

    private func read(
        _ input: InputFile,
        tracks: [Track],
        queues: [BoundedQueue<Packet>?]
    ) throws {
        var streams = StreamMap(input, tracks)
        var correction = TimelineCorrection(allowsJumps: input.allowsTimestampJumps)
        var checks = tracks.map { CopyCheck($0.stream) }
        let splitters = tracks.map { AMRSplitter($0.stream) }
        /// Returns whether anybody wants more.
        func pass(_ packet: Packet, _ index: Int) throws -> Bool {
            correction.apply(to: packet, timeBase: tracks[index].stream.timeBase)
            guard streams.follows(packet, track: index) else { return true }
            if tracks[index].stream.kind == .audio { noteSound(packet, tracks[index].stream.timeBase) }
            if let queue = queues[index] {
                guard let splitter = splitters[index] else { return queue.push(packet) }
                return try splitter.frames(of: packet).allSatisfy(queue.push)
            }
            switch checks[index].judge(packet) {
            case .whole:
                try sink.write(AccessUnit(packet, timeBase: tracks[index].stream.timeBase), track: index)
            case .wholeBehindLoss:
                damage.withLock { $0 += 1 }
                try sink.write(AccessUnit(packet, timeBase: tracks[index].stream.timeBase), track: index)
            case .damaged: damage.withLock { $0 += 1 }
            case .nothing: break
            }
            return true
        }
        var packet = Packet()
        while try input.read(into: packet) {
            if let index = streams.track(of: packet) {
                guard try pass(packet, index) else { return }
            } else if let moved = streams.add(packet, in: input) {
                for (packet, index) in moved { guard try pass(packet, index) else { return } }
            } else {
                continue
            }
            try cancellation.check()
            packet = Packet()
        }
        for (packet, index) in streams.finish() { guard try pass(packet, index) else { return } }
        for (index, track) in tracks.enumerated() where track.route.isCopy {
            if track.stream.kind == .audio, checks[index].isHopeless {
                throw ConversionError(.uncopyableSound(input: input.path))
            }
            try sink.end(track: index)
        }
    }

    private func noteSound(_ packet: Packet, _ timeBase: AVRational) {
        guard !packet.isDiscarded, let start = packet.pts(in: timeBase) else { return }
        let end = start + (packet.duration(in: timeBase) ?? .zero)
        soundEnd.withLock { $0 = max($0 ?? end, end) }
    }

    // MARK: Threads

    /// Moves objects to the thread that alone will use them.
    ///
    /// `@unchecked Sendable`: whoever creates it gives the objects away.
    private struct Handover<Value>: @unchecked Sendable {
        let value: Value

        init(_ value: Value) {
            self.value = value
        }
    }

    private func startVideo(
        _ parts: Handover<(Decoder, VideoTranscoder)>,
        _ packets: BoundedQueue<Packet>,
        track: Int,
        in workers: DispatchGroup
    ) -> [@Sendable () -> Void] {
        let frames = BoundedQueue<Frame>(capacity: Self.queuedFrames)
        let abort: @Sendable () -> Void = {
            packets.abort()
            frames.abort()
        }
        start("w2g.decode", in: workers, abort: abort) { [self] in
            try decode(packets, track: track, with: parts.value.0) { frames.push($0) }
            frames.finish()
        }
        start("w2g.encode", in: workers, abort: abort) { [self] in
            while let frame = frames.pop() { try parts.value.1.process(frame) }
            guard !hasStopped else { return }
            // Every packet was read by now.
            try parts.value.1.finish(soundEnd: soundEnd.withLock { $0 })
            try sink.end(track: track)
        }
        return [abort]
    }

    private func startAudio(
        _ parts: Handover<(Decoder, AudioTranscoder)>,
        _ packets: BoundedQueue<Packet>,
        track: Int,
        in workers: DispatchGroup
    ) -> [@Sendable () -> Void] {
        let abort: @Sendable () -> Void = { packets.abort() }
        start("w2g.audio", in: workers, abort: abort) { [self] in
            try decode(packets, track: track, with: parts.value.0) { frame in
                try parts.value.1.process(frame)
                return true
            }
            guard !hasStopped else { return }
            try parts.value.1.finish()
            try sink.end(track: track)
        }
        return [abort]
    }

    /// Decodes until the queue ends or `body` says that nobody wants more.
    private func decode(
        _ packets: BoundedQueue<Packet>,
        track: Int,
        with decoder: Decoder,
        _ body: (Frame) throws -> Bool
    ) throws {
        var hasDecoded = false
        var goesOn = true
        let take = { (frame: Frame) in
            if !hasDecoded { self.noteDecodable(track) }
            hasDecoded = true
            goesOn = try body(frame) && goesOn
        }
        while goesOn, let packet = packets.pop() {
            let outcome = try decoder.decode(packet, take)
            if outcome.damage != nil { damage.withLock { $0 += 1 } }
        }
        guard goesOn, !hasStopped else { return }
        _ = try decoder.decode(nil, take)
    }

    private func noteDecodable(_ track: Int) {
        let wasLast = undecoded.withLock { $0.remove(track) != nil && $0.isEmpty }
        if wasLast { onDecodable() }
    }

    private var hasStopped: Bool {
        cancellation.isCancelled || failure.withLock { $0 != nil }
    }

    private func start(
        _ name: String,
        in workers: DispatchGroup,
        abort: @escaping @Sendable () -> Void,
        _ work: @escaping @Sendable () throws -> Void
    ) {
        DispatchQueue(label: name, qos: .userInitiated).async(group: workers) { [self] in
            do {
                try work()
            } catch {
                fail(error)
                abort()
            }
        }
    }

    private func fail(_ error: any Error) {
        failure.withLock { if $0 == nil { $0 = error } }
    }
}

extension TimelineCorrection {
    /// Moves the timestamps of a packet.
    mutating func apply(to packet: Packet, timeBase: AVRational) {
        let fields = packet.pointer
        guard let dts = packet.dts(in: timeBase) ?? packet.pts(in: timeBase) else { return }
        let duration = packet.duration(in: timeBase) ?? .zero
        let shift = offset(for: dts, duration: duration, stream: packet.streamIndex)
        guard shift != .zero else { return }
        let offset = av_rescale_q(shift.ticks, .mediaTime, timeBase)
        if fields.pointee.dts != w2g_no_timestamp { fields.pointee.dts &+= offset }
        if fields.pointee.pts != w2g_no_timestamp { fields.pointee.pts &+= offset }
    }
}
