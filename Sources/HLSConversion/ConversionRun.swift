import CFFmpeg
import Dispatch
import HLSKit
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One conversion from start to end: look at the input, choose the routes, prepare the folder, run, tell, clean up.
final class ConversionRun: Sendable {
    let options: ConversionOptions
    let input: String
    private let directory: String
    let cancellation: Cancellation
    private let onEvent: Mutex<@Sendable (ConversionEvent) -> Void>
    private let start = ContinuousClock.now

    private static let progressInterval = DispatchTimeInterval.milliseconds(100)
    /// How long to wait for the first picture and sound before the route is told and FFmpeg is heard.
    private static let greatestSilence = Duration.seconds(1)

    init(
        options: ConversionOptions,
        input: String,
        directory: String,
        cancellation: Cancellation,
        onEvent: @escaping @Sendable (ConversionEvent) -> Void
    ) {
        self.options = options
        self.input = input
        self.directory = directory
        self.cancellation = cancellation
        self.onEvent = Mutex(onEvent)
    }

    var isHLS: Bool { options.format == "hls" }

    func run() throws -> ConversionResult {
        try options.validate()
        if let film = try filmToCopy() { return try copy(film) }
        try FFmpegLibraries.load(.formatsAndCodecs)
        usesFFmpeg.store(true, ordering: .relaxed)
        return try FFmpegLog.listening { [self] in
            tell(.log($0))
        } while: {
            try convert()
        }
    }

    // MARK: Without FFmpeg

    /// The film that is copied without FFmpeg; nil when something must be encoded, or the input is no ordinary MP4 film.
    private func filmToCopy() throws(ConversionError) -> MP4Film? {
        let encodes = [options.videoEncoder, options.audioEncoder].contains { $0 != .automatic && $0 != .copy }
        guard isHLS, !encodes, options.crf == nil, options.preset == nil,
            let film = try MP4Film(path: input, isCancelled: { [cancellation] in cancellation.isCancelled })
        else { return nil }
        if let facts = film.picture?.facts {
            guard RoutePlanner.video(facts, options).isCopy, RoutePlanner.isCertain(facts) else { return nil }
        }
        if let facts = film.sound?.facts, !RoutePlanner.audio(facts, options).isCopy { return nil }
        return film
    }

    private func copy(_ film: MP4Film) throws -> ConversionResult {
        let route = ConversionRoute(
            video: film.picture.map { RoutePlanner.video($0.facts, options).track },
            audio: film.sound.map { RoutePlanner.audio($0.facts, options).track }
        )
        let configuration = configuration(route, film.codecs, film.picture?.facts.survey)
        let plan = try plan(film, configuration)
        return try produce(route, format: nil, total: film.duration) { folder, target throws(ConversionError) in
            makePackager(configuration, plan, route, folder: folder, target: target)
        } fill: { packager in
            for (index, track) in film.tracks.enumerated() {
                packager.configure(track: index, extradata: track.extradata)
            }
            begin(route)
            let reading = try film.forEachUnit { track, unit in
                try cancellation.check()
                try packager.write(unit, track: track)
            }
            for index in film.tracks.indices { try packager.end(track: index) }
            try packager.finish()
            warnOfDamage(reading.damagedUnits + packager.output.damagedUnits)
            if !reading.isWhole { warnIfCutOff(packager.output, claimed: film.duration) }
            if film.file.hasChanged { tell(.warning(.changed(input: input))) }
        }
    }

    // MARK: With FFmpeg

