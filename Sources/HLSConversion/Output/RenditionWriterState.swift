import HLSKit

/// The work of ``RenditionWriter``: access units -> one order -> segments -> files -> media playlist.
struct RenditionWriterState {
    /// What to make.
    struct Configuration: Sendable {
        var rule: Segmenter.Rule
        var playlistType: ConversionOptions.PlaylistType
        /// Whether an event ends as VOD.
        var finishesEventAsVOD = false
        /// Seconds that no segment will exceed, for a playlist that appears before the last of them.
        var expectedTargetDuration: Int
        var segmentType: SegmentType
        /// How each track is coded.
        var codings: [Coding]
        /// Whether sound behind the last picture stays in the last segment, however long that gets.
        ///
        /// There are players that never end without a picture in a segment. In an event whose plan is not known it may not stay
        /// there: no segment may be longer than was announced.
        var keepsSoundTail: Bool
        /// Whether the picture may come long behind the sound, as a still does that is shown until the end.
        var waitsForVideo = false
        /// What a copied H.264 stream must declare as the shape of its samples; nil when it declares the right one.
        var sampleAspectRatio: SampleAspectRatio?

        func makeMuxer() -> any SegmentMuxer {
            switch segmentType {
            case .transportStream:
                TransportStreamSegments(
                    codings.compactMap(\.transportStreamCodec),
                    sampleAspectRatio: sampleAspectRatio
                )
            case .fragmentedMP4: CMAFSegments(codings, sampleAspectRatio: sampleAspectRatio)
            }
        }
    }

    /// Where segments and the playlist go.
    enum Target {
        case folder(OutputFolder)
        /// Nowhere: units have times only, and the playlist is what is wanted.
        case plan(input: String, segmentPrefix: String)

        var isPlan: Bool {
            if case .plan = self { true } else { false }
        }

        /// The input's path, for people.
        var input: String {
            switch self {
            case .folder(let folder): folder.input
            case .plan(let input, _): input
            }
        }

        /// What the names of segments begin with.
        var segmentPrefix: String {
            switch self {
            case .folder(let folder): folder.segmentPrefix
            case .plan(_, let prefix): prefix
            }
        }
    }

    private(set) var output = WrittenOutput()
    /// The text of the playlist, when it is finished.
    private(set) var finishedPlaylist = ""
    /// The names of the files of a plan, in the order in which they will be written.
    private(set) var plannedFiles: [String] = []

    private let configuration: Configuration
    private let target: Target
    private let onFile: @Sendable (String) -> Void
    private let onPlaylist: @Sendable () -> Void
    private var tracks: [TrackTimeline]
    private var interleaver: Interleaver<TimedUnit>
    private var muxer: any SegmentMuxer
    private var hasStarted = false
    private var descriptions: [Int: TrackDescription] = [:]
    private var segmenter: Segmenter
    private var segment: NewFile?
    /// Whether the segment that is open begins another format (RFC 8216 4.3.2.3).
    private var isDiscontinuity = false
    /// The init section of the segment at hand, when it is another one than that of the segment before.
    private var newMap: MediaInitialization?
    private var initializations = 0
    /// Units of tracks whose format has changed, for which a new segment must begin.
    private var held: [(track: Int, unit: TimedUnit)] = []
    /// What stands in front of the segments.
    private var playlist: MediaPlaylist
    /// The playlist's lines of the segments so far.
    private var segmentLines = ""
    /// Seconds of the longest segment, rounded.
    private(set) var greatestDuration = 1
    /// Units in front of the first random access point of the picture.
    private var preroll: [(track: Int, unit: TimedUnit)] = []
    private var hasDroppedPictures = false
    /// Bytes on their way to the disk.
    private var bytes: [UInt8] = []

    /// Bytes that wait for a track which brings nothing.
    private static let interleavingLimit = 24 << 20
    /// The same for a picture that is still to be made: four hours of sound.
    private static let stillLimit = 256 << 20
    /// Bytes that are gathered for one write to the disk.
    private static let writeSize = 512 << 10
    /// Sound that goes on for less than this behind the last picture does not get segments of its own in an event.
    private static let greatestSoundTail = MediaTime(seconds: 1)
    /// Sound that begins this much before the picture is the encoder's run-up and not told in the playlist.
    private static let insignificantLead = MediaTime(seconds: 0.1)

