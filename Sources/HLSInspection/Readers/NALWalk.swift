import HLSKit

/// Goes along the NAL units of a sample by their lengths, and looks at their headers only.
struct NALWalk: Sendable {
    private let lengthBytes: Int
    private let isHEVC: Bool
    /// Bytes of the sample that have not come.
    private var bytesLeft: Int
    private var lengthRead = 0
    private var length = 0
    private var unitLeft = 0
    private var unitPosition = 0
    private var unitType: UInt8 = 0
    private(set) var isBroken = false
    private(set) var hasSlice = false
    /// Whether decoding can start here: an IDR or IRAP picture.
    private(set) var isRandomAccess = false
    /// Whether a message says that decoding can start here.
    private(set) var isRecoveryPoint = false

    init(lengthBytes: Int, isHEVC: Bool, byteCount: Int) {
        self.lengthBytes = lengthBytes
        self.isHEVC = isHEVC
        bytesLeft = byteCount
    }

    /// Whether the units end where the sample does.
    var isWhole: Bool { !isBroken && bytesLeft == 0 && unitLeft == 0 && lengthRead == 0 }

    mutating func push(_ bytes: Span<UInt8>) {
        var at = 0
        while at < bytes.count, !isBroken {
            if unitLeft == 0 {
                length = length << 8 | Int(bytes[at])
                lengthRead += 1
                at += 1
                if lengthRead == lengthBytes { beginUnit(left: bytesLeft - at) }
            } else if unitPosition < 3 {
                look(at: bytes[at])
                at += 1
            } else {
                let count = min(unitLeft, bytes.count - at)
                unitLeft -= count
                at += count
            }
        }
        bytesLeft -= bytes.count
    }

    private mutating func beginUnit(left: Int) {
        isBroken = length > left
        unitLeft = length
        unitPosition = 0
        lengthRead = 0
        length = 0
    }

    private mutating func look(at byte: UInt8) {
        if unitPosition == 0 {
            unitType = isHEVC ? HEVC.NALUnitType(header: byte).rawValue : H264.NALUnitType(header: byte).rawValue
            if isHEVC {
                let type = HEVC.NALUnitType(rawValue: unitType)
                hasSlice = hasSlice || type.isSlice
                isRandomAccess = isRandomAccess || type.isRandomAccess
            } else {
                let type = H264.NALUnitType(rawValue: unitType)
                hasSlice = hasSlice || type.isSlice
                isRandomAccess = isRandomAccess || type == .idrSlice
            }
        } else if unitPosition == 1, !isHEVC, unitType == H264.NALUnitType.sei.rawValue {
            // The type of the first message (ISO/IEC 14496-10 D.1).
            isRecoveryPoint = isRecoveryPoint || byte == 6
        }
        unitPosition += 1
        unitLeft -= 1
    }
}
