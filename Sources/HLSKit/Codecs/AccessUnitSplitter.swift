/// Cuts the bytes of an elementary stream into access units.
///
/// A splitter is given the bytes from the start of the current unit on, again and again as they grow, and remembers
/// how far it has looked.
protocol AccessUnitSplitter: Sendable {
    /// Looks for the end of the unit that the bytes begin with.
    ///
    /// After `.unit` and `.skip` the caller takes that many bytes away from the front.
    /// - Parameters:
    ///   - bytes: All bytes that are there.
    ///   - isEnd: Whether no more will come.
    mutating func next(in bytes: Span<UInt8>, isEnd: Bool) -> SplitResult
}

/// What a splitter found.
enum SplitResult {
    /// The unit does not end within the bytes.
    case needsMore
    /// The first bytes are a whole unit.
    case unit(SplitUnit)
    /// The first bytes are no part of any unit.
    case skip(Int)
}

/// A unit that a splitter found.
struct SplitUnit {
    /// The bytes of the unit.
    var length: Int
    /// Whether decoding can start here.
    var isRandomAccess = true
    /// Whether nothing behind this unit needs what is in front of it.
    var isInstantaneousRefresh = true
    /// The access unit delimiters in it.
    var delimiterCount = 0
    /// How long it lasts; nil when the unit does not tell.
    var duration: Duration?
    /// What the headers tell, when that is new.
    var format: StreamFormat?

    /// A number of samples at a sampling rate.
    struct Duration {
        var samples: Int
        var sampleRate: Int
    }
}

extension ElementaryStream.Codec {
    /// What cuts a stream of this codec into access units; nil when each PES packet is one.
    func makeSplitter() -> (any AccessUnitSplitter)? {
        switch self {
        case .h264: H264Splitter()
        case .hevc: HEVCSplitter()
        case .mpeg1Video, .mpeg2Video: MPEGVideoSplitter()
        case .aac: AudioSplitter(ADTSReader())
        case .aacLATM: AudioSplitter(LOASReader())
        case .mpeg1Audio, .mpeg2Audio: AudioSplitter(MPEGAudioReader())
        case .ac3, .enhancedAC3: AudioSplitter(DolbyAudioReader())
        case .opus: AudioSplitter(OpusReader())
        case .timedMetadata, .spliceInformation, .other: nil
        }
    }
}
