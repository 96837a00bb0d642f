import CFFmpeg
import HLSKit

/// The work of ``HLSPackager``: access units -> one order -> transport stream -> segment files -> playlist.
struct HLSPackagerState {
    /// What to make.
    struct Configuration: Sendable {
        var rule: Segmenter.Rule
        var playlistType: ConversionOptions.PlaylistType
        /// Whether an event ends as VOD.
        var finishesEventAsVOD = false
        /// Seconds that no segment will exceed, for a playlist that appears before the last of them.
        var expectedTargetDuration: Int
        /// How each track is coded.
        var codecs: [ElementaryStream.Codec]
        /// Whether sound behind the last picture stays in the last segment, however long that gets.
        ///
        /// There are players that never end without a picture in a segment. In an event whose plan is not known it may not stay
        /// there: no segment may be longer than was announced.
        var keepsSoundTail: Bool
        /// Whether the picture may come long behind the sound, as a still does that is shown until the end.
        var waitsForVideo = false
        /// What a copied picture must tell of the shape of its samples; nil when it tells the right one.
        var sampleAspectRatio: SampleAspectRatio?
    }

    /// Where segments and the playlist go.
    enum Target {
        case folder(OutputFolder)
        /// Nowhere: units have times only, and the playlist is what is wanted.
        case plan(input: String, segmentPrefix: String)

        /// The input's path, for people.
        var input: String {
            switch self {
            case .folder(let folder): folder.input
            case .plan(let input, _): input
            }
        }
    }

    private(set) var output = PackagedOutput()
    /// The text of the playlist, when it is finished.
    private(set) var finishedPlaylist = ""
    /// The names of the segments of a plan.
    private(set) var plannedSegments: [String] = []

    private let configuration: Configuration
    private let target: Target
    private let onSegment: @Sendable (String) -> Void
    private let onPlaylist: @Sendable () -> Void
    private var tracks: [PackagedTrack]
    /// The unit of the timestamps of each track's packets.
    private var timeBases: [Int: AVRational] = [:]
    private var interleaver: Interleaver<PackagedTrack.Unit>
    private var muxer: TransportStreamMuxer?
    private var segmenter: Segmenter
    private var segment: NewFile?
    /// Whether the segment that is open begins pictures of another size, which players must be told (RFC 8216 4.3.2.3).
    private var isDiscontinuity = false
    /// What stands in front of the segments.
    private var playlist: MediaPlaylist
    /// The playlist's lines of the segments so far.
    private var segmentLines = ""
    /// Seconds of the longest segment, rounded.
    private(set) var greatestDuration = 1
    /// Added to every timestamp, so that the first decoding time is one second.
    private var offset = MediaTime.zero
    /// Units in front of the first random access point of the picture.
    private var preroll: [(track: Int, unit: PackagedTrack.Unit)] = []
    private var hasDroppedPictures = false
    /// The unit at hand in the form of the transport stream.
    private var scratch: [UInt8] = []
    /// Packets on their way to the disk.
    private var packets: [UInt8] = []

    private static let firstDecodingTime = MediaTime(seconds: 1)
    /// Bytes that wait for a track which brings nothing.
    private static let interleavingLimit = 24 << 20
    /// The same for a picture that is still to be made: four hours of sound.
    private static let stillLimit = 256 << 20
    /// Bytes of packets that are gathered for one write to the disk.
    private static let writeSize = 512 << 10
    /// Sound that goes on for less than this behind the last picture does not get segments of its own in an event.
    private static let greatestSoundTail = MediaTime(seconds: 1)
    /// Sound that begins this much before the picture is the encoder's run-up and not told in the playlist.
    private static let insignificantLead = MediaTime(seconds: 0.1)

