import CFFmpeg
import HLSKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Plans the playlist before the conversion.
extension ConversionRun {
    /// Whether the playlist must be known before the first segment: it was asked for, or an event has copied pictures.
    ///
    /// Only then may the audio behind the last picture stay in the last segment, as nobody is promised a shorter one.
    private func needsPlaylist(of rendition: ConversionPlan.Rendition) -> Bool {
        let copiesVideo = rendition.tracks.contains { $0.source.kind == .video && $0.route.isCopied }
        return options.plansPlaylist
            || options.hlsPlaylistType == .event && copiesVideo && rendition.tracks.count > 1
    }

    /// The playlist of a film that is copied without FFmpeg; nil when it is not needed, or cannot be known.
    func playlist(of film: MP4Film, _ rendition: ConversionPlan.Rendition) throws -> PlaylistPlanner.Plan? {
        guard needsPlaylist(of: rendition) else { return nil }
        return try planning {
            var planner = planner(rendition)
            try film.forEachTiming { track, timing in
                try cancellation.check()
                try planner.add(timing, track: track)
            }
            for index in film.tracks.indices { try planner.end(track: index) }
            return try planner.finish()
        }
    }

    /// The playlist of an input that FFmpeg reads; nil when it is not needed, or cannot be known.
    func playlist(
        of file: InputFile,
        _ planned: ConversionPlanner.PlannedFile,
        _ rendition: ConversionPlan.Rendition
    ) throws -> PlaylistPlanner.Plan? {
        guard needsPlaylist(of: rendition) else { return nil }
        return try planning {
            var timing = planned.timing
            let tracks = planned.tracks
            let streams = tracks.map { InputTiming.Stream(stream: $0.stream, isCopied: $0.route.isCopy) }
            let isCancelled: @Sendable () -> Bool = { [cancellation] in cancellation.isCancelled }
            let timings = try timing.timings(of: streams, in: file, isCancelled: isCancelled)
            let soundEnd = zip(tracks, timings).first { $0.0.stream.kind == .audio }?.1.end
            var planner = planner(rendition)
            try planner.add(
                zip(tracks, timings).map { track, timing in
                    PlanningTrack(timing: timing, treatment: treatment(of: track), soundEnd: soundEnd)
                },
                check: { try cancellation.check() }
            )
            return try planner.finish()
        }
    }

    private func planner(_ rendition: ConversionPlan.Rendition) -> PlaylistPlanner {
        var configuration = RenditionWriterState.Configuration(rendition, options)
        configuration.keepsSoundTail = true
        return PlaylistPlanner(configuration, input: input, segmentPrefix: options.hlsSegmentFilename)
    }

    /// Plans a playlist, and warns when that cannot be done: the conversion itself will find out what is wrong.
    private func planning(_ plan: () throws -> PlaylistPlanner.Plan) throws -> PlaylistPlanner.Plan? {
        do {
            return try plan()
        } catch let error as ConversionError where error.code != .cancelled {
            if options.plansPlaylist { tell(.warning(.unknownLength(input: input))) }
            return nil
        }
    }

    private func treatment(of track: ConversionPipeline.Track) -> PlanningTrack.Treatment {
        guard case .encode(let encoder, _) = track.route else { return .copied }
        if track.stream.kind == .video {
            let rate = track.stream.frameRate ?? AVRational(num: 25, den: 1)
            return .encodedVideo(interval: options.hlsTime, frameDuration: MediaTime(seconds: 1 / rate.value))
        }
        // Samples a frame, and those in front of the first.
        let (frame, runUp): (Double, Double) =
            switch encoder {
            case "libmp3lame": (1_152, 1_105)
            case "ac3", "eac3": (1_536, 256)
            default: (1_024, 1_024)
            }
        let rate = Double(max(1, min(track.stream.sampleRate, 48_000)))
        return .encodedAudio(frame: frame / rate, runUp: runUp / rate)
    }
}
