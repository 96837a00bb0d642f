/// What the headers of an audio stream tell.
public struct AudioFormat: Sendable, Hashable {
    /// The codec string of RFC 6381, such as `mp4a.40.2`.
    public var codecString: String
    /// The sampling rate in Hz.
    public var sampleRate: Int
    /// The sampling rate in Hz that is heard, where it is another one: HE-AAC doubles that of its core.
    public var outputSampleRate: Int?
    /// The number of channels that are heard, LFE included; nil when the headers leave it to the coded data.
    public var channels: Int?
    /// Samples of one channel in an access unit.
    public var samplesPerUnit: Int
    /// The bit rate that the headers state, in bits a second; nil when they state none.
    public var bitRate: Int?
    /// The `AudioSpecificConfig` (ISO/IEC 14496-3 1.6.2.1) of AAC; empty for other codecs.
    public var configuration: [UInt8]

    init(
        codecString: String,
        sampleRate: Int,
        channels: Int?,
        samplesPerUnit: Int,
        bitRate: Int? = nil,
        configuration: [UInt8] = []
    ) {
        self.codecString = codecString
        self.sampleRate = sampleRate
        self.channels = channels
        self.samplesPerUnit = samplesPerUnit
        self.bitRate = bitRate
        self.configuration = configuration
    }
}
