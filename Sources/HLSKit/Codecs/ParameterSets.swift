/// The parameter sets of an H.264 or HEVC stream: of each kind, the latest with an identifier.
package struct ParameterSets: Sendable, Hashable {
    private let isHEVC: Bool
    /// Without start codes and lengths, in the order in which their identifiers came.
    package private(set) var units: [[UInt8]] = []

    /// Starts with sets that are stored beside a stream.
    package init(isHEVC: Bool, _ units: [[UInt8]] = []) {
        self.isHEVC = isHEVC
        for unit in units { insert(unit) }
    }

    /// Whether a NAL unit is a parameter set.
    package func isParameterSet(header: UInt8) -> Bool {
        isHEVC ? HEVC.NALUnitType(header: header).isParameterSet : H264.NALUnitType(header: header).isParameterSet
    }

    /// Adds a set, in place of the one of its kind that has the same identifier.
    ///
    /// - Returns: Whether it was not there.
    @discardableResult
    package mutating func insert(_ unit: [UInt8]) -> Bool {
        guard !units.contains(unit) else { return false }
        let key = key(of: unit)
        if let index = units.firstIndex(where: { self.key(of: $0) == key }) {
            units[index] = unit
        } else {
            units.append(unit)
        }
        return true
    }

    /// The kind and the identifier of a set.
    private struct Key: Equatable {
        var kind: UInt8
        /// Nil when the set ends early.
        var identifier: UInt32?
    }

    private func key(of unit: [UInt8]) -> Key {
        guard let header = unit.first else { return Key(kind: 0) }
        if isHEVC { return Self.hevcKey(header, unit) }
        let type = H264.NALUnitType(header: header)
        // profile_idc, constraint flags and level_idc stand in front of seq_parameter_set_id (ISO/IEC 14496-10 7.3.2.1.1).
        var reader = BitReader(
            rawByteSequencePayload(of: Array(unit.dropFirst(type == .sequenceParameterSet ? 4 : 1).prefix(16)))
        )
        return Key(kind: type.rawValue, identifier: try? reader.readUnsignedExpGolomb())
    }

    /// ISO/IEC 23008-2 7.3.2.1 to 7.3.2.3.
    private static func hevcKey(_ header: UInt8, _ unit: [UInt8]) -> Key {
        let type = HEVC.NALUnitType(header: header)
        var reader = BitReader(rawByteSequencePayload(of: Array(unit.dropFirst(2).prefix(16))))
        let identifier =
            switch type {
            case .videoParameterSet: try? reader.read(4)
            case .sequenceParameterSet: HEVCSequenceParameterSet(nalUnit: unit)?.identifier
            default: try? reader.readUnsignedExpGolomb()
            }
        return Key(kind: type.rawValue, identifier: identifier)
    }
}
