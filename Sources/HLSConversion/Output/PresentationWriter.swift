import HLSKit

/// Writes an HLS folder: its renditions, and the record of what made it.
final class PresentationWriter: AccessUnitSink {
    /// A rendition and the tracks of the conversion in it.
    struct Rendition {
        var writer: RenditionWriter
        /// The tracks of the conversion, in the order of the rendition's own.
        var tracks: [Int]
    }

    private let renditions: [Rendition]
    private let folder: OutputFolder

    init(_ renditions: [Rendition], folder: OutputFolder) {
        self.renditions = renditions
        self.folder = folder
    }

    /// Calls a body with each rendition that has a track, and the track's number in it.
    private func forEachRendition(of track: Int, _ body: (RenditionWriter, Int) throws -> Void) rethrows {
        for rendition in renditions {
            for (index, other) in rendition.tracks.enumerated() where other == track {
                try body(rendition.writer, index)
            }
        }
    }

    func configure(track: Int, _ description: TrackDescription) throws {
        try forEachRendition(of: track) { try $0.configure(track: $1, description) }
    }

    func write(_ unit: AccessUnit, track: Int) throws {
        try forEachRendition(of: track) { try $0.write(unit, track: $1) }
    }

    func end(track: Int) throws {
        try forEachRendition(of: track) { try $0.end(track: $1) }
    }

    func finish() throws {
        for rendition in renditions { try rendition.writer.finish() }
        try folder.markFinished()
    }

    func abandon() {
        for rendition in renditions { rendition.writer.abandon() }
    }

    var output: WrittenOutput {
        renditions.map(\.writer.output).reduce(WrittenOutput()) { sum, next in
            WrittenOutput(
                duration: max(sum.duration, next.duration),
                segments: sum.segments + next.segments,
                bytes: sum.bytes + next.bytes,
                frames: max(sum.frames, next.frames),
                damagedUnits: sum.damagedUnits + next.damagedUnits
            )
        }
    }
}