    init(
        configuration: Configuration,
        target: Target,
        onFile: @escaping @Sendable (String) -> Void = { _ in },
        onPlaylist: @escaping @Sendable () -> Void = {}
    ) {
        self.configuration = configuration
        self.target = target
        self.onFile = onFile
        self.onPlaylist = onPlaylist
        tracks = configuration.codings.map { TrackTimeline(isVideo: $0.isVideo) }
        muxer = target.isPlan ? PlannedSegments(configuration.segmentType) : configuration.makeMuxer()
        interleaver = Interleaver(
            trackCount: tracks.count,
            byteLimit: configuration.waitsForVideo ? Self.stillLimit : Self.interleavingLimit
        )
        segmenter = Segmenter(rule: configuration.rule)
        playlist = MediaPlaylist(
            version: configuration.segmentType == .transportStream ? 3 : 6,
            targetDuration: configuration.expectedTargetDuration,
            kind: configuration.playlistType == .vod ? .vod : .event,
            hasIndependentSegments: true,
            // Players begin near the end of a playlist that grows (RFC 8216bis 6.3.3) when nothing tells them where.
            start: configuration.playlistType == .vod ? nil : StartPoint(timeOffset: .zero)
        )
    }

    mutating func configure(track: Int, _ description: TrackDescription) {
        muxer.configure(track: track, description)
        descriptions[track] = description
    }

    mutating func add(_ unit: AccessUnit, track: Int) throws {
        if let extradata = unit.newExtradata {
            descriptions[track]?.extradata = extradata
            if let description = descriptions[track] { muxer.configure(track: track, description) }
        }
        add(tracks[track].timed(unit), track: track)
        try release()
    }

    private mutating func add(_ units: [TimedUnit], track: Int) {
        for unit in units {
            let key = unit.dts + tracks[track].decodeDelay
            interleaver.add(unit, track: track, key: key, byteCount: unit.payload.byteCount)
        }
    }

    mutating func end(track: Int) throws {
        add(tracks[track].flush(), track: track)
        interleaver.end(track: track)
        try release()
    }

    /// Writes what is left, and the end of the playlist.
    mutating func finish() throws {
        try release()
        try writePreroll(from: nil)
        try writeHeld()
        let end = tracks.compactMap(\.end).max() ?? .zero
        if let duration = segmenter.finish(at: end) { try closeSegment(duration) }
        if let origin = segmenter.origin { output.duration = end - origin }
        output.damagedUnits = muxer.damagedUnits
        guard output.segments > 0 else {
            throw ConversionError(
                .inputNotUsable,
                "'\(target.input)' holds no picture or sound that can be decoded"
            )
        }
        // Players wait for a picture that the first segment announces.
        if tracks.contains(where: { $0.isVideo && $0.end == nil }) {
            throw ConversionError(
                .inputNotUsable,
                "'\(target.input)' has a picture of which nothing can be decoded: give a copy that is not damaged"
            )
        }
        // The target duration of a playlist that grew stays as it was announced.
        if configuration.playlistType == .vod { playlist.targetDuration = greatestDuration }
        if configuration.finishesEventAsVOD {
            playlist.kind = .vod
            playlist.start = nil
        }
        guard case .folder(let folder) = target else {
            finishedPlaylist = PlaylistWriter.header(playlist) + segmentLines + PlaylistWriter.endLine
            return
        }
        if configuration.playlistType == .event, !configuration.finishesEventAsVOD {
            try folder.appendToPlaylist(PlaylistWriter.endLine)
        } else {
            try folder.writePlaylist(PlaylistWriter.header(playlist) + segmentLines + PlaylistWriter.endLine)
        }
        if configuration.playlistType == .vod { onPlaylist() }
    }

    /// Removes the segment that is half-written.
    mutating func abandon() {
        segment = nil
    }

    // MARK: Order