    init(
        configuration: Configuration,
        target: Target,
        onSegment: @escaping @Sendable (String) -> Void = { _ in },
        onPlaylist: @escaping @Sendable () -> Void = {}
    ) {
        self.configuration = configuration
        self.target = target
        self.onSegment = onSegment
        self.onPlaylist = onPlaylist
        tracks = configuration.codecs.map {
            PackagedTrack(codec: $0, sampleAspectRatio: configuration.sampleAspectRatio)
        }
        interleaver = Interleaver(
            trackCount: tracks.count,
            byteLimit: configuration.waitsForVideo ? Self.stillLimit : Self.interleavingLimit
        )
        segmenter = Segmenter(rule: configuration.rule)
        playlist = MediaPlaylist(
            version: 3,
            targetDuration: configuration.expectedTargetDuration,
            kind: configuration.playlistType == .vod ? .vod : .event,
            hasIndependentSegments: true,
            // Players begin near the end of a playlist that grows (RFC 8216bis 6.3.3) when nothing tells them where.
            start: configuration.playlistType == .vod ? nil : StartPoint(timeOffset: .zero)
        )
    }

    mutating func configure(track: Int, _ description: TrackDescription) {
        timeBases[track] = description.timeBase
        configure(track: track, extradata: description.extradata)
    }

    mutating func configure(track: Int, extradata: [UInt8]) {
        tracks[track].configure(extradata: extradata)
    }

    mutating func add(_ packet: Packet, track: Int) throws {
        if let extradata = packet.newExtradata { tracks[track].configure(extradata: extradata) }
        try add(AccessUnit(packet, timeBase: timeBases[track] ?? .mediaTime), track: track)
    }

    mutating func add(_ payload: AccessUnit, track: Int) throws {
        add(tracks[track].timed(payload), track: track)
        try release()
    }

