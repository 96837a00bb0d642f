import Foundation
import HLSConversion
import HLSKit
import TestSupport
import Testing

@Suite("Pictures that change in the middle")
struct ChangingPictureTests {
    /// A recording whose picture has another size in each part.
    private func recording(_ sizes: [(Int, Int)], in folder: TestFolder, seconds: Double) throws -> URL {
        var bytes = Data()
        for (index, size) in sizes.enumerated() {
            var media = TestMedia(format: "mpegts")
            media.video?.width = size.0
            media.video?.height = size.1
            media.duration = seconds
            media.start = Double(index) * seconds
            let file = folder.file("part.ts")
            try media.write(to: file)
            bytes += try Data(contentsOf: file)
        }
        let whole = folder.file("film.ts")
        try bytes.write(to: whole)
        return whole
    }

    /// Whether each segment stands behind `EXT-X-DISCONTINUITY`.
    private func discontinuities(_ playlist: String) -> [Bool] {
        var found: [Bool] = []
        var isBehindTag = false
        for line in playlist.split(separator: "\n") {
            if line == "#EXT-X-DISCONTINUITY" { isBehindTag = true }
            guard !line.hasPrefix("#") else { continue }
            found.append(isBehindTag)
            isBehindTag = false
        }
        return found
    }

    @Test("a copied picture that changes its size begins a segment behind EXT-X-DISCONTINUITY", arguments: [3.0, 4.0])
    func copied(seconds: Double) async throws {
        let folder = try TestFolder()
        let film = try recording([(160, 90), (320, 180), (320, 180), (160, 90)], in: folder, seconds: seconds)
        let result = try await HLSConverter().convert(film, to: folder.file("out"))
        #expect(result.route.video?.isCopied == true)
        let hls = try HLSFolder(result.playlist)
        let reader = hls.reader
        var widths = hls.segments.map { _ in Set<Int>() }
        for packet in reader.packets(pid: TransportPackets.firstPID) where packet.isRandomAccess {
            NALUnitFraming.annexB.forEachUnit(in: packet.payload.span) { range in
                guard let set = H264SequenceParameterSet(nalUnit: Array(packet.payload[range])) else { return }
                widths[packet.segment].insert(set.width)
            }
        }
        #expect(widths.allSatisfy { $0.count == 1 })
        let changes = zip(widths, widths.dropFirst()).map { $0 != $1 }
        #expect(changes.count { $0 } == 2)
        #expect(discontinuities(hls.text) == [false] + changes)
        #expect(reader.problems == [])
        #expect(abs(hls.durations.reduce(0, +) - seconds * 4) < 0.5)
    }

    @Test(
        "other parameter sets of the same size begin a segment behind EXT-X-DISCONTINUITY, repeated ones do not",
        arguments: SegmentType.allCases
    )
    func parameterSets(type: SegmentType) async throws {
        let folder = try TestFolder()
        let film = folder.file("film.ts")
        var bytes = Data()
        for (number, preset) in ["veryfast", "veryfast", "ultrafast"].enumerated() {
            var media = TestMedia(format: "mpegts")
            media.start = Double(number) * 3
            media.video?.options = [("preset", preset)]
            try media.write(to: folder.file("part.ts"))
            bytes += try Data(contentsOf: folder.file("part.ts"))
        }
        try bytes.write(to: film)
        var options = ConversionOptions()
        options.segmentType = type
        let result = try await HLSConverter(options: options).convert(film, to: folder.file("out"))
        #expect(result.route.video?.isCopied == true)
        let hls = try HLSFolder(result.playlist)
        let start = try #require(hls.discontinuities.first)
        #expect(hls.discontinuities.count == 1)
        #expect(abs(hls.durations.prefix(start).reduce(0, +) - 6) < 0.15)
        #expect(abs(hls.durations.dropFirst(start).reduce(0, +) - 3) < 0.15)
        guard type == .fragmentedMP4 else { return }
        #expect(CMAFReader(hls).problems == [])
        #expect(Set(hls.initializations.prefix(start)).count == 1)
        #expect(Set(hls.initializations.dropFirst(start)).count == 1)
        #expect(hls.initializations[0] != hls.initializations[start])
    }
}