    private mutating func release() throws {
        while let (track, unit) = interleaver.next() {
            if !hasStarted { try start(with: track, unit) }
            try place(unit, track: track)
        }
    }

    /// Starts the muxer, when the first unit of every track that has one is known.
    private mutating func start(with track: Int, _ unit: TimedUnit) throws {
        hasStarted = true
        var first = unit.dts
        for index in tracks.indices {
            guard let unit = index == track ? unit : interleaver.first(of: index) else { continue }
            first = min(first, unit.dts)
            try muxer.describe(unit.payload, track: index)
        }
        try muxer.start(at: first, decodeDelays: tracks.map(\.decodeDelay))
    }

    /// Writes a unit into the segment where it belongs.
    private mutating func place(_ unit: TimedUnit, track: Int) throws {
        let isVideo = tracks[track].isVideo
        let leads = isVideo || !hasPicture(near: unit.pts)
        if !leads, held.contains(where: { $0.track == track }) {
            held.append((track, unit))
            return
        }
        guard let traits = try muxer.read(unit.payload, track: track) else { return }
        if !segmenter.isOpen {
            guard leads else {
                preroll.append((track, unit))
                return
            }
            guard traits.isRandomAccess else {
                hasDroppedPictures = true
                return
            }
            try begin(at: unit.pts)
            // Writing what came first has replaced the unit that was read.
            _ = try muxer.read(unit.payload, track: track)
        } else if traits.changesFormat, !leads {
            // One segment has one format: the unit waits for the next.
            held.append((track, unit))
            return
        } else if leads, traits.isRandomAccess {
            let isForced = traits.changesFormat || !held.isEmpty
            if let duration = segmenter.cut(before: unit.pts, isForced: isForced) {
                try closeSegment(duration, next: (track, unit.dts))
                isDiscontinuity = isForced
                try muxer.beginSegment(at: unit.pts)
                if !held.isEmpty {
                    try writeAll(takeHeld())
                    _ = try muxer.read(unit.payload, track: track)
                }
            }
        }
        try write(unit, track: track, isRandomAccess: leads && traits.isRandomAccess)
        if isVideo || leads { output.frames += 1 }
        let end = tracks[track].end ?? unit.pts
        output.duration = max(output.duration, end - (segmenter.origin ?? end))
    }

    /// Whether a picture leads the segments here; where there is none, the sound does.
    private func hasPicture(near time: MediaTime) -> Bool {
        guard let video = tracks.firstIndex(where: \.isVideo) else { return false }
        if configuration.keepsSoundTail, tracks[video].end != nil { return true }
        guard interleaver.isFinished(video), let end = tracks[video].end else { return true }
        return time - end < Self.greatestSoundTail
    }

    private mutating func begin(at time: MediaTime) throws {
        // Pictures that could not be decoded were left out: sound from before the first that can goes with them.
        if hasDroppedPictures { preroll.removeAll { $0.unit.pts < time } }
        let earliest = preroll.map(\.unit.pts).min() ?? time
        segmenter.begin(at: time, earliest: earliest < time - Self.insignificantLead ? earliest : time)
        try muxer.beginSegment(at: earliest)
        try writePreroll(from: time)
    }

    /// Writes the sound that came before the first picture; with nil, when there never was a picture.
    private mutating func writePreroll(from time: MediaTime?) throws {
        guard let first = preroll.first?.unit.pts else { return }
        if time == nil {
            segmenter.begin(at: first, earliest: first)
            try muxer.beginSegment(at: first)
        }
        let units = preroll
        preroll = []
        try writeAll(units)
    }

    /// Writes the units that wait for a segment, at the end of the film, into one of their own.
    private mutating func writeHeld() throws {
        guard let first = held.first?.unit.pts else { return }
        if let duration = segmenter.cut(before: first, isForced: true) {
            try closeSegment(duration)
            isDiscontinuity = true
        }
        try muxer.beginSegment(at: first)
        try writeAll(takeHeld())
    }

    private mutating func takeHeld() -> [(track: Int, unit: TimedUnit)] {
        defer { held = [] }
        return held
    }