    private mutating func add(_ units: [PackagedTrack.Unit], track: Int) {
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

    mutating func finish() throws {
        try release()
        try writePreroll(from: nil)
        let end = tracks.compactMap(\.end).max() ?? .zero
        if let duration = segmenter.finish(at: end) { try closeSegment(duration) }
        if let origin = segmenter.origin { output.duration = end - origin }
        output.damagedUnits = tracks.reduce(0) { $0 + $1.damagedUnits }
        guard output.segments > 0 else {
            throw ConversionError(
                .inputNotUsable,
                "'\(target.input)' holds no picture or sound that can be decoded"
            )
        }
        // Players wait for a picture that the first segment announces.
        if tracks.contains(where: { $0.codec.isVideo && $0.end == nil }) {
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
        finishedPlaylist = PlaylistWriter.header(playlist) + segmentLines + PlaylistWriter.endLine
        guard case .folder(let folder) = target else { return }
        try folder.writePlaylist(finishedPlaylist)
        try folder.markFinished()
        if configuration.playlistType == .vod { onPlaylist() }
    }

    /// Removes the segment that is half-written.
    mutating func abandon() {
        segment = nil
    }

    // MARK: Order

    private mutating func release() throws {
        while let (track, unit) = interleaver.next() {
            if muxer == nil { try start(with: track, unit) }
            try place(unit, track: track)
        }
    }

    /// Chooses the offset and creates the muxer, when the first unit of every track that has one is known.
    private mutating func start(with track: Int, _ unit: PackagedTrack.Unit) throws {
        let others = tracks.indices.compactMap { $0 == track ? nil : interleaver.first(of: $0)?.dts }
        let first = others.reduce(unit.dts, min)
        offset = Self.firstDecodingTime - first
        let streams = tracks.enumerated().map { index, track in
            ElementaryStream(
                codec: track.codec,
                pid: UInt16(0x100 + index),
                decodeDelay: track.decodeDelay
            )
        }
        muxer = try TransportStreamMuxer(streams: streams)
    }

    /// Writes a unit into the segment where it belongs.
    private mutating func place(_ unit: PackagedTrack.Unit, track: Int) throws {
        scratch.removeAll(keepingCapacity: true)
        guard let appended = try tracks[track].append(unit, to: &scratch) else { return }
        let isRandomAccess = appended.isRandomAccess
        let isVideo = tracks[track].codec.isVideo
        let leads = isVideo || !hasPicture(near: unit.pts)
        if !segmenter.isOpen {
            guard leads else {
                preroll.append((track, unit))
                return
            }
            guard isRandomAccess else {
                hasDroppedPictures = true
                return
            }
            try begin(at: unit.pts)
            // Writing what came first used the scratch memory.
            scratch.removeAll(keepingCapacity: true)
            _ = try tracks[track].append(unit, to: &scratch)
        } else if leads, isRandomAccess,
            let duration = segmenter.cut(before: unit.pts, isForced: appended.changesSize)
        {
            try closeSegment(duration)
            isDiscontinuity = appended.changesSize
        }
        try write(unit, track: track, isRandomAccess: leads && isRandomAccess)
        tracks[track].note(written: unit)
        if isVideo || leads { output.frames += 1 }
        let end = tracks[track].end ?? unit.pts
        output.duration = max(output.duration, end - (segmenter.origin ?? end))
    }

    /// Whether a picture leads the segments here; where there is none, the sound does.
    private func hasPicture(near time: MediaTime) -> Bool {
        guard let video = tracks.firstIndex(where: \.codec.isVideo) else { return false }
        if configuration.keepsSoundTail, tracks[video].end != nil { return true }
        guard interleaver.isFinished(video), let end = tracks[video].end else { return true }
        return time - end < Self.greatestSoundTail
    }

    private mutating func begin(at time: MediaTime) throws {
        // Pictures that could not be decoded were left out: sound from before the first that can goes with them.
        if hasDroppedPictures { preroll.removeAll { $0.unit.pts < time } }
        let earliest = preroll.map(\.unit.pts).min() ?? time
        segmenter.begin(at: time, earliest: earliest < time - Self.insignificantLead ? earliest : time)
        muxer?.startSegment()
        try writePreroll(from: time)
    }

    /// Writes the sound that came before the first picture; with nil, when there never was a picture.
    private mutating func writePreroll(from time: MediaTime?) throws {
        guard !preroll.isEmpty else { return }
        let units = preroll
        preroll = []
        if time == nil {
            segmenter.begin(at: units[0].unit.pts, earliest: units[0].unit.pts)
            muxer?.startSegment()
        }
        for (track, unit) in units {
            scratch.removeAll(keepingCapacity: true)
            _ = try tracks[track].append(unit, to: &scratch)
            try write(unit, track: track, isRandomAccess: false)
            tracks[track].note(written: unit)
        }
    }

    // MARK: Segments

    private mutating func write(_ unit: PackagedTrack.Unit, track: Int, isRandomAccess: Bool) throws {
        guard case .folder = target else { return }
        // A second reference, not a copy: a span of the property would bind the whole state.
        let bytes = scratch
        do {
            try muxer?.write(
                bytes.span,
                stream: track,
                pts: unit.pts + offset,
                dts: unit.dts + offset,
                isRandomAccess: isRandomAccess
            )
        } catch {
            throw ConversionError(.codec, "the stream does not fit into a transport stream: \(error)")
        }
        if muxer?.output.count ?? 0 >= Self.writeSize { try drain() }
    }

    private mutating func drain() throws {
        guard case .folder(let folder) = target else { return }
        let file = try segment ?? NewFile(temporaryPath: folder.temporarySegmentPath)
        segment = file
        packets.removeAll(keepingCapacity: true)
        muxer?.exchangeOutput(for: &packets)
        let written = packets
        try file.write(written.span)
    }

    private mutating func closeSegment(_ duration: MediaDuration) throws {
        muxer?.startSegment()
        try drain()
        guard let name = try commitSegment() else { return }
        output.segments += 1
        let uri = Self.percentEncoded(name)
        let entry = MediaSegment(uri: uri, duration: duration, isDiscontinuity: isDiscontinuity)
        segmentLines += PlaylistWriter.lines(entry)
        isDiscontinuity = false
        greatestDuration = max(greatestDuration, Self.roundedSeconds(duration))
        guard case .folder(let folder) = target else { return }
        onSegment(name)
        guard configuration.playlistType == .event else { return }
        try folder.writePlaylist(PlaylistWriter.header(playlist) + segmentLines)
        if output.segments == 1 { onPlaylist() }
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
            let name = OutputFolder.segmentName(prefix, output.segments)
            plannedSegments.append(name)
            return name
        }
    }

    /// Nearest integer, as the target duration counts; a playlist cannot say zero.
    static func roundedSeconds(_ duration: MediaDuration) -> Int {
        let (seconds, rest) = duration.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return max(1, Int(seconds) + (rest >= 500_000 ? 1 : 0))
    }

    /// A file name as a relative reference (RFC 3986 4.2): everything but unreserved characters is escaped.
    static func percentEncoded(_ name: String) -> String {
        var text = ""
        for byte in FileName.bytes(name) {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return text
    }
}
