import HLSDownload

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Results as JSON, the way `--json` prints them.
enum JSONText {
    /// How many segments are encoded at once.
    private static let pieceSize = 256

    /// A text in quotation marks, for a line that is put together by hand.
    static func quoted(_ text: String) -> String {
        (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }

    /// All of a value.
    static func of(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// A plan, which may be long, piece by piece: together they are what ``of(_:)`` gives.
    static func write(_ plan: DownloadPlan, _ body: (String) throws -> Void) throws {
        var outline = plan
        for index in outline.renditions.indices { outline.renditions[index].segments = [] }
        var rest = Substring(try of(outline))
        for rendition in plan.renditions {
            // Within a text the quotation marks have a backslash in front.
            guard let list = rest.firstRange(of: #""segments" : ["#),
                let end = rest[list.upperBound...].firstIndex(of: "]")
            else { break }
            try body(String(rest[..<list.upperBound]))
            let margin = rest[..<list.lowerBound].utf8.reversed().prefix { $0 == 0x20 }
            rest = rest[(rendition.segments.isEmpty ? list.upperBound : end)...]
            guard !rendition.segments.isEmpty else { continue }
            try write(rendition.segments, Array(margin), body)
            try body("\n" + String(repeating: " ", count: margin.count))
        }
        try body(String(rest))
    }

    private static func write(
        _ segments: DownloadPlan.Segments,
        _ margin: [UInt8],
        _ body: (String) throws -> Void
    ) throws {
        for start in stride(from: 0, to: segments.count, by: pieceSize) {
            let list = try of(Array(segments[start..<min(segments.count, start + pieceSize)]))
            // Between the brackets, a step further in.
            var lines: [UInt8] = start == 0 ? [] : [0x2C]
            for byte in list.utf8.dropFirst().dropLast(2) {
                lines.append(byte)
                if byte == 0x0A { lines += margin }
            }
            try body(String(decoding: lines, as: UTF8.self))
        }
    }
}
