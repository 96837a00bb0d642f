/// A unit that a decoder takes at a time: a picture, a frame of sound, a tag of metadata.
public struct AccessUnit: Sendable, Hashable {
    /// The PID of its stream.
    public var pid: UInt16
    /// How its stream is coded.
    public var codec: ElementaryStream.Codec
    /// When it is presented, unwrapped; nil when the stream does not tell.
    ///
    /// Frames of sound behind the first one of a PES packet are counted on by their lengths. Other units that share a
    /// PES packet have no time of their own.
    public var pts: MediaTime?
    /// When it is decoded, unwrapped: the same as the PTS where the stream tells no DTS.
    public var dts: MediaTime?
    /// How long a frame of sound lasts; nil for others.
    public var duration: MediaTime?
    /// Whether decoding can start here: an IDR picture or a recovery point, an IRAP picture, an I picture behind a sequence
    /// header; always true for sound.
    public var isRandomAccess: Bool
    /// Whether nothing behind this unit needs what is in front of it: an IDR picture; always true for sound.
    public var isInstantaneousRefresh: Bool
    /// Whether `random_access_indicator` stands in front of it.
    public var isMarkedRandomAccess: Bool
    /// Whether packets of it are missing, or it was cut for being too long.
    public var isDamaged: Bool
    /// The access unit delimiters of H.264 and HEVC in it; players want exactly one.
    public var delimiterCount: Int
    /// Where the packet begins in which its PES packet, or section, begins: bytes from the start of the stream.
    public var offset: Int
    /// The bytes as the stream carries them: with start codes, or with ADTS and Opus headers.
    public var payload: [UInt8]
}