    private func convert() throws -> ConversionResult {
        // What is wrong with an input is told in one line of ours.
        FFmpegLog.setLevel(options.logLevel == .error ? .quiet : options.logLevel)
        let file = try InputFile(path: input, isLocalPlaylist: options.readsLocalPlaylist) { [cancellation] in
            cancellation.isCancelled
        }
        let format = isHLS ? nil : try FileFormat(named: options.format)
        let tracks = try plan(file, format)
        let route = ConversionRoute(
            video: tracks.first { $0.stream.kind == .video }?.route.track,
            audio: tracks.first { $0.stream.kind == .audio }?.route.track
        )
        let codecs = try OutputCodecs.check(tracks, input: input, format: format)
        let needsFilters = tracks.contains { !$0.route.isCopy }
        if needsFilters { try FFmpegLibraries.load(.filters) }

        let fill = { [self] (sink: any PacketSink) throws in
            let pipeline = ConversionPipeline(
                sink: CancellableSink(sink, cancellation: cancellation),
                cancellation: cancellation
            ) { [self] in
                tell(.warning($0))
            } onDecodable: { [self] in
                begin(route)
            }
            let observations = try pipeline.run(
                file,
                tracks: tracks,
                video: videoSettings(tracks, format),
                audio: audioSettings(tracks, format)
            )
            begin(route)
            warnOfDamage(observations.damagedPackets + sink.output.damagedUnits)
            if let claimed = file.claimedDuration { warnIfCutOff(sink.output, claimed: claimed) }
        }
        if let format {
            return try produce(route, format: format, total: file.duration) { folder, _ throws(ConversionError) in
                try FilePackager(format: format, folder: folder, trackCount: tracks.count)
            } fill: {
                try fill($0)
            }
        }
        let configuration = configuration(route, codecs, surveyed.withLock { $0 })
        let plan = try plan(file, tracks, configuration, known: timing.withLock { $0 })
        return try produce(route, format: nil, total: file.duration) { folder, target throws(ConversionError) in
            makePackager(configuration, plan, route, folder: folder, target: target)
        } fill: {
            try fill($0)
        }
    }

    // MARK: The output

    /// Prepares the folder, lets `fill` make the output, and tells how it goes; what fails leaves nothing behind.
    private func produce<Sink: PacketSink>(
        _ route: ConversionRoute,
        format: FileFormat?,
        total: MediaTime?,
        makeSink: (OutputFolder, URL) throws(ConversionError) -> Sink,
        fill: (Sink) throws -> Void
    ) throws -> ConversionResult {
        let folder = try OutputFolder(
            path: directory,
            fileExtension: format?.fileExtension ?? "m3u8",
            options: options,
            input: input,
            keepsEarlierResult: !isHLS || options.hlsPlaylistType == .vod
        )
        defer { folder.unlock() }
        let target = URL(filePath: folder.path + "/" + folder.fileName)
        var sink: Sink?
        do {
            let made = try makeSink(folder, target)
            sink = made
            let ticker = tick(made, route, total: total)
            defer { ticker.cancel() }
            try fill(made)
            let output = made.output
            tell(.progress(progress(output, total: output.duration)))
            return ConversionResult(
                folder: URL(filePath: folder.path, directoryHint: .isDirectory),
                playlist: target,
                duration: output.duration,
                segments: output.segments,
                bytes: output.bytes,
                route: route
            )
        } catch {
            sink?.abandon()
            // People may be watching an event; what they have stays.
            if options.hlsPlaylistType == .vod || sink?.output.segments ?? 0 == 0 { folder.discard() }
            throw error
        }
    }

    private func makePackager(
        _ configuration: HLSPackagerState.Configuration,
        _ plan: PlaylistPlanner.Plan?,
        _ route: ConversionRoute,
        folder: OutputFolder,
        target: URL
    ) -> HLSPackager {
        var configuration = configuration
        if let plan {
            configuration.expectedTargetDuration = plan.targetDuration
            // What an earlier conversion left is gone by now, so that nothing of it is taken for what is planned.
            tell(.playlistPlanned(PlannedPlaylist(playlist: target, text: plan.text, segments: plan.segments)))
        }
        return HLSPackager(configuration: configuration, folder: folder) { [self] name in
            tell(.segmentAvailable(name))
        } onPlaylist: { [self] in
            begin(route)
            tell(.playlistAvailable(target))
        }
    }

    private let usesFFmpeg = Atomic(false)
    private let hasBegun = Atomic(false)

    /// Tells the route, and lets FFmpeg say what it says: before something could be decoded, our one line is better.
    private func begin(_ route: ConversionRoute) {
        guard !hasBegun.exchange(true, ordering: .relaxed) else { return }
        if usesFFmpeg.load(ordering: .relaxed) { FFmpegLog.setLevel(options.logLevel) }
        tell(.route(route))
    }

