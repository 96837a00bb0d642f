import HLSKit
import TestSupport

/// What has to be true whatever the bytes are.
///
/// The tests and the fuzz target share it.
enum TransportStreamProperties {
    /// A sentence about the first property that does not hold; nil when all do.
    ///
    /// The first byte chooses what is made of the others: a transport stream as it is; one whose tables are given the
    /// right CRC; changes of a sound stream; an elementary stream.
    static func broken(by input: [UInt8]) -> String? {
        guard let mode = input.first else { return brokenByReading([]) }
        let bytes = Array(input.dropFirst())
        switch mode & 3 {
        case 0: return brokenByReading(bytes)
        case 1: return brokenByReading(repaired(bytes))
        case 2: return brokenByReading(repaired(changed(bytes)))
        default: return brokenByElementaryStream(bytes)
        }
    }

    static func outputs(
        of bytes: [UInt8],
        chunks: [Int] = [],
        configuration: TransportStreamDemuxer.Configuration = .init()
    ) -> [TransportStreamOutput] {
        var demuxer = TransportStreamDemuxer(configuration: configuration)
        var outputs: [TransportStreamOutput] = []
        var at = 0
        var turn = 0
        while at < bytes.count {
            let length = chunks.isEmpty ? bytes.count : max(1, chunks[turn % chunks.count])
            let end = min(bytes.count, at + length)
            demuxer.push(Array(bytes[at..<end])) { outputs.append($0) }
            at = end
            turn += 1
        }
        demuxer.finish { outputs.append($0) }
        return outputs
    }

    static func units(_ outputs: [TransportStreamOutput]) -> [AccessUnit] {
        outputs.compactMap { if case .accessUnit(let unit) = $0 { unit } else { nil } }
    }

    static func events(_ outputs: [TransportStreamOutput]) -> [TransportStreamEvent] {
        outputs.compactMap { if case .event(let event) = $0 { event } else { nil } }
    }

    /// However the bytes are cut, the same comes out, and no more than went in.
    static func brokenByReading(_ bytes: [UInt8]) -> String? {
        var configuration = TransportStreamDemuxer.Configuration()
        configuration.reportsClock = true
        configuration.constantBitRate = 1_000_000
        configuration.maximumUnitBytes = 4_096
        let whole = outputs(of: bytes, configuration: configuration)
        for chunks in [[188], [1, 7, 200, 188, 1_000], [Int(bytes.last ?? 0) + 1, Int(bytes.first ?? 0) + 1]] {
            guard outputs(of: bytes, chunks: chunks, configuration: configuration) == whole else {
                return "chunks of \(chunks) changed what is read"
            }
        }
        for unit in units(whole) {
            if unit.payload.isEmpty { return "a unit of no bytes" }
            if !(0..<max(1, bytes.count)).contains(unit.offset) { return "a unit at \(unit.offset)" }
        }
        if units(whole).reduce(0, { $0 + $1.payload.count }) > bytes.count { return "more came out than went in" }
        for event in events(whole) {
            if !(0...bytes.count).contains(event.offset) { return "an event at \(event.offset): \(event)" }
            _ = (event.description, event.severity, event.indicator)
        }
        return brokenByGoingOn(bytes)
    }

    /// A demuxer goes on behind an end and behind a discontinuity.
    private static func brokenByGoingOn(_ bytes: [UInt8]) -> String? {
        var configuration = TransportStreamDemuxer.Configuration()
        configuration.program = .first
        var demuxer = TransportStreamDemuxer(configuration: configuration)
        var count = 0
        for _ in 0..<2 {
            demuxer.push(bytes) { _ in count += 1 }
            demuxer.startDiscontinuity { _ in count += 1 }
            demuxer.push(bytes) { _ in count += 1 }
            demuxer.finish { _ in count += 1 }
        }
        _ = (demuxer.programs, demuxer.services)
        return demuxer.byteCount == bytes.count * 4 ? nil : "\(demuxer.byteCount) bytes were counted"
    }

