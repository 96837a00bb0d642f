/// One stream of a program: what is coded, and the PID that carries it.
public struct ElementaryStream: Sendable, Hashable {
    /// How the stream is coded.
    public var codec: Codec
    /// The PID of its packets, 0x0010 to 0x1FFE.
    public var pid: UInt16
    /// How long after its DTS an access unit is presented at the earliest, so that streams with and without reordering
    /// are laid side by side by presentation time.
    ///
    /// Zero for audio.
    public var decodeDelay: MediaTime

    /// Describes a stream.
    public init(codec: Codec, pid: UInt16, decodeDelay: MediaTime = .zero) {
        self.codec = codec
        self.pid = pid
        self.decodeDelay = decodeDelay
    }
}
