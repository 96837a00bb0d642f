import HLSKit

/// Makes segments of a transport stream.
struct TransportStreamSegments: SegmentMuxer {
    private enum Form {
        case h264(H264ByteStream)
        case aac(AudioSpecificConfiguration?)
        case asItIs
    }

    let fileExtension = "ts"
    private(set) var damagedUnits = 0

    private let codecs: [ElementaryStream.Codec]
    private var forms: [Form]
    /// The header of the latest AAC frame of each track, without its length.
    private var latestHeaders: [ADTSHeader?]
    private var muxer: TransportStreamMuxer?
    /// Added to every timestamp, so that the first decoding time is one second.
    private var offset = MediaTime.zero
    /// The unit that was read last, in the form of the transport stream.
    private var unit: [UInt8] = []

    private static let firstDecodingTime = MediaTime(seconds: 1)

    /// Creates a muxer for the tracks of a rendition.
    ///
    /// - Parameter sampleAspectRatio: What H.264 must declare as the shape of its samples; nil when it declares the right one.
    init(_ codecs: [ElementaryStream.Codec], sampleAspectRatio: SampleAspectRatio?) {
        self.codecs = codecs
        forms = codecs.map { codec in
            switch codec {
            case .h264: .h264(H264ByteStream(configuration: nil, sampleAspectRatio: sampleAspectRatio))
            case .aac: .aac(nil)
            default: .asItIs
            }
        }
        latestHeaders = codecs.map { _ in nil }
    }

    mutating func configure(track: Int, _ description: TrackDescription) {
        switch forms[track] {
        case .h264(var stream):
            guard let configuration = AVCDecoderConfiguration(description.extradata) else { return }
            stream.update(configuration: configuration)
            forms[track] = .h264(stream)
        case .aac: forms[track] = .aac(AudioSpecificConfiguration(description.extradata))
        case .asItIs: break
        }
    }

    mutating func describe(_ unit: AccessUnit, track: Int) {}

    mutating func start(at first: MediaTime, decodeDelays: [MediaTime]) throws {
        offset = Self.firstDecodingTime - first
        let streams = zip(codecs, decodeDelays).enumerated().map { index, track in
            ElementaryStream(codec: track.0, pid: UInt16(0x100 + index), decodeDelay: track.1)
        }
        muxer = try TransportStreamMuxer(streams: streams)
    }

    // MARK: Units

    mutating func read(_ unit: AccessUnit, track: Int) throws -> UnitTraits? {
        self.unit.removeAll(keepingCapacity: true)
        switch forms[track] {
        case .h264(var stream):
            // Removed while it changes, so that its arrays are not copied.
            forms[track] = .asItIs
            let written = unit.withBytes { stream.append($0, to: &self.unit) }
            forms[track] = .h264(stream)
            guard written.hasPicture else { return nil }
            return UnitTraits(isRandomAccess: written.isRandomAccess, changesFormat: written.changesFormat)
        case .aac(let configuration):
            guard let header = try unit.withBytes({ try appendADTS($0, configuration) }) else {
                damagedUnits += 1
                return nil
            }
            let isChange = latestHeaders[track].map { !$0.hasSameFormat(as: header) } ?? false
            latestHeaders[track] = header
            return UnitTraits(changesFormat: isChange)
        case .asItIs:
            unit.withBytes { bytes in bytes.withUnsafeBufferPointer { self.unit.append(contentsOf: $0) } }
            return self.unit.isEmpty ? nil : UnitTraits()
        }
    }

    /// Appends an AAC frame with a header.
    ///
    /// - Returns: The header; nil for a frame that is longer than any can be.
    private mutating func appendADTS(
        _ frame: Span<UInt8>,
        _ configuration: AudioSpecificConfiguration?
    ) throws -> ADTSHeader? {
        if let header = ADTSHeader(frame), header.frameLength == frame.count {
            frame.withUnsafeBufferPointer { unit.append(contentsOf: $0) }
            return header
        }
        guard let configuration, ADTSHeader(configuration, payloadLength: 0) != nil else {
            throw ConversionError(
                .inputNotUsable,
                "this AAC stream cannot be copied into a transport stream: let it be encoded (--audio-encoder aac)"
            )
        }
        guard let header = ADTSHeader(configuration, payloadLength: frame.count) else { return nil }
        header.write(to: &unit)
        frame.withUnsafeBufferPointer { unit.append(contentsOf: $0) }
        return header
    }

    mutating func write(_ unit: TimedUnit, track: Int, isRandomAccess: Bool) throws {
        // A second reference, not a copy: a span of the property would bind all of self.
        let bytes = self.unit
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
    }

    // MARK: Segments

    mutating func beginSegment(at earliest: MediaTime) {
        muxer?.startSegment()
    }

    mutating func endSegment(next: [MediaTime?]) {
        muxer?.flush()
    }

    var pendingByteCount: Int { muxer?.output.count ?? 0 }

    mutating func takeBytes(_ buffer: inout [UInt8]) {
        muxer?.exchangeOutput(for: &buffer)
    }

    mutating func takeNewInitialization() -> [UInt8]? { nil }
}

extension ADTSHeader {
    /// Whether two frames are decoded alike.
    fileprivate func hasSameFormat(as other: ADTSHeader) -> Bool {
        objectType == other.objectType && sampleRateIndex == other.sampleRateIndex
            && channelConfiguration == other.channelConfiguration
    }
}
