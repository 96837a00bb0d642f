/// Turns H.264 access units into the form that transport streams carry (ISO/IEC 13818-1 2.14.1).
///
/// The result has start codes, exactly one access unit delimiter, in front, and the parameter sets in front of every
/// IDR picture. Parameter sets seen in the stream are remembered, so that a random access point which came without
/// its own gets them.
public struct H264ByteStream: Sendable {
    /// How access units come in.
    public private(set) var framing: NALUnitFraming
    private var sequenceParameterSets: [[UInt8]]
    private var pictureParameterSets: [[UInt8]]
    /// The sequence parameter set of the last random access point.
    private var active: [UInt8]?
    /// What every sequence parameter set is made to tell of the shape of samples; nil leaves them as they are.
    private let sampleAspectRatio: SampleAspectRatio?

    private static let startCode: [UInt8] = [0, 0, 0, 1]
    /// A delimiter that allows any slice type (primary_pic_type 7).
    private static let delimiter: [UInt8] = [0, 0, 0, 1, 0x09, 0xF0]

    /// Prepares for the stream that a configuration describes, or for one with start codes when there is none.
    ///
    /// - Parameter sampleAspectRatio: What the sequence parameter sets must tell of the shape of samples, where the container
    ///   knows it better; nil leaves them as they are.
    public init(configuration: AVCDecoderConfiguration?, sampleAspectRatio: SampleAspectRatio? = nil) {
        self.sampleAspectRatio = sampleAspectRatio
        framing = configuration?.framing ?? .annexB
        sequenceParameterSets = []
        pictureParameterSets = configuration?.pictureParameterSets ?? []
        sequenceParameterSets = (configuration?.sequenceParameterSets ?? []).map(reshaped)
    }

    private func reshaped(_ set: [UInt8]) -> [UInt8] {
        guard let sampleAspectRatio else { return set }
        return H264SequenceParameterSet.replacingSampleAspectRatio(in: set, with: sampleAspectRatio) ?? set
    }

    /// What one access unit turned out to be.
    public struct Unit: Sendable, Hashable {
        /// Whether it holds a slice at all; a unit without one must not be written.
        public var hasPicture = false
        /// Whether decoding can start here: an IDR picture with its parameter sets.
        public var isRandomAccess = false
        /// Whether the pictures from here on have another sequence parameter set than those before, as with another size.
        public var changesFormat = false

        /// Describes a unit.
        public init(hasPicture: Bool = false, isRandomAccess: Bool = false, changesFormat: Bool = false) {
            self.hasPicture = hasPicture
            self.isRandomAccess = isRandomAccess
            self.changesFormat = changesFormat
        }
    }

    /// Appends an access unit to `output`.
    public mutating func append(_ accessUnit: Span<UInt8>, to output: inout [UInt8]) -> Unit {
        var unit = Unit()
        var ownSequenceSets: [[UInt8]] = []
        var ownPictureSets: [[UInt8]] = []
        var ranges: [Range<Int>] = []
        framing.forEachUnit(in: accessUnit) { range in
            let type = H264.NALUnitType(header: accessUnit[range.lowerBound])
            switch type {
            case .accessUnitDelimiter:
                return
            case .sequenceParameterSet:
                ownSequenceSets.append(reshaped(accessUnit.array(range)))
            case .pictureParameterSet:
                ownPictureSets.append(accessUnit.array(range))
            default:
                unit.hasPicture = unit.hasPicture || type.isSlice
                unit.isRandomAccess = unit.isRandomAccess || type == .idrSlice
                ranges.append(range)
            }
        }
        if !ownSequenceSets.isEmpty { Self.merge(ownSequenceSets, into: &sequenceParameterSets) }
        if !ownPictureSets.isEmpty { Self.merge(ownPictureSets, into: &pictureParameterSets) }

        output += Self.delimiter
        let everySet = unit.isRandomAccess
        for set in (everySet ? sequenceParameterSets : ownSequenceSets)
            + (everySet ? pictureParameterSets : ownPictureSets)
        {
            output += Self.startCode
            output += set
        }
        for range in ranges {
            output += Self.startCode
            output.append(accessUnit.extracting(range))
        }
        if sequenceParameterSets.isEmpty || pictureParameterSets.isEmpty { unit.isRandomAccess = false }
        if unit.isRandomAccess, let slice = ranges.first(where: { Self.isSlice(accessUnit[$0.lowerBound]) }) {
            unit.changesFormat = activate(setOf: accessUnit.extracting(slice))
        }
        return unit
    }

    private static func isSlice(_ header: UInt8) -> Bool { H264.NALUnitType(header: header).isSlice }

    /// Activates the sequence parameter set that a slice refers to.
    ///
    /// - Returns: Whether it is another one than before.
    private mutating func activate(setOf slice: Span<UInt8>) -> Bool {
        let first = slice.extracting(first: min(slice.count, 24))
        guard
            let set = sequenceParameterSets.count == 1
                ? sequenceParameterSets.first : sequenceSet(of: first.array(0..<first.count)),
            active != set
        else { return false }
        defer { active = set }
        return active != nil
    }

    /// The sequence parameter set of the picture parameter set that a slice names (ISO/IEC 14496-10 7.3.3).
    private func sequenceSet(of slice: [UInt8]) -> [UInt8]? {
        var reader = BitReader(rawByteSequencePayload(of: Array(slice.dropFirst())))
        guard (try? reader.readUnsignedExpGolomb()) != nil, (try? reader.readUnsignedExpGolomb()) != nil,
            let picture = try? reader.readUnsignedExpGolomb(),
            let pictureSet = pictureParameterSets.first(where: { Self.identifier(of: $0) == picture })
        else { return nil }
        var setReader = BitReader(rawByteSequencePayload(of: Array(pictureSet.dropFirst().prefix(16))))
        guard (try? setReader.readUnsignedExpGolomb()) != nil,
            let sequence = try? setReader.readUnsignedExpGolomb()
        else { return nil }
        return sequenceParameterSets.first { Self.identifier(of: $0) == sequence }
    }

    /// Takes parameter sets that arrived beside the stream, as when a file switches its sample description.
    public mutating func update(configuration: AVCDecoderConfiguration) {
        framing = configuration.framing
        sequenceParameterSets = configuration.sequenceParameterSets.map(reshaped)
        pictureParameterSets = configuration.pictureParameterSets
    }

    /// Replaces the sets that have the same identifier as a new one, and adds the others.
    private static func merge(_ new: [[UInt8]], into sets: inout [[UInt8]]) {
        for set in new where !sets.contains(set) {
            let id = identifier(of: set)
            if let index = sets.firstIndex(where: { identifier(of: $0) == id }) {
                sets[index] = set
            } else {
                sets.append(set)
            }
        }
    }

    /// `seq_parameter_set_id` or `pic_parameter_set_id`, nil when the set is broken.
    private static func identifier(of set: [UInt8]) -> UInt32? {
        let isSequence = set.first.map { H264.NALUnitType(header: $0) } == .sequenceParameterSet
        var reader = BitReader(rawByteSequencePayload(of: Array(set.dropFirst(isSequence ? 4 : 1).prefix(16))))
        return try? reader.readUnsignedExpGolomb()
    }
}
