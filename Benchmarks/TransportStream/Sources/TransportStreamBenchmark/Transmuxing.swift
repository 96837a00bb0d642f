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

    /// The highest resident set so far in bytes, as the kernel counts it.
    private static func peakMemory() -> Int {
        var usage = rusage()
        #if canImport(Glibc)
        getrusage(RUSAGE_SELF, &usage)
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
