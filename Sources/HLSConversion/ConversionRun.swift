import CFFmpeg
import Dispatch
import HLSKit
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One conversion from start to end: plan, run, report, and remove what fails.
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

    private var planner: ConversionPlanner {
        ConversionPlanner(options: options, input: input, cancellation: cancellation) { [self] in tell(.warning($0)) }
    }

    func run() throws -> ConversionResult {
        try options.validate()
        if let film = try planner.filmToCopy() { return try copy(film) }
        return try withFFmpeg { try convert() }
    }

    /// Decides what a conversion would make, and makes nothing.
    func plan() throws -> ConversionPlan {
        try options.validate()
        try OutputFolder.check(path: directory, options: options, input: input)
        if let film = try planner.filmToCopy() { return planner.plan(film) }
        return try withFFmpeg { try planner.plan(try openInput()).plan }
    }

    /// Finds out what stands in the way of a conversion, without reading the streams, and makes nothing.
    func check() throws {
        try options.validate()
        try OutputFolder.check(path: directory, options: options, input: input)
        guard try planner.filmToCopy() == nil else { return }
        try FFmpegLibraries.load(.formatsAndCodecs)
        FFmpegLog.setLevel(.quiet)
        let planned = try planner.plan(try openInput(), readsStreams: false)
        for track in planned.tracks where !track.route.isCopy { _ = try Decoder(stream: track.stream) }
    }

    private func openInput() throws(ConversionError) -> InputFile {
        try InputFile(path: input, isLocalPlaylist: options.readsLocalPlaylist) { [cancellation] in
            cancellation.isCancelled
        }
    }

    /// Loads FFmpeg, and listens to what it says while it works.
    private func withFFmpeg<Result>(_ body: () throws -> Result) throws -> Result {
        try FFmpegLibraries.load(.formatsAndCodecs)
        usesFFmpeg.store(true, ordering: .relaxed)
        return try FFmpegLog.listening { [self] in
            hear($0)
        } while: {
            // What is wrong with an input is reported in one line of ours.
            FFmpegLog.setLevel(options.logLevel == .error ? .quiet : options.logLevel)
            do {
                return try body()
            } catch {
                tellHeard()
                throw error
            }
        }
    }

    // MARK: Without FFmpeg

    private func copy(_ film: MP4Film) throws -> ConversionResult {
        let plan = planner.plan(film)
        guard case .hls(let renditions) = plan.output else { throw Self.unplanned }
        let playlists = try renditions.map { try playlist(of: film, $0) }
        return try produce(plan) { folder throws(ConversionError) in
            try presentation(plan, renditions, playlists, folder)
        } fill: { sink in
            for (index, track) in film.tracks.enumerated() {
                try sink.configure(
                    track: index,
                    TrackDescription(extradata: track.extradata, display: track.display, language: track.language)
                )
            }
            begin(plan.route)
            let reading = try film.forEachUnit { track, unit in
                try cancellation.check()
                try sink.write(unit, track: track)
            }
            for index in film.tracks.indices { try sink.end(track: index) }
            try sink.finish()
            warnOfDamage(reading.damagedUnits + sink.output.damagedUnits)
            if !reading.isWhole { warnIfCutOff(sink.output, claimed: film.duration) }
            if film.file.hasChanged { tell(.warning(.changed(input: input))) }
        }
    }

    // MARK: With FFmpeg

    private func convert() throws -> ConversionResult {
        if case .file(let name) = options.output, let presentation = presentationToJoin {
            return try join(presentation, try FileFormat(named: name))
        }
        let file = try openInput()
        let planned = try planner.plan(file)
        let plan = planned.plan
        if plan.tracks.contains(where: { !$0.route.isCopied }) { try FFmpegLibraries.load(.filters) }
        var playlists: [PlaylistPlanner.Plan?] = []
        if case .hls(let renditions) = plan.output {
            playlists = try renditions.map { try playlist(of: file, planned, $0) }
        }
        return try produce(plan) { folder throws(ConversionError) in
            switch plan.output {
            case .hls(let renditions): return try presentation(plan, renditions, playlists, folder)
            case .file(let format, let tracks):
                return try FileWriter(
                    format: FileFormat(named: format),
                    folder: folder,
                    trackCount: tracks.count,
                    cancellation: cancellation
                )
            }
        } fill: { sink in
            let pipeline = ConversionPipeline(sink: sink, cancellation: cancellation) { [self] in
                tell(.warning($0))
            } onDecodable: { [self] in
                begin(plan.route)
            }
            let observations = try pipeline.run(
                file,
                tracks: planned.tracks,
                video: videoSettings(planned),
                audio: audioSettings(planned)
            )
            begin(plan.route)
            warnOfDamage(observations.damagedPackets + sink.output.damagedUnits)
            if let claimed = file.claimedDuration { warnIfCutOff(sink.output, claimed: claimed) }
        }
    }

    private func videoSettings(_ planned: ConversionPlanner.PlannedFile) -> VideoTranscoder.Settings {
        VideoTranscoder.Settings(
            encoder: planned.plan.route.video?.encoder ?? "libx264",
            crf: options.crf ?? 23,
            preset: options.preset ?? .veryfast,
            keyframeInterval: options.hlsTime,
            holdsLastPicture: planned.format == nil,
            wantsGlobalHeader: planned.wantsGlobalHeader
        )
    }

    private func audioSettings(_ planned: ConversionPlanner.PlannedFile) -> AudioTranscoder.Settings {
        AudioTranscoder.Settings(
            encoder: planned.plan.route.audio?.encoder ?? "aac",
            bitrate: options.bitrate,
            channels: options.audioChannels,
            wantsGlobalHeader: planned.wantsGlobalHeader
        )
    }

    // MARK: Joining

    /// The playlist, and those that it names, when they have several sections; nil when they are read as one stream.
    private var presentationToJoin: SectionedPresentation? {
        guard options.readsLocalPlaylist, options.videoEncoder == .copy, options.audioEncoder == .copy else {
            return nil
        }
        return SectionedPresentation(path: input)
    }

    private func join(_ presentation: SectionedPresentation, _ format: FileFormat) throws -> ConversionResult {
        let join = try SectionJoin(presentation, input: input, cancellation)
        if join.needsFilters { try FFmpegLibraries.load(.filters) }
        let encoder = format.encoder(.audio, preferred: "aac")
        let plan = ConversionPlan(
            input: input,
            output: .file(format: format.name, tracks: join.plannedTracks(encoder: encoder)),
            omitted: presentation.omitted,
            duration: presentation.main.duration
        )
        let settings = AudioTranscoder.Settings(
            encoder: encoder,
            bitrate: options.bitrate,
            channels: options.audioChannels,
            wantsGlobalHeader: format.wantsGlobalHeader
        )
        return try produce(plan) { folder throws(ConversionError) in
            try FileWriter(
                format: format,
                folder: folder,
                trackCount: join.trackCount,
                cancellation: cancellation
            )
        } fill: { sink in
            begin(plan.route)
            let damagedPackets = try join.run(sink, settings)
            warnOfDamage(damagedPackets + sink.output.damagedUnits)
        }
    }

    // MARK: The output

    /// What the planner of a film that is copied never decides.
    private static var unplanned: ConversionError {
        ConversionError(.invalidOption, "a film that is copied without FFmpeg can only become HLS")
    }

    /// Prepares the folder, lets `fill` write the output, and reports how it goes; what fails leaves nothing behind.
    private func produce(
        _ plan: ConversionPlan,
        makeSink: (OutputFolder) throws(ConversionError) -> any AccessUnitSink,
        fill: (any AccessUnitSink) throws -> Void
    ) throws -> ConversionResult {
        let fileExtension: String
        var segmentType = SegmentType.transportStream
        switch plan.output {
        case .hls(let renditions):
            fileExtension = "m3u8"
            if let rendition = renditions.first { segmentType = rendition.segmentType }
        case .file(let format, _): fileExtension = try FileFormat(named: format).fileExtension
        }
        let isHLS = options.output == .hls
        let folder = try OutputFolder(
            path: directory,
            fileExtension: fileExtension,
            options: options,
            input: input,
            segmentType: segmentType,
            keepsEarlierResult: !isHLS || options.hlsPlaylistType == .vod
        )
        defer { folder.unlock() }
        var sink: (any AccessUnitSink)?
        do {
            let made = try makeSink(folder)
            sink = made
            let ticker = tick(made, plan)
            defer { ticker.cancel() }
            try fill(made)
            let output = made.output
            tell(.progress(progress(output, total: output.duration)))
            return ConversionResult(
                folder: URL(filePath: folder.path, directoryHint: .isDirectory),
                playlist: Self.target(in: folder),
                duration: output.duration,
                segments: output.segments,
                bytes: output.bytes,
                route: plan.route
            )
        } catch {
            // Afterwards no thread that is still alive can write into the folder.
            sink?.abandon()
            // People may be watching an event; what they have stays.
            if options.hlsPlaylistType == .vod || sink?.output.segments ?? 0 == 0 { folder.discard() }
            throw error
        }
    }

    private static func target(in folder: OutputFolder) -> URL {
        URL(filePath: folder.path + "/" + folder.fileName)
    }

    private func presentation(
        _ plan: ConversionPlan,
        _ renditions: [ConversionPlan.Rendition],
        _ playlists: [PlaylistPlanner.Plan?],
        _ folder: OutputFolder
    ) throws(ConversionError) -> PresentationWriter {
        var writers: [PresentationWriter.Rendition] = []
        for (rendition, playlist) in zip(renditions, playlists) {
            var configuration = RenditionWriterState.Configuration(rendition, options)
            configuration.keepsSoundTail = options.hlsPlaylistType == .vod || playlist != nil
            if let playlist {
                configuration.expectedTargetDuration = playlist.targetDuration
            }
            if let playlist, options.plansPlaylist {
                // What an earlier conversion left is gone by now, so that nothing of it is taken for what is planned.
                tell(
                    .playlistPlanned(
                        PlannedPlaylist(playlist: Self.target(in: folder), text: playlist.text, files: playlist.files)
                    )
                )
            }
            let writer = RenditionWriter(
                configuration: configuration,
                folder: folder,
                cancellation: cancellation
            ) { [self] name in
                tell(.segmentAvailable(name))
            } onPlaylist: { [self] in
                begin(plan.route)
                tell(.playlistAvailable(Self.target(in: folder)))
            }
            let tracks = rendition.tracks.compactMap(plan.tracks.firstIndex)
            writers.append(PresentationWriter.Rendition(writer: writer, tracks: tracks))
        }
        return PresentationWriter(writers, folder: folder)
    }

    private let usesFFmpeg = Atomic(false)
    private let hasBegun = Atomic(false)

    /// Tells the route, and lets FFmpeg say what it says: before something could be decoded, our one line is better.
    private func begin(_ route: ConversionRoute) {
        guard !hasBegun.exchange(true, ordering: .relaxed) else { return }
        if usesFFmpeg.load(ordering: .relaxed) { FFmpegLog.setLevel(options.logLevel) }
        tell(.route(route))
    }

    /// What FFmpeg said while nothing was known to be wrong: much of it is about things that it then copes with.
    private let heard = Mutex<[String]>([])
    private static let greatestHeard = 50

    private func hear(_ line: String) {
        guard options.logLevel == .error else { return tell(.log(line)) }
        heard.withLock { if $0.count < Self.greatestHeard { $0.append(line) } }
    }

    private func tellHeard() {
        let lines = heard.withLock { lines in
            defer { lines = [] }
            return lines
        }
        for line in lines { tell(.log(line)) }
    }

    func tell(_ event: ConversionEvent) {
        onEvent.withLock { $0(event) }
    }

    // MARK: Telling

    private func tick(_ sink: any AccessUnitSink, _ plan: ConversionPlan) -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "w2g.progress"))
        timer.schedule(deadline: .now() + Self.progressInterval, repeating: Self.progressInterval)
        timer.setEventHandler { [self] in
            // A track whose first picture or sound comes late must not hold everything back. While nothing at all is
            // written, the input may still turn out to be one that cannot be decoded.
            if start.duration(to: .now) > Self.greatestSilence, sink.output.frames > 0 { begin(plan.route) }
            guard hasBegun.load(ordering: .relaxed) else { return }
            tell(.progress(progress(sink.output, total: plan.duration)))
        }
        timer.resume()
        return timer
    }

    private func progress(_ output: WrittenOutput, total: MediaTime?) -> ConversionProgress {
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
        guard places > 0 else { return }
        tellHeard()
        tell(.warning(.damaged(input: input, places: places)))
    }

    private func warnIfCutOff(_ output: WrittenOutput, claimed: MediaTime) {
        guard output.duration.seconds < claimed.seconds * 0.98 - 1 else { return }
        let seconds = Int(output.duration.seconds.rounded())
        tell(.warning(.cutOff(input: input, seconds: seconds, claimed: Int(claimed.seconds.rounded()))))
    }
}