    private mutating func writeAll(_ units: [(track: Int, unit: TimedUnit)]) throws {
        for (track, unit) in units {
            guard try muxer.read(unit.payload, track: track) != nil else { continue }
            try write(unit, track: track, isRandomAccess: false)
        }
    }

    // MARK: Segments

    private mutating func write(_ unit: TimedUnit, track: Int, isRandomAccess: Bool) throws {
        tracks[track].note(written: unit)
        try muxer.write(unit, track: track, isRandomAccess: isRandomAccess)
        if muxer.pendingByteCount >= Self.writeSize { try drain() }
    }

    private mutating func drain() throws {
        guard case .folder(let folder) = target else { return }
        let file = try segment ?? NewFile(temporaryPath: folder.temporarySegmentPath)
        segment = file
        bytes.removeAll(keepingCapacity: true)
        muxer.takeBytes(&bytes)
        try file.write(bytes.span)
    }

    /// Ends the segment at hand.
    ///
    /// - Parameter next: The unit that begins the next segment.
    private mutating func closeSegment(_ duration: MediaDuration, next: (track: Int, dts: MediaTime)? = nil) throws {
        try writeInitialization()
        let times = tracks.indices.map { $0 == next?.track ? next?.dts : interleaver.first(of: $0)?.dts }
        try muxer.endSegment(next: times)
        try drain()
        guard let name = try commitSegment() else { return }
        output.segments += 1
        let uri = PercentCoding.name(FileName.bytes(name))
        let lines = PlaylistWriter.lines(
            MediaSegment(uri: uri, duration: duration, map: newMap, isDiscontinuity: isDiscontinuity)
        )
        segmentLines += lines
        newMap = nil
        isDiscontinuity = false
        greatestDuration = max(greatestDuration, Self.roundedSeconds(duration))
        guard case .folder(let folder) = target else { return }
        onFile(name)
        guard configuration.playlistType == .event else { return }
        if output.segments == 1 {
            try folder.writePlaylist(PlaylistWriter.header(playlist) + segmentLines)
            onPlaylist()
        } else {
            try folder.appendToPlaylist(lines)
        }
    }

    /// Writes the init section of the segment at hand, when it is another one than that of the segment before.
    private mutating func writeInitialization() throws {
        guard let section = muxer.takeNewInitialization() else { return }
        let name = OutputFolder.initializationName(target.segmentPrefix, initializations)
        initializations += 1
        newMap = MediaInitialization(uri: PercentCoding.name(FileName.bytes(name)))
        switch target {
        case .folder(let folder):
            try folder.writeInitialization(section, as: name)
            output.bytes += Int64(section.count)
            onFile(name)
        case .plan: plannedFiles.append(name)
        }
    }

    /// Gives the segment that is written its name; nil when there is none.
    private mutating func commitSegment() throws -> String? {
        switch target {
        case .folder(let folder):
            guard let file = segment else { return nil }
            segment = nil
            output.bytes += file.byteCount
            return try folder.commitSegment(file)
        case .plan(_, let prefix):
            let name = OutputFolder.segmentName(prefix, output.segments, configuration.segmentType)
            plannedFiles.append(name)
            return name
        }
    }

    /// Nearest integer, as the target duration counts; a playlist cannot say zero.
    static func roundedSeconds(_ duration: MediaDuration) -> Int {
        let (seconds, rest) = duration.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return max(1, Int(seconds) + (rest >= 500_000 ? 1 : 0))
    }
}

extension RenditionWriterState.Configuration {
    /// Derives what to make from a plan.
    init(_ rendition: ConversionPlan.Rendition, _ options: ConversionOptions) {
        rule = rendition.rule
        playlistType = options.hlsPlaylistType
        finishesEventAsVOD = options.finishesEventAsVOD
        expectedTargetDuration = rendition.targetDuration
        segmentType = rendition.segmentType
        codings = rendition.codings
        keepsSoundTail = options.hlsPlaylistType == .vod || options.plansPlaylist
        waitsForVideo = rendition.tracks.contains { $0.source.kind == .video && !$0.route.isCopied }
        sampleAspectRatio = rendition.sampleAspectRatio
    }
}