    func tell(_ event: ConversionEvent) {
        onEvent.withLock { $0(event) }
    }

    // MARK: Routes

    private func plan(_ file: InputFile, _ format: FileFormat?) throws(ConversionError) -> [ConversionPipeline.Track] {
        let selection = try TrackSelection(file)
        for kind in selection.unknown { tell(.warning(.unknownCoding(isPicture: kind == .video))) }
        let videoTarget = selection.video.flatMap { target(for: $0, format, preferred: "libx264") }
        let audioTarget = selection.audio.flatMap { target(for: $0, format, preferred: "aac") }
        var video = videoTarget.flatMap { _ in selection.video?.videoFacts }
        var audio = audioTarget.flatMap { _ in selection.audio?.audioFacts }
        if case .copy = options.videoEncoder, isHLS, let video, !video.hasTimestamps {
            throw ConversionError(
                .invalidOption,
                "'\(input)' does not say when its pictures are shown, so they cannot be copied: let them be encoded"
            )
        }
        try survey(selection, &video, &audio)
        surveyed.withLock { $0 = video?.survey }
        var tracks: [ConversionPipeline.Track] = []
        if let stream = selection.video, let video, let videoTarget {
            let route = RoutePlanner.video(video, options, target: videoTarget)
            tracks.append(ConversionPipeline.Track(stream: stream, route: route))
        }
        if let stream = selection.audio, let audio, let audioTarget {
            let route = RoutePlanner.audio(audio, options, target: audioTarget)
            tracks.append(ConversionPipeline.Track(stream: stream, route: route))
        }
        guard !tracks.isEmpty else {
            throw ConversionError(
                .inputNotUsable,
                "'\(input)' holds nothing that goes into the format \(options.format): choose another --format"
            )
        }
        return tracks
    }

    /// What the output can hold of a stream; nil when it has no place for it, which is told.
    private func target(for stream: InputStream, _ format: FileFormat?, preferred: String) -> RoutePlanner.Target? {
        guard let format else { return .hls(encoder: preferred) }
        guard format.usualCodec(stream.kind) != nil else {
            tell(.warning(.leftOut(isPicture: stream.kind == .video, format: format.name)))
            return nil
        }
        return RoutePlanner.Target(
            format: format.name,
            encoder: format.encoder(stream.kind, preferred: preferred),
            holdsSource: format.holds(stream.codec, stream.kind),
            isUsualForSource: format.usualCodec(stream.kind) == stream.codec
        )
    }

    private let surveyed = Mutex<RandomAccessSurvey?>(nil)
    /// The times of streams that were read for the survey.
    private let timing = Mutex(InputTiming([]))

    /// The stream is read for its random access points only where that can change something.
    private func needsSurvey(_ facts: VideoFacts) -> Bool {
        switch options.videoEncoder {
        case .automatic: RoutePlanner.reasonToEncodeWithoutSurvey(facts, options) == nil
        case .copy: isHLS && options.hlsPlaylistType == .event && facts.codec == "h264"
        case .named: false
        }
    }

    private func needsSurvey(_ facts: AudioFacts, _ stream: InputStream) -> Bool {
        options.audioEncoder == .automatic && RoutePlanner.audio(facts, options).isCopy
            && SoundSurvey.isNeeded(for: stream)
    }

    /// Finds out what only the whole of the streams tells; the input is read at most once for both.
    private func survey(
        _ selection: TrackSelection,
        _ video: inout VideoFacts?,
        _ audio: inout AudioFacts?
    ) throws(ConversionError) {
        var picture: (stream: Int, framing: NALUnitFraming)?
        if let stream = selection.video, let facts = video, needsSurvey(facts) {
            let framing = AVCDecoderConfiguration(stream.extradata)?.framing ?? .annexB
            video?.survey = RandomAccessSurvey.fromIndex(of: stream, framing: framing)
            if video?.survey == nil { picture = (stream.index, framing) }
        }
        var sound: (stream: Int, picture: Int?)?
        if let stream = selection.audio, let facts = audio, needsSurvey(facts, stream) {
            sound = (stream.index, selection.video?.index)
        }
        guard picture != nil || sound != nil else { return }
        // Read once, for the plan too.
        var times = InputTiming(options.plansPlaylist && isHLS ? selection.streams : [])
        let found = try RandomAccessSurvey.fromReading(
            input,
            picture: picture,
            sound: sound,
            others: times.streams,
            isCancelled: { [cancellation] in cancellation.isCancelled },
            note: { times.note($0) }
        )
        timing.withLock { $0 = times }
        if let survey = found.picture { video?.survey = survey }
        audio?.changesForm = found.soundChanges
    }

