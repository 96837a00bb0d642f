import HLSKit

/// Which track each packet of an input belongs to, also when the sound moves to another stream in the middle.
struct StreamMap {
    private var trackOfStream: [Int: Int] = [:]
    private var sound: (track: Int, follower: SoundFollower<Packet>)?
    /// Where the sound that was passed on ends.
    private var soundEnd: MediaTime?

    /// Timestamps are rounded.
    private static let tolerance = MediaTime(ticks: 90)

    /// Makes the demuxer give out what may be of use.
    init(_ input: InputFile, _ tracks: [ConversionPipeline.Track]) {
        let picture = tracks.first { $0.stream.kind == .video }?.stream
        for (index, track) in tracks.enumerated() {
            if track.stream.kind == .audio, sound == nil {
                sound = (index, SoundFollower(track.stream, in: input, picture: picture))
            } else {
                trackOfStream[track.stream.index] = index
            }
        }
        input.select(Set(trackOfStream.keys).union(sound?.follower.streams ?? []))
    }

    /// The track that a packet belongs to; nil when it is of no track, or of none yet.
    mutating func track(of packet: Packet) -> Int? {
        if let track = trackOfStream[packet.streamIndex] { return track }
        return sound?.follower.isHeard(packet) ?? false ? sound?.track : nil
    }

    /// Keeps a packet that may belong to the sound, and gives out those that do as soon as that is clear.
    ///
    /// - Returns: Nil for a packet of no use.
    mutating func add(_ packet: Packet, in input: InputFile) -> [(packet: Packet, track: Int)]? {
        guard let track = sound?.track else { return nil }
        return sound?.follower.add(packet, of: packet, in: input)?.map { ($0, track) }
    }

    /// Gives out what only the end shows to belong to the sound.
    mutating func finish() -> [(packet: Packet, track: Int)] {
        guard let track = sound?.track else { return [] }
        return sound?.follower.finish().map { ($0, track) } ?? []
    }

    /// Whether a packet, with its time corrected, comes behind what was passed on before it: two streams may overlap where the
    /// sound moves from one to the other.
    mutating func follows(_ packet: Packet, track: Int) -> Bool {
        guard let sound, track == sound.track else { return true }
        let stream = sound.follower.stream
        guard let start = packet.dts(in: stream.timeBase) ?? packet.pts(in: stream.timeBase) else { return true }
        if packet.streamIndex != stream.index, let soundEnd, start + Self.tolerance < soundEnd { return false }
        soundEnd = max(soundEnd ?? start, start + (packet.duration(in: stream.timeBase) ?? .zero))
        return true
    }
}
