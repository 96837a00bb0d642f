import HLSKit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Measures what one step costs, and prints a line a step: `PlaylistBenchmark [step] [file]`.
///
/// The steps run one a process, so that the peak of memory is that of the step alone.
@main
enum Benchmark {
    static func main() {
        let arguments = CommandLine.arguments
        let step = arguments.count > 1 ? arguments[1] : "all"
        switch step {
        case "make": write(Sample.text(segments: 100_000), to: arguments[2])
        case "parse": parse(read(arguments[2]), rounds: rounds(arguments))
        case "write": write(read(arguments[2]))
        case "build": build()
        case "append": append(read(arguments[2]))
        case "walk": walk(read(arguments[2]))
        case "validate": validate(read(arguments[2]))
        default: print("usage: PlaylistBenchmark make|parse|write|build|append|walk|validate [file] [rounds]")
        }
    }

    private static func rounds(_ arguments: [String]) -> Int {
        arguments.count > 3 ? Int(arguments[3]) ?? 20 : 20
    }

    private static func parse(_ bytes: [UInt8], rounds: Int) {
        var best = Duration.seconds(100)
        for _ in 0..<rounds {
            let time = ContinuousClock().measure {
                let result = PlaylistReader().read(bytes)
                precondition(result.playlist.media?.segments.count == 100_000)
                precondition(result.diagnostics.isEmpty, "\(result.diagnostics[0])")
            }
            best = min(best, time)
        }
        report("parse", best, bytes.count)
    }

    private static func write(_ bytes: [UInt8]) {
        let playlist = PlaylistReader().read(bytes).playlist
        var best = Duration.seconds(100)
        for _ in 0..<20 {
            let time = ContinuousClock().measure { precondition(playlist.bytes.count == bytes.count) }
            best = min(best, time)
        }
        report("write, unchanged", best, bytes.count)
        guard var changed = playlist.media else { return }
        for index in changed.segments.indices { changed.segments[index].title = "t" }
        best = .seconds(100)
        for _ in 0..<20 { best = min(best, ContinuousClock().measure { precondition(!changed.bytes.isEmpty) }) }
        report("write, every segment changed", best, changed.bytes.count)
    }

    private static func build() {
        let segments = Sample.segments(100_000)
        var best = Duration.seconds(100)
        var whole = Duration.seconds(100)
        var size = 0
        for _ in 0..<20 {
            var playlist = MediaPlaylist(targetDuration: 6)
            let time = ContinuousClock().measure {
                playlist = MediaPlaylist(version: 7, targetDuration: 6, segments: segments)
            }
            best = min(best, time)
            whole = min(whole, time + ContinuousClock().measure { size = playlist.bytes.count })
        }
        report("build from values", best, size)
        report("build from values and write", whole, size)
    }

    private static func append(_ bytes: [UInt8]) {
        let samples = Sample.segments(100_000)
        append(samples[99_999], "its key and map in force", bytes)
        append(samples[0], "with another key and map", bytes)
    }

    private static func append(_ segment: MediaSegment, _ name: String, _ bytes: [UInt8]) {
        var cold: [Duration] = []
        var first: [Duration] = []
        var later: [Duration] = []
        for _ in 0..<20 {
            guard var playlist = PlaylistReader().read(bytes).playlist.media else { return }
            cold.append(append(segment, to: &playlist))
            guard var second = PlaylistReader().read(bytes).playlist.media else { return }
            // Reading has driven the code out of the processor's caches; a short playlist brings it back.
            var short = MediaPlaylist(version: 7, targetDuration: 6, segments: [segment])
            _ = append(segment, to: &short)
            first.append(append(segment, to: &second))
            for _ in 0..<500 { later.append(append(segment, to: &playlist)) }
        }
        report("append the 100,001st segment, \(name), and write the tail, straight after reading", cold)
        report("the same with the code in the caches", first)
        report("append 500 more to each, one by one", later)
    }

    private static func append(_ segment: MediaSegment, to playlist: inout MediaPlaylist) -> Duration {
        var tail: [UInt8] = []
        let time = ContinuousClock().measure {
            playlist.segments.append(segment)
            playlist.writeTail(from: playlist.segments.count - 1, to: &tail)
        }
        precondition(tail.count > 50)
        return time
    }

    private static func report(_ name: String, _ times: [Duration]) {
        let times = times.sorted()
        let numbers = [times[0], times[times.count / 2], times[times.count * 99 / 100], times[times.count - 1]]
        print("\(name): best, median, 99%, worst \(numbers.map(micros)) us")
    }

    private static func walk(_ bytes: [UInt8]) {
        guard let playlist = PlaylistReader().read(bytes).playlist.media else { return }
        var sum = 0
        let time = ContinuousClock().measure {
            for segment in playlist.segments { sum &+= segment.uri.utf8.count &+ segment.keys.count }
        }
        precondition(sum > 0)
        print("walk, every segment made: \(micros(time) / 100_000) us a segment")
    }

    private static func validate(_ bytes: [UInt8]) {
        let playlist = PlaylistReader().read(bytes).playlist
        let time = ContinuousClock().measure { _ = PlaylistValidator().diagnostics(of: playlist) }
        report("validate", time, bytes.count)
    }

    private static func micros(_ duration: Duration) -> Double {
        Double(duration.components.attoseconds) / 1e12 + Double(duration.components.seconds) * 1e6
    }

    private static func report(_ name: String, _ time: Duration, _ bytes: Int) {
        var usage = rusage()
        #if canImport(Glibc)
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        #else
        getrusage(RUSAGE_SELF, &usage)
        #endif
        let rate = Int(Double(bytes) / micros(time))
        let peak = Double(usage.ru_maxrss) * 1_024 / Double(bytes)
        print(
            "\(name): \(bytes) bytes, \(Int(micros(time))) us, \(rate) MB/s, peak memory \(Int(peak * 10))/10 of the file"
        )
    }

    private static func read(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        let size = ftell(file)
        rewind(file)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = fread(buffer.baseAddress, 1, size, file)
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "wb") else { return }
        defer { fclose(file) }
        _ = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    }
}
