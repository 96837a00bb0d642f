import Foundation
import TestSupport

/// A converted folder as a player reads it, parsed by hand so that it shares nothing with the writer.
struct HLSFolder {
    var text: String
    var durations: [Double] = []
    var segments: [[UInt8]] = []
    /// The init section of each segment; empty for transport streams.
    var initializations: [[UInt8]] = []
    /// The numbers of the segments behind EXT-X-DISCONTINUITY.
    var discontinuities: [Int] = []
    var targetDuration = 0
    var isEnded = false
    var kind: String?

    init(_ playlist: URL) throws {
        text = try String(contentsOf: playlist, encoding: .utf8)
        var initialization: [UInt8] = []
        func contents(_ uri: some StringProtocol) throws -> [UInt8] {
            let name = uri.removingPercentEncoding ?? ""
            return [UInt8](try Data(contentsOf: playlist.deletingLastPathComponent().appending(path: name)))
        }
        for line in text.split(separator: "\n") {
            if let value = Self.value(of: "#EXTINF:", line) {
                durations.append(Double(value.dropLast()) ?? -1)
            } else if let value = Self.value(of: "#EXT-X-TARGETDURATION:", line) {
                targetDuration = Int(value) ?? -1
            } else if let value = Self.value(of: "#EXT-X-PLAYLIST-TYPE:", line) {
                kind = String(value)
            } else if let value = Self.value(of: "#EXT-X-MAP:URI=\"", line) {
                initialization = try contents(value.dropLast())
            } else if line == "#EXT-X-DISCONTINUITY" {
                discontinuities.append(segments.count)
            } else if line == "#EXT-X-ENDLIST" {
                isEnded = true
            } else if !line.hasPrefix("#") {
                segments.append(try contents(line))
                initializations.append(initialization)
            }
        }
    }

    private static func value(of tag: String, _ line: Substring) -> Substring? {
        line.hasPrefix(tag) ? line.dropFirst(tag.count) : nil
    }

    var reader: TransportStreamReader { TransportStreamReader(segments: segments) }

    /// The time from the first picture of each segment to the first of the next, as the stream itself tells.
    func measuredDurations(_ reader: TransportStreamReader) -> [Double] {
        guard let video = reader.streams.first(where: { $0.type == 0x1B }) else { return [] }
        let units = reader.packets(pid: video.pid)
        let starts = segments.indices.compactMap { index in units.first { $0.segment == index }?.pts }
        return zip(starts, starts.dropFirst()).map { Double(TransportStreamReader.forward(from: $0, to: $1)) / 90_000 }
    }
}
