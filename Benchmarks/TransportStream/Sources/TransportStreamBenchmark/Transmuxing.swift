import HLSKit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Turns the segments of an HLS folder into CMAF and writes them with a playlist, or measures how fast that goes.
enum Transmuxing {
    /// Turns the segments of a playlist of transport streams into a folder of CMAF that plays.
    static func convert(playlist path: String, to folder: String) throws {
        let base = String(path.prefix(upTo: path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex))
        guard let playlist = Playlist(read(path)).media else { return print("\(path) is not a media playlist") }
        mkdir(folder, 0o755)
        let transmuxer = SegmentTransmuxer()
        var start: Int64 = 0
        var lines = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:\(playlist.targetDuration ?? 1)\n"
        var initialization = ""
        for (number, segment) in playlist.segments.enumerated() {
            let end = start + segment.duration.microseconds
            let position = SegmentTransmuxer.Position(
                number: number,
                start: ticks(start),
                duration: ticks(end) - ticks(start)
            )
            let bytes = read(base + segment.uri)
            let output = try transmuxer.transmux(bytes.span, at: position)
            if output.initializationName != initialization {
                initialization = output.initializationName
                write(output.initializationSection, folder + "/init-\(initialization).mp4")
                if number > 0 { lines += "#EXT-X-DISCONTINUITY\n" }
                lines += "#EXT-X-MAP:URI=\"init-\(initialization).mp4\"\n"
            }
            write(output.fragment, folder + "/\(number).m4s")
            lines += "#EXTINF:\(Double(segment.duration.microseconds) / 1e6),\n\(number).m4s\n"
            if output.droppedUnits > 0 { print("\(number): \(output.droppedUnits) units left out") }
            start = end
        }
        write(Array((lines + "#EXT-X-ENDLIST\n").utf8), folder + "/index.m3u8")
    }

    private static func ticks(_ microseconds: Int64) -> MediaTime {
        MediaTime(ticks: (microseconds * 9 + 50) / 100)
    }

    /// Turns one segment into CMAF again and again for a second, and prints how fast that is.
    static func measure(segment path: String) throws {
        let bytes = read(path)
        let transmuxer = SegmentTransmuxer()
        let position = SegmentTransmuxer.Position(number: 0, start: .zero, duration: MediaTime(seconds: 2))
        // What any first segment costs, such as the program's own pages, is not what a segment needs.
        _ = try? transmuxer.transmux(Array(bytes.prefix(188 * 100)).span, at: position)
        let memory = peakMemory()
        var output = try transmuxer.transmux(bytes.span, at: position).fragment.count
        let growth = peakMemory() - memory
        var times: [Double] = []
        let clock = ContinuousClock()
        let end = clock.now + .seconds(2)
        while clock.now < end {
            let time = try clock.measure { output = try transmuxer.transmux(bytes.span, at: position).fragment.count }
            times.append(time / .seconds(1))
        }
        times.sort()
        let median = times[times.count / 2]
        print(
            "\(bytes.count) bytes -> \(output) bytes, \(times.count) times, median \(median * 1e3) ms,"
                + " \(Double(bytes.count) / median / 1e9) GB/s, fastest \(times[0] * 1e3) ms,"
                + " \(growth) bytes of memory beside the segment (\(Double(growth) / Double(bytes.count)) times its size)"
        )
    }

    /// Turns a segment with random changes into CMAF, so many times, followed by another changed one: none may trap.
    ///
    /// What goes in depends on the number of the round alone, so that a round that fails can be repeated.
    static func mutate(segment path: String, rounds: Int) {
        let original = read(path)
        let transmuxer = SegmentTransmuxer()
        let position = SegmentTransmuxer.Position(
            number: 3,
            start: MediaTime(seconds: 6),
            duration: MediaTime(seconds: 2)
        )
        var next = original
        var failures = 0
        var completed = 0
        for round in 0..<rounds {
            var random = Random(state: UInt64(round) &+ 1)
            let segment = changed(original, &random)
            do {
                let output = try transmuxer.transmux(segment.span, followedBy: next.span, at: position)
                if !output.endsWithinFrame { completed += 1 }
            } catch {
                failures += 1
            }
            next = segment
        }
        print(
            "\(rounds) changed segments of \(original.count) bytes: \(failures) refused, \(completed) end with a frame"
        )
    }

    /// Random numbers that are the same in every run (SplitMix64).
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }
    }

    private static func changed(_ original: [UInt8], _ random: inout Random) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...8, using: &random) where bytes.count > 400 {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let packet = min(place / 188 * 188, bytes.count - 188)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.removeSubrange(packet..<packet + 188)
            case 3: bytes.insert(contentsOf: bytes[packet..<packet + 188], at: packet)
            case 4: bytes.removeLast(Int.random(in: 0..<bytes.count / 4, using: &random))
            // Headers of packets and of what begins in them are where most is decided.
            case 5: bytes[packet + Int.random(in: 1..<32, using: &random)] = UInt8.random(in: 0...255, using: &random)
            default: bytes[place] = [0, 0x47, 0x7F, 0x80, 0xFF][Int.random(in: 0..<5, using: &random)]
            }
        }
        return bytes
    }

    /// The highest resident set so far in bytes, as the kernel counts it.
    private static func peakMemory() -> Int {
        var usage = rusage()
        #if canImport(Glibc)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss << 10
        #else
        getrusage(RUSAGE_SELF, &usage)
        return usage.ru_maxrss
        #endif
    }

    private static func read(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else {
            print("cannot read \(path)")
            exit(66)
        }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        let count = ftell(file)
        rewind(file)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
            length = fread(buffer.baseAddress, 1, count, file)
        }
    }

    private static func write(_ bytes: [UInt8], _ path: String) {
        guard let file = fopen(path, "wb") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
}
