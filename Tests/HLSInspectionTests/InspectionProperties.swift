import Foundation
import HLSInspection
import HLSKit

/// What holds for the inspection of any bytes; shared by tests and the fuzzer.
enum InspectionProperties {
    /// Streams to be changed, each with its playlist first.
    static let bases: [Files] = {
        var bases: [Files] = [
            SampleFragments().files(), SampleFragments(fragmentsPerSegment: 5, delay: 7_200).files(),
            SampleSound().files(), SampleSound(codec: .enhancedAC3).files(), SampleRenditions.iFramesOfFragments(),
        ]
        let transport: [() throws -> Files] = [
            { try SampleStream(segments: 2).files() }, { try SampleRenditions.files() },
            { try SampleRenditions.iFrames() },
        ]
        for make in transport {
            if let files = try? make() { bases.append(files) }
        }
        return bases
    }()

    /// The files that bytes stand for.
    ///
    /// The first byte chooses a base; then each four are a change: file, place (two bytes, from the end when the highest
    /// bit is set) and value. With the highest bit of the first byte set the others are a file of their own.
    static func files(_ bytes: [UInt8]) -> (files: Files, source: String) {
        guard let first = bytes.first else { return ([:], "film.m3u8") }
        if first & 0x80 != 0 {
            let rest = Array(bytes.dropFirst())
            if first & 0x40 != 0 { return (["a.mp4": rest], "a.mp4") }
            let base = SampleFragments().files()
            let name = ["film.m3u8", "init.mp4", "s1.m4s"][Int(first & 0x3F) % 3]
            return (base.with([name: rest]), "film.m3u8")
        }
        var files = bases[Int(first) % bases.count]
        let names = files.keys.sorted()
        var at = 1
        while at + 4 <= bytes.count {
            let name = names[Int(bytes[at]) % names.count]
            let place = Int(bytes[at + 1] & 0x7F) << 8 | Int(bytes[at + 2])
            let count = files[name]?.count ?? 0
            if place < count {
                files[name]?[bytes[at + 1] & 0x80 != 0 ? count - 1 - place : place] = bytes[at + 3]
            }
            at += 4
        }
        return (files, "film.m3u8")
    }

    /// What does not hold for some bytes; nil when all does.
    static func broken(by bytes: [UInt8]) async -> String? {
        let (files, source) = files(bytes)
        var configuration = HLSInspector.Configuration()
        configuration.loader = MemoryLoader(files: files, pieceBytes: 1 + Int(bytes.last ?? 0) * 17)
        do {
            let report = try await HLSInspector(configuration: configuration).inspect(MemoryLoader.folder + source)
            guard (try? JSONEncoder().encode(report)) != nil else { return "the report is no JSON" }
            for finding in report.findings {
                if let problem = broken(finding, files) { return problem }
            }
            return nil
        } catch {
            return error.message.isEmpty ? "an error says nothing" : nil
        }
    }

    private static func broken(_ finding: Finding, _ files: Files) -> String? {
        if finding.message.isEmpty || finding.section.isEmpty || finding.file.isEmpty || finding.count < 1 {
            return "a finding says too little: \(finding)"
        }
        guard let file = files[finding.file] else { return nil }
        if let line = finding.line, line < 1 || line > file.count + 1 { return "no such line: \(finding)" }
        if let offset = finding.offset, offset < 0 || offset > file.count { return "no such byte: \(finding)" }
        return nil
    }
}
