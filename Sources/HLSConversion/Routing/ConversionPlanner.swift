import CFFmpeg
import HLSKit

/// Decides what a conversion makes of an input: selects streams, asks them what only they know, and plans the output.
struct ConversionPlanner {
    let options: ConversionOptions
    let input: String
    let cancellation: Cancellation
    let warn: (ConversionWarning) -> Void

    /// An input that FFmpeg reads, with its plan.
    struct PlannedFile {
        var plan: ConversionPlan
        var tracks: [ConversionPipeline.Track]
        /// The muxer of an output that is one file.
        var format: FileFormat?
        /// The times of streams that were read meanwhile.
        var timing: InputTiming

        /// Whether encoders must put their parameter sets beside the stream.
        var wantsGlobalHeader: Bool {
            switch plan.output {
            case .hls(let renditions): renditions.contains { $0.segmentType == .fragmentedMP4 }
            case .file: format?.wantsGlobalHeader ?? false
            }
        }
    }

    // MARK: Without FFmpeg

    /// The film that is copied without FFmpeg; nil when something must be encoded, or the input is not an ordinary MP4 film.
    func filmToCopy() throws(ConversionError) -> MP4Film? {
        let encodes = [options.videoEncoder, options.audioEncoder].contains { $0 != .automatic && $0 != .copy }
        guard case .hls = options.output, !encodes, options.crf == nil, options.preset == nil,
            let film = try MP4Film(path: input, isCancelled: { [cancellation] in cancellation.isCancelled })
        else { return nil }
        if let facts = film.picture?.facts {
            guard RoutePlanner.video(facts, options).isCopy, RoutePlanner.isCertain(facts) else { return nil }
        }
        if let facts = film.sound?.facts, !RoutePlanner.audio(facts, options).isCopy { return nil }
        return film
    }

    /// The plan of a film that is copied without FFmpeg.
    func plan(_ film: MP4Film) -> ConversionPlan {
        var tracks: [ConversionPlan.Track] = []
        if let picture = film.picture {
            let route = RoutePlanner.video(picture.facts, options).track
            tracks.append(.init(source: .init(picture.track, .video, codec: "h264"), route: route))
        }
        if let sound = film.sound {
            let route = RoutePlanner.audio(sound.facts, options).track
            tracks.append(.init(source: .init(sound.track, .audio, codec: "aac"), route: route))
        }
        let rendition = rendition(
            options.segmentType ?? .transportStream,
            tracks,
            codings: film.codings,
            film.picture?.facts
        )
        return ConversionPlan(
            input: input,
            output: .hls([rendition]),
            omitted: film.omitted,
            duration: film.duration
        )
    }

    // MARK: With FFmpeg

    /// Plans what becomes of the streams.
    ///
    /// - Parameter readsStreams: Whether a stream may be read to its end to find out whether it can be copied.
    func plan(_ file: InputFile, readsStreams: Bool = true) throws(ConversionError) -> PlannedFile {
        let format: FileFormat? =
            if case .file(let name) = options.output { try FileFormat(named: name) } else { nil }
        let selection = try TrackSelection(file)
        for (kind, codec) in selection.undecodable {
            warn(.undecodable(isPicture: kind == .video, codec: codec))
        }
        let videoTarget = selection.video.flatMap { target(for: $0, format, preferred: "libx264") }
        let audioTarget = selection.audio.flatMap { target(for: $0, format, preferred: "aac") }
        var video = videoTarget.flatMap { _ in selection.video?.videoFacts }
        var audio = audioTarget.flatMap { _ in selection.audio?.audioFacts }
        if case .copy = options.videoEncoder, format == nil, let video, !video.hasTimestamps {
            throw ConversionError(
                .invalidOption,
                "'\(input)' does not say when its pictures are shown, so they cannot be copied: let them be encoded"
            )
        }
        var timing = InputTiming([])
        if readsStreams {
            if let stream = selection.video, let facts = video, needsSurvey(facts), stream.mayHoldFields {
                video?.isInterlaced = try FirstPictures.areInterlaced(in: stream, cancellation)
            }
            try survey(selection, &video, &audio, &timing)
        }
        var tracks: [ConversionPipeline.Track] = []
        if let stream = selection.video, let video, let videoTarget {
            let route = RoutePlanner.video(video, options, target: videoTarget)
            tracks.append(ConversionPipeline.Track(stream: stream, route: route))
        }
        if let stream = selection.audio, let audio, let audioTarget {
            let route = RoutePlanner.audio(audio, options, target: audioTarget)
            tracks.append(ConversionPipeline.Track(stream: stream, route: route))
        }
        var omitted = selection.omitted
        if let format, options.readsLocalPlaylist, options.audioEncoder == .copy {
            // A file has a place for every language of a downloaded stream.
            for stream in selection.otherAudio where audio != nil && format.holds(stream.codec, .audio) {
                tracks.append(ConversionPipeline.Track(stream: stream, route: .copy(reason: .asAsked)))
                let kept = OmittedStream(kind: .audio, language: stream.language, title: stream.title)
                if let index = omitted.firstIndex(of: kept) { omitted.remove(at: index) }
            }
        }
        guard !tracks.isEmpty else {
            throw ConversionError(
                .inputNotUsable,
                "'\(input)' holds nothing that goes into the format \(format?.name ?? "hls"): choose another --format"
            )
        }
        let planned = tracks.map { ConversionPlan.Track(source: .init($0.stream), route: $0.route.track) }
        let output: ConversionPlan.Output
        if let format {
            try OutputCodecs.check(tracks, format: format)
            output = .file(format: format.name, tracks: planned)
        } else {
            let (type, codings) = try OutputCodecs.segments(of: tracks, input: input, asked: options.segmentType)
            output = .hls([rendition(type, planned, codings: codings, video)])
        }
        return PlannedFile(
            plan: ConversionPlan(
                input: input,
                output: output,
                omitted: omitted,
                duration: file.duration
            ),
            tracks: tracks,
            format: format,
            timing: timing
        )
    }

