import HLSKit

/// What decides whether a picture can be copied.
struct VideoFacts: Hashable, Sendable {
    /// FFmpeg's name of the coding, such as `h264`.
    var codec = "h264"
    /// The profile's name, when there is one.
    var profile: String?
    var width = 0
    var height = 0
    /// True for 8 bits a sample with halved colour in both directions.
    var is420With8Bits = true
    /// Whether the stream may hold fields.
    var isInterlaced = false
    /// How the picture lies; nil when it is turned in a way that is no quarter turn.
    var orientation: Orientation? = Orientation()
    /// Whether the container agrees with the stream on the shape of a sample.
    var shape = SampleShape.asCoded
    /// High dynamic range: PQ or HLG.
    var isHighDynamicRange = false
    /// Whether pictures are coded in another order than shown.
    var isReordered = false
    /// Whether every packet can be given its times.
    var hasTimestamps = true
    /// What reading the stream told; nil when it was not needed.
    var survey: RandomAccessSurvey?
}

/// What decides whether sound can be copied.
struct AudioFacts: Hashable, Sendable {
    /// FFmpeg's name of the coding, such as `aac`.
    var codec = "aac"
    /// The profile's name, when there is one.
    var profile: String?
    /// True for AAC-LC without spectral band replication, with a channel configuration that ADTS can tell.
    var isPlainAACLowComplexity = true
    var channels = 2
    var sampleRate = 48_000
    /// Whether channels or sampling rate change in the middle.
    var changesForm = false
}
