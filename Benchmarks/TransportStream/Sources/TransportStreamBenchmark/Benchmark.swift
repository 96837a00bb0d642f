import HLSKit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Reads a transport stream from a file into access units, and prints what it found: `TransportStreamBenchmark file`; or turns
/// segments into CMAF: `TransportStreamBenchmark transmux segment.ts`, or `transmux playlist.m3u8 folder`, or a segment with
/// changes: `mutate segment.ts rounds`.
@main
enum Benchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments.count > 3, arguments[1] == "mutate", let rounds = Int(arguments[3]) {
            return Transmuxing.mutate(segment: arguments[2], rounds: rounds)
        }
        if arguments.count > 2, arguments[1] == "transmux" {
            return arguments.count > 3
                ? try Transmuxing.convert(playlist: arguments[2], to: arguments[3])
                : try Transmuxing.measure(segment: arguments[2])
        }
        guard CommandLine.arguments.count == 2, let file = fopen(CommandLine.arguments[1], "rb") else {
            print("usage: TransportStreamBenchmark [transmux] file")
            exit(64)
        }
        defer { fclose(file) }
        var demuxer = TransportStreamDemuxer()
        var units = 0
        var payload = 0
        var problems = 0
        func count(_ output: TransportStreamOutput) {
            switch output {
            case .accessUnit(let unit):
                units += 1
                payload += unit.payload.count
            case .event(let event):
                if event.severity > .information { problems += 1 }
            }
        }
        setvbuf(file, nil, _IONBF, 0)
        let size = 1 << 18
        var chunk = [UInt8](repeating: 0, count: size)
        while true {
            let read = unsafe chunk.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, size, file) }
            guard read > 0 else { break }
            demuxer.push(chunk.span.extracting(0..<read), count)
        }
        demuxer.finish(count)
        print("\(units) access units, \(payload) bytes of payload, \(problems) problems")
    }
}
