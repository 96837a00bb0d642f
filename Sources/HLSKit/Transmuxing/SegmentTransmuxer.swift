/// Turns segments of a transport stream into CMAF, each by itself: the same bytes from any segment, in any order.
///
/// What is known from the playlist, where the segment begins and how long it lasts, places its samples: the first picture is
/// presented at the start of the segment, and decoding times end where those of the next segment begin. Clocks of the
/// transport stream only place samples against each other, so that they may wrap and begin anew.
///
/// ```swift
/// let transmuxer = SegmentTransmuxer()
/// let position = SegmentTransmuxer.Position(number: 7, start: start, duration: duration)
/// let segment = try transmuxer.transmux(bytes.span, at: position)
/// ```
public struct SegmentTransmuxer: Sendable {
    /// Which tracks the fragments have.
    public enum Selection: Sendable, Hashable {
        /// The first video stream and the first audio stream.
        case all
        /// The first video stream.
        case video
        /// The first audio stream.
        case audio
    }

    /// What the playlist tells of a segment.
    public struct Position: Sendable, Hashable {
        /// Its place in the playlist, from 0 on: the fragments are numbered by it.
        public var number: Int
        /// Where it begins: the sum of the durations before it.
        public var start: MediaTime
        /// How long it lasts.
        public var duration: MediaTime
        /// Whether a timeline begins with it: it is the first segment, or follows an EXT-X-DISCONTINUITY.
        ///
        /// Sound may then begin before the picture, in the time that the playlist counts.
        public var beginsTimeline: Bool

        /// Describes a segment.
        public init(number: Int, start: MediaTime, duration: MediaTime, beginsTimeline: Bool? = nil) {
            self.number = number
            self.start = start
            self.duration = duration
            self.beginsTimeline = beginsTimeline ?? (number == 0)
        }
    }

    /// A segment as CMAF.
    public struct Output: Sendable {
        /// The bytes of the init section that the fragment needs.
        public var initializationSection: [UInt8]
        /// A name of the init section: equal exactly where the bytes are, 16 hexadecimal digits.
        public var initializationName: String
        /// The bytes of the segment.
        public var fragment: [UInt8]
        /// The tracks, video before audio.
        public var tracks: [CMAFTrack]
        /// Access units that were left out: broken ones, and those that are coded in another way than the first.
        public var droppedUnits: Int
        /// Whether the segment ends within a frame of audio that was left out, as nothing completed it.
        ///
        /// ``SegmentTransmuxer/transmux(_:followedBy:at:)`` keeps it.
        public var endsWithinFrame: Bool
    }

    /// Which tracks the fragments have.
    public var selection: Selection

    /// The number of the video track.
    static let videoTrackID: UInt32 = 1
    /// The number of the audio track, the same where there is no video.
    static let audioTrackID: UInt32 = 2

    /// Creates a transmuxer.
    public init(selection: Selection = .all) {
        self.selection = selection
    }

    /// Turns a segment into CMAF.
    ///
    /// - Parameters:
    ///   - segment: The bytes of the whole segment, decrypted.
    ///   - position: What the playlist tells of it.
    /// - Throws: ``TransmuxingError`` when it is not a transport stream, or has nothing that CMAF can carry.
    public func transmux(
        _ segment: Span<UInt8>,
        at position: Position
    ) throws(TransmuxingError) -> Output {
        let nothing: [UInt8] = []
        return try transmux(segment, followedBy: nothing.span, at: position)
    }

    /// Turns a segment into CMAF, with the last frame of audio whole where the segment cuts it.
    ///
    /// A frame belongs to the segment in which it begins, so that no segment needs the one before. The same bytes give the
    /// same output: let what follows be the whole segment each time, or nothing. It is needed where
    /// ``Output/endsWithinFrame`` is true without it.
    /// - Parameters:
    ///   - segment: The bytes of the whole segment, decrypted.
    ///   - next: The bytes of the segment that the playlist lists next, decrypted; empty behind the last one, and in front
    ///     of an EXT-X-DISCONTINUITY or a gap. Only packets of the audio stream are read of it.
    ///   - position: What the playlist declares of the segment.
    /// - Throws: ``TransmuxingError`` when it is no transport stream, or has nothing that CMAF can carry.
    public func transmux(
        _ segment: Span<UInt8>,
        followedBy next: Span<UInt8>,
        at position: Position
    ) throws(TransmuxingError) -> Output {
        var collector = try collect(segment, next, keepsParameterSets: false)
        if collector.hasChangingParameterSets { collector = try collect(segment, next, keepsParameterSets: true) }
        return try collector.output(at: position)
    }

    /// Makes the init section of a segment, which is that of every segment that is coded alike.
    ///
    /// - Throws: ``TransmuxingError`` when it is no transport stream, or has nothing that CMAF can carry.
    public func initializationSection(of segment: Span<UInt8>) throws(TransmuxingError) -> [UInt8] {
        try transmux(segment, at: Position(number: 0, start: .zero, duration: .zero)).initializationSection
    }

    private func collect(
        _ segment: Span<UInt8>,
        _ next: Span<UInt8>,
        keepsParameterSets: Bool
    ) throws(TransmuxingError) -> SegmentCollector {
        var configuration = TransportStreamDemuxer.Configuration()
        configuration.program = .first
        var demuxer = TransportStreamDemuxer(configuration: configuration)
        var collector = SegmentCollector(selection, keepsParameterSets: keepsParameterSets, byteCount: segment.count)
        try demuxer.push(segment) { output throws(TransmuxingError) in try collector.take(output) }
        try demuxer.finish { output throws(TransmuxingError) in try collector.take(output) }
        if let audio = collector.audioStream, let cut = demuxer.cutFrame(pid: audio.pid) {
            let frame = CutFrame(bytes: cut.bytes).completed(by: next, pid: audio.pid, codec: audio.codec)
            collector.takeLastFrame(frame, pts: cut.pts)
        }
        return collector
    }
}

/// Why a segment could not be turned into CMAF.
public struct TransmuxingError: Error, Sendable, Hashable, CustomStringConvertible {
    private enum Kind: Sendable, Hashable {
        case noTransportStream
        case nothingUsable([String])
        case encrypted
        case invalid(CMAFError)
    }

    private let kind: Kind

    static var noTransportStream: Self { Self(kind: .noTransportStream) }
    static func nothingUsable(_ codecs: [String]) -> Self { Self(kind: .nothingUsable(codecs)) }
    static var encrypted: Self { Self(kind: .encrypted) }
    static func invalid(_ error: CMAFError) -> Self { Self(kind: .invalid(error)) }

    /// A sentence for people.
    public var description: String {
        switch kind {
        case .noTransportStream: "the segment is not a transport stream"
        case .nothingUsable(let codecs) where codecs.isEmpty: "the segment has no access unit of video or audio"
        case .nothingUsable(let codecs):
            "the segment has no video or audio that CMAF can carry (\(codecs.joined(separator: ", ")))"
        case .encrypted: "the samples of the segment are encrypted"
        case .invalid(let error): error.description
        }
    }
}
