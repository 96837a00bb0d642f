import HLSKit
import TestSupport

/// What has to be true of a segment that was turned into CMAF, whatever the segment was.
///
/// The tests and the fuzz target share it.
enum TransmuxingProperties {
    static let position = SegmentTransmuxer.Position(
        number: 6,
        start: MediaTime(seconds: 12),
        duration: MediaTime(seconds: 2)
    )

    /// A sentence about the first property that does not hold; nil when all do.
    ///
    /// The first byte chooses whether the others are a transport stream, or changes of a sound one, and what is selected.
    static func broken(by input: [UInt8]) -> String? {
        guard let mode = input.first else { return nil }
        let bytes = Array(input.dropFirst())
        let changed = mode & 1 == 0 ? bytes : TransportStreamProperties.changed(bytes)
        let selection = [SegmentTransmuxer.Selection.all, .video, .audio, .all][Int(mode >> 1 & 3)]
        return brokenByTransmuxing(TransportStreamProperties.repaired(changed), selection)
    }

    static func brokenByTransmuxing(_ segment: [UInt8], _ selection: SegmentTransmuxer.Selection) -> String? {
        let transmuxer = SegmentTransmuxer(selection: selection)
        let output: SegmentTransmuxer.Output
        do {
            output = try transmuxer.transmux(segment.span, at: position)
        } catch {
            return error.description.isEmpty ? "an error without a sentence" : nil
        }
        guard let again = try? transmuxer.transmux(segment.span, at: position),
            again.fragment == output.fragment, again.initializationSection == output.initializationSection
        else { return "the same segment gave other bytes" }
        // The segment followed by what is left of it behind some packets: frames go on in it by chance only.
        let next = Array(segment.dropFirst(segment.count / 2 / 188 * 188))
        guard let followed = try? transmuxer.transmux(segment.span, followedBy: next.span, at: position) else {
            return "what follows a segment is an error of it"
        }
        if !output.endsWithinFrame, followed.fragment != output.fragment { return "a whole segment was completed" }
        return brokenOutput(output, segment) ?? brokenOutput(followed, segment)
    }

    private static func brokenOutput(_ output: SegmentTransmuxer.Output, _ segment: [UInt8]) -> String? {
        let initialization = MP4File(output.initializationSection)
        if let problem = initialization.problems.first { return "init section: \(problem)" }
        guard initialization.kind == .initializationSegment else { return "not an init section" }
        let file = MP4File(output.fragment, initialization: initialization.movie)
        if let problem = file.problems.first { return "fragment: \(problem)" }
        guard let fragment = file.fragments.first, file.fragments.count == 1 else { return "not one fragment" }
        for track in fragment.tracks {
            guard let described = initialization.movie?.track(track.trackID) else {
                return "track \(track.trackID) is not in the init section"
            }
            if described.kind == .video, track.startsWithSync != true { return "does not begin with a key frame" }
            for sample in track.samples {
                if sample.byteRange.isEmpty || sample.duration == 0 { return "an empty sample" }
                if sample.compositionTime < 0 { return "a negative time" }
            }
        }
        let total = fragment.tracks.reduce(0) { $0 + $1.byteCount }
        return total > segment.count * 2 + 4_096 ? "more came out than went in" : nil
    }
}
