/// How a decoded picture must be turned to be displayed, from an SEI message (ISO/IEC 14496-10 D.2.26).
package struct H264DisplayOrientation: Sendable, Hashable {
    /// Whether the picture is flipped left to right, before it is turned.
    package var isFlippedHorizontally: Bool
    /// Whether the picture is flipped upside down, before it is turned.
    package var isFlippedVertically: Bool
    /// The turn, anticlockwise, in degrees from 0 to 360.
    package var anticlockwiseDegrees: Double

    private static let payloadType = 47

    /// Reads the first such message of a NAL unit of type 6.
    ///
    /// - Returns: Nil when there is none, or it only ends what an earlier one said.
    package init?(nalUnit: [UInt8]) {
        guard let header = nalUnit.first, H264.NALUnitType(header: header) == .sei else { return nil }
        let payload = rawByteSequencePayload(of: Array(nalUnit.dropFirst()))
        var position = 0
        /// Reads a number that is written as bytes of 255 and a last one (7.3.2.3.1).
        func readNumber() -> Int? {
            var number = 0
            while position < payload.count {
                let byte = payload[position]
                position += 1
                number += Int(byte)
                if byte < 255 { return number }
            }
            return nil
        }
        while let type = readNumber(), let size = readNumber(), size <= payload.count - position {
            if type == Self.payloadType {
                self.init(message: Array(payload[position..<position + size]))
                return
            }
            position += size
        }
        return nil
    }

    /// Reads the first such message of an access unit.
    package init?(accessUnit: Span<UInt8>, framing: NALUnitFraming) {
        var found: H264DisplayOrientation?
        framing.forEachUnit(in: accessUnit) { range in
            guard found == nil, H264.NALUnitType(header: accessUnit[range.lowerBound]) == .sei else { return }
            found = H264DisplayOrientation(nalUnit: accessUnit.array(range))
        }
        guard let found else { return nil }
        self = found
    }

    private init?(message: [UInt8]) {
        var reader = BitReader(message)
        do {
            guard try !reader.readFlag() else { return nil }  // display_orientation_cancel_flag
            isFlippedHorizontally = try reader.readFlag()
            isFlippedVertically = try reader.readFlag()
            anticlockwiseDegrees = Double(try reader.read(16)) * 360 / 65_536
        } catch {
            return nil
        }
    }
}