    private func rendition(
        _ type: SegmentType,
        _ tracks: [ConversionPlan.Track],
        codings: [Coding],
        _ facts: VideoFacts?
    ) -> ConversionPlan.Rendition {
        let copiesVideo = tracks.first { $0.source.kind == .video }?.route.isCopied ?? false
        var greatest = MediaTime(seconds: options.hlsTime)
        if copiesVideo, let survey = facts?.survey {
            greatest = max(greatest, survey.greatestSegment(hlsTime: options.hlsTime))
        }
        return ConversionPlan.Rendition(
            segmentType: type,
            tracks: tracks,
            segmentDuration: options.hlsTime,
            targetDuration: max(1, Int(min(greatest.seconds + 0.5, 1e9))),
            codings: codings,
            rule: copiesVideo ? .randomAccessPoint(interval: options.hlsTime) : .grid(interval: options.hlsTime),
            sampleAspectRatio: copiesVideo ? facts?.shape.replacement : nil
        )
    }

    /// What the output can hold of a stream; nil, with a warning, when it has no place for it.
    private func target(for stream: InputStream, _ format: FileFormat?, preferred: String) -> RoutePlanner.Target? {
        guard let format else { return .hls(encoder: preferred) }
        guard format.usualCodec(stream.kind) != nil else {
            warn(.leftOut(isPicture: stream.kind == .video, format: format.name))
            return nil
        }
        return RoutePlanner.Target(
            format: format.name,
            encoder: format.encoder(stream.kind, preferred: preferred),
            holdsSource: format.holds(stream.codec, stream.kind),
            isUsualForSource: format.usualCodec(stream.kind) == stream.codec,
            takesShape: format.storesSampleAspectRatio
        )
    }

    // MARK: What only the streams know

    private var isHLS: Bool { options.output == .hls }

    /// The stream is read for its random access points only where that can change something.
    private func needsSurvey(_ facts: VideoFacts) -> Bool {
        switch options.videoEncoder {
        case .automatic: RoutePlanner.reasonToEncodeWithoutSurvey(facts, options) == nil
        case .copy: isHLS && options.hlsPlaylistType == .event
        case .named: false
        }
    }

    private func needsSurvey(_ facts: AudioFacts, _ stream: InputStream) -> Bool {
        options.audioEncoder == .automatic && RoutePlanner.audio(facts, options).isCopy
            && SoundSurvey.isNeeded(for: stream)
    }

    /// Finds out what only the whole of the streams shows; the input is read at most once for both.
    private func survey(
        _ selection: TrackSelection,
        _ video: inout VideoFacts?,
        _ audio: inout AudioFacts?,
        _ timing: inout InputTiming
    ) throws(ConversionError) {
        var picture: (stream: Int, framing: NALUnitFraming?)?
        if let stream = selection.video, let facts = video, needsSurvey(facts) {
            if facts.codec == "h264" {
                let framing = AVCDecoderConfiguration(stream.extradata)?.framing ?? .annexB
                video?.survey = RandomAccessSurvey.fromIndex(of: stream, framing: framing)
                if video?.survey == nil { picture = (stream.index, framing) }
            } else {
                picture = (stream.index, nil)
            }
        }
        var sound: (stream: Int, picture: Int?)?
        if let stream = selection.audio, let facts = audio, needsSurvey(facts, stream) {
            sound = (stream.index, selection.video?.index)
        }
        guard picture != nil || sound != nil else { return }
        // Read once, for the playlist that is planned too.
        let isPlanned = isHLS && (options.plansPlaylist || options.hlsPlaylistType == .event)
        var times = InputTiming(isPlanned ? selection.streams : [])
        let found = try RandomAccessSurvey.fromReading(
            input,
            picture: picture,
            sound: sound,
            others: times.streams,
            isCancelled: { [cancellation] in cancellation.isCancelled },
            note: { times.note($0) }
        )
        timing = times
        if let survey = found.picture { video?.survey = survey }
        audio?.changesForm = found.soundChanges
    }
}

extension ConversionPlan.Source {
    fileprivate init(_ stream: InputStream) {
        self.init(
            stream: stream.index,
            kind: stream.kind == .video ? .video : .audio,
            codec: stream.codecName,
            language: stream.language
        )
    }

    fileprivate init(_ track: MP4Film.Track, _ kind: OmittedStream.Kind, codec: String) {
        self.init(stream: track.position, kind: kind, codec: codec, language: track.language)
    }
}
