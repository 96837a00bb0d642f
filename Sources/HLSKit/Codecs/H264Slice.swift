/// The fields of an H.264 slice header that tell one picture from the next (ISO/IEC 14496-10 7.3.3).
struct H264Slice: Sendable, Hashable {
    var firstMacroblock: UInt32
    var referenceIDC: UInt8
    var isInstantaneousRefresh: Bool
    /// Nil when the parameter sets of the slice are not known.
    var fields: Fields?

    struct Fields: Sendable, Hashable {
        var pictureParameterSet: UInt32
        var frameNumber: UInt32
        var isField = false
        var isBottomField = false
        var instantaneousRefreshID: UInt32?
        var pictureOrderCount: UInt32?
        var deltas: [Int32] = []
    }

    /// Reads the header of the slice that the bytes of a NAL unit begin with.
    ///
    /// - Returns: Nil when the bytes end early.
    init?(_ bytes: [UInt8], parameterSets: H264ParameterSets) {
        guard let header = bytes.first else { return nil }
        var reader = BitReader(rawByteSequencePayload(of: Array(bytes.dropFirst())))
        referenceIDC = header >> 5 & 3
        isInstantaneousRefresh = H264.NALUnitType(header: header) == .idrSlice
        firstMacroblock = 0
        do {
            try read(&reader, parameterSets)
        } catch {
            return nil
        }
    }

    private mutating func read(_ reader: inout BitReader, _ sets: H264ParameterSets) throws(BitReader.EndOfData) {
        firstMacroblock = try reader.readUnsignedExpGolomb()
        _ = try reader.readUnsignedExpGolomb()  // slice_type
        let identifier = try reader.readUnsignedExpGolomb()
        guard let pictureSet = sets.picture[identifier], let sequenceSet = sets.sequence[pictureSet.sequenceSet] else {
            return
        }
        let syntax = sequenceSet.sliceSyntax
        if syntax.separatesColourPlanes { try reader.skip(2) }
        var fields = Fields(pictureParameterSet: identifier, frameNumber: try reader.read(syntax.frameNumberBits))
        if !sequenceSet.framesOnly {
            fields.isField = try reader.readFlag()
            if fields.isField { fields.isBottomField = try reader.readFlag() }
        }
        if isInstantaneousRefresh { fields.instantaneousRefreshID = try reader.readUnsignedExpGolomb() }
        let hasSecondDelta = pictureSet.tellsBottomField && !fields.isField
        if syntax.pictureOrderCountType == 0 {
            fields.pictureOrderCount = try reader.read(syntax.pictureOrderCountBits)
            if hasSecondDelta { fields.deltas.append(try reader.readSignedExpGolomb()) }
        } else if syntax.pictureOrderCountType == 1, !syntax.alwaysZeroesDelta {
            fields.deltas.append(try reader.readSignedExpGolomb())
            if hasSecondDelta { fields.deltas.append(try reader.readSignedExpGolomb()) }
        }
        self.fields = fields
    }

    /// Whether this is the first slice of another picture than that of the slice before (7.4.1.2.4).
    func beginsPicture(after last: H264Slice) -> Bool {
        if isInstantaneousRefresh != last.isInstantaneousRefresh { return true }
        if (referenceIDC == 0) != (last.referenceIDC == 0) { return true }
        if let fields, let lastFields = last.fields { return fields != lastFields }
        // Without parameter sets only the place in the picture is known.
        return firstMacroblock == 0
    }
}

/// The parameter sets that a stream has shown, by their identifiers.
struct H264ParameterSets: Sendable {
    struct PictureSet: Sendable, Hashable {
        var sequenceSet: UInt32
        /// `bottom_field_pic_order_in_frame_present_flag`.
        var tellsBottomField: Bool
    }

    private(set) var sequence: [UInt32: H264SequenceParameterSet] = [:]
    private(set) var picture: [UInt32: PictureSet] = [:]
    private var bytes: [UInt32: [UInt8]] = [:]

    /// Takes a NAL unit of type 7 or 8.
    ///
    /// - Returns: The format that it tells, when that is another than before.
    mutating func add(_ unit: [UInt8]) -> VideoFormat? {
        guard let header = unit.first else { return nil }
        if H264.NALUnitType(header: header) == .sequenceParameterSet { return addSequence(unit) }
        // Identifiers and one flag; more of a picture parameter set is not needed to cut access units.
        var reader = BitReader(rawByteSequencePayload(of: Array(unit.dropFirst().prefix(32))))
        guard let identifier = try? reader.readUnsignedExpGolomb(), identifier < 256,
            let sequenceSet = try? reader.readUnsignedExpGolomb(), sequenceSet < 32,
            (try? reader.skip(1)) != nil, let tellsBottomField = try? reader.readFlag()
        else { return nil }
        picture[identifier] = PictureSet(sequenceSet: sequenceSet, tellsBottomField: tellsBottomField)
        bytes[32 + identifier] = unit
        return nil
    }

    private mutating func addSequence(_ unit: [UInt8]) -> VideoFormat? {
        guard unit.count <= 4_096, let set = H264SequenceParameterSet(nalUnit: unit), set.identifier < 32,
            bytes[set.identifier] != unit
        else { return nil }
        sequence[set.identifier] = set
        bytes[set.identifier] = unit
        return set.format(parameterSets: [unit])
    }

    /// The picture parameter sets of a sequence parameter set, by their identifiers.
    func pictureSets(of sequenceSet: UInt32) -> [[UInt8]] {
        picture.filter { $0.value.sequenceSet == sequenceSet }.keys.sorted().compactMap { bytes[32 + $0] }
    }
}