    // MARK: Settings

    private func configuration(
        _ route: ConversionRoute,
        _ codecs: [ElementaryStream.Codec],
        _ survey: RandomAccessSurvey?
    ) -> HLSPackagerState.Configuration {
        let copiesVideo = route.video.map { $0.encoder == nil } ?? false
        var greatest = MediaTime(seconds: options.hlsTime)
        if copiesVideo, let survey {
            greatest = max(greatest, survey.greatestSegment(hlsTime: options.hlsTime))
        }
        return HLSPackagerState.Configuration(
            rule: copiesVideo
                ? .randomAccessPoint(interval: options.hlsTime) : .grid(interval: options.hlsTime),
            playlistType: options.hlsPlaylistType,
            finishesEventAsVOD: options.finishesEventAsVOD,
            expectedTargetDuration: max(1, Int(min(greatest.seconds + 0.5, 1e9))),
            codecs: codecs
        )
    }

    private func videoSettings(
        _ tracks: [ConversionPipeline.Track],
        _ format: FileFormat?
    ) -> VideoTranscoder.Settings {
        VideoTranscoder.Settings(
            encoder: Self.encoder(of: .video, in: tracks) ?? "libx264",
            crf: options.crf ?? 23,
            preset: options.preset ?? .veryfast,
            keyframeInterval: options.hlsTime,
            wantsGlobalHeader: format?.wantsGlobalHeader ?? false
        )
    }

    private func audioSettings(
        _ tracks: [ConversionPipeline.Track],
        _ format: FileFormat?
    ) -> AudioTranscoder.Settings {
        AudioTranscoder.Settings(
            encoder: Self.encoder(of: .audio, in: tracks) ?? "aac",
            bitrate: options.bitrate,
            channels: options.audioChannels,
            wantsGlobalHeader: format?.wantsGlobalHeader ?? false
        )
    }

    private static func encoder(of kind: InputStream.Kind, in tracks: [ConversionPipeline.Track]) -> String? {
        tracks.first { $0.stream.kind == kind }?.route.track.encoder
    }

    // MARK: Telling

    private func tick(
        _ sink: any PacketSink,
        _ route: ConversionRoute,
        total: MediaTime?
    ) -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "w2g.progress"))
        timer.schedule(deadline: .now() + Self.progressInterval, repeating: Self.progressInterval)
        timer.setEventHandler { [self] in
            // A track whose first picture or sound comes late must not hold everything back.
            if start.duration(to: .now) > Self.greatestSilence { begin(route) }
            guard hasBegun.load(ordering: .relaxed) else { return }
            tell(.progress(progress(sink.output, total: total)))
        }
        timer.resume()
        return timer
    }

    private func progress(_ output: PackagedOutput, total: MediaTime?) -> ConversionProgress {
        ConversionProgress(
            mediaTime: output.duration,
            totalTime: total,
            frames: output.frames,
            bytes: output.bytes,
            segments: output.segments,
            elapsed: start.duration(to: .now)
        )
    }

    private func warnOfDamage(_ places: Int) {
        if places > 0 { tell(.warning(.damaged(input: input, places: places))) }
    }

    private func warnIfCutOff(_ output: PackagedOutput, claimed: MediaTime) {
        guard output.duration.seconds < claimed.seconds * 0.98 - 1 else { return }
        let seconds = Int(output.duration.seconds.rounded())
        tell(.warning(.cutOff(input: input, seconds: seconds, claimed: Int(claimed.seconds.rounded()))))
    }
}