    /// Every byte of an elementary stream comes out in a unit or is reported.
    static func brokenByElementaryStream(_ bytes: [UInt8]) -> String? {
        guard let first = bytes.first, bytes.count > 2 else { return nil }
        let codec = SampleUnits.codecs[Int(first) % SampleUnits.codecs.count]
        let stream = Array(bytes.dropFirst())
        var muxer: TransportStreamMuxer
        do {
            muxer = try TransportStreamMuxer(streams: [ElementaryStream(codec: codec, pid: 0x100)])
        } catch {
            return "\(error)"
        }
        let step = max(1, Int(stream[0]) * 4)
        for (index, at) in stride(from: 0, to: stream.count, by: step).enumerated() {
            let time = MediaTime(ticks: 90_000 + Int64(index) * 20_000)
            let packet = Array(stream[at..<min(stream.count, at + step)])
            try? muxer.write(packet.span, stream: 0, pts: time, dts: time, isRandomAccess: false)
            muxer.flush()
        }
        var kept: [UInt8] = []
        var skipped = 0
        for output in outputs(of: muxer.takeOutput()) {
            switch output {
            case .accessUnit(let unit): kept += unit.payload
            case .event(let event):
                _ = event.description
                if case .skippedData(let count) = event.kind { skipped += count }
            }
        }
        if kept.count + skipped != stream.count {
            return "\(codec): \(kept.count) + \(skipped) of \(stream.count) bytes"
        }
        if skipped == 0, kept != stream { return "\(codec): the bytes are others" }
        return nil
    }

    // MARK: Inputs

    /// A sound stream with several codecs and changing tables.
    static let base: [UInt8] = {
        var bytes: [UInt8] = []
        let programs: [[ElementaryStream.Codec]] = [
            [.h264, .aac, .opus], [.hevc, .enhancedAC3, .timedMetadata], [.mpeg2Video, .aacLATM, .ac3],
        ]
        for (number, codecs) in programs.enumerated() {
            let sample = TransportStreamCase("", codecs, start: 90_000 + Int64(number) * 900_000, scale: 60)
            bytes += ((try? sample.segments()) ?? []).flatMap { $0 }.prefix(188 * 24)
        }
        return bytes
    }()

    /// Changes the sound stream: each four bytes are a place, what to do, and a value.
    static func changed(_ changes: [UInt8]) -> [UInt8] {
        var bytes = base
        for at in stride(from: 0, to: changes.count - 3, by: 4) where !bytes.isEmpty {
            let place = (Int(changes[at]) << 8 | Int(changes[at + 1])) * 3 % bytes.count
            let value = changes[at + 3]
            let packet = place / 188 * 188
            switch changes[at + 2] & 7 {
            case 0: bytes[place] = value
            case 1: bytes[place] ^= 1 << (value & 7)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int(value)))
            case 3: bytes.insert(contentsOf: repeatElement(value, count: Int(value)), at: place)
            case 4: bytes.insert(contentsOf: bytes[packet..<min(bytes.count, packet + 188)], at: packet)
            case 5: bytes.removeSubrange(packet..<min(bytes.count, packet + 188))
            // The first bytes of a packet are where most is decided.
            case 6: if packet + Int(value) % 32 < bytes.count { bytes[packet + Int(value) % 32] = value }
            default: if packet + 5 + Int(value) % 12 < bytes.count { bytes[packet + 5 + Int(value) % 12] &+= value }
            }
        }
        return bytes
    }

    /// Gives sections that begin and end in one packet the right CRC.
    static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for at in stride(from: 0, to: bytes.count - 187, by: 188) where bytes[at + 1] & 0x40 != 0 {
            let start = at + 5 + Int(bytes[at + 4])
            guard start + 3 <= at + 188 else { continue }
            let end = start + 3 + (Int(bytes[start + 1] & 15) << 8 | Int(bytes[start + 2]))
            let isTable = [0, 1, 2, 0x42, 0xFC].contains(bytes[start])
            guard isTable, end <= at + 188, end - start >= 12 else { continue }
            var crc: UInt32 = 0xFFFF_FFFF
            for byte in bytes[start..<end - 4] {
                crc ^= UInt32(byte) << 24
                for _ in 0..<8 { crc = crc & 0x8000_0000 != 0 ? crc << 1 ^ 0x04C1_1DB7 : crc << 1 }
            }
            for index in 0..<4 { bytes[end - 4 + index] = UInt8(truncatingIfNeeded: crc >> UInt32(24 - index * 8)) }
        }
        return bytes
    }
}
