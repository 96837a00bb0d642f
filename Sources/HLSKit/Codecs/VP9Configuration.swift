/// The configuration beside a VP9 stream, the `vpcC` box ("VP Codec ISO Media File Format Binding").
public struct VP9Configuration: Sendable, Hashable {
    /// The profile: 0 to 3.
    public var profile: UInt8
    /// Ten times the level.
    public var level: UInt8
    /// Bits of a sample: 8, 10 or 12.
    public var bitDepth: UInt8
    /// 0 and 1 4:2:0, 2 4:2:2, 3 4:4:4.
    public var chromaSubsampling: UInt8
    /// The meaning of the sample values.
    public var colour: ColourDescription

    /// Reads the payload of a `vpcC` box, behind whose version and flags the fields stand.
    ///
    /// - Returns: Nil when the bytes end early or are of another version.
    public init?(_ data: [UInt8]) {
        guard data.count >= 10, data[0] == 1 else { return nil }
        profile = data[4]
        level = data[5]
        bitDepth = data[6] >> 4
        chromaSubsampling = data[6] >> 1 & 7
        colour = ColourDescription()
        colour.isFullRange = data[6] & 1 != 0
        colour.primaries = data[7]
        colour.transfer = data[8]
        colour.matrix = data[9]
    }

    /// Describes a stream.
    public init(profile: UInt8, level: UInt8, bitDepth: UInt8, chromaSubsampling: UInt8, colour: ColourDescription) {
        self.profile = profile
        self.level = level
        self.bitDepth = bitDepth
        self.chromaSubsampling = chromaSubsampling
        self.colour = colour
    }

    /// The payload of a `vpcC` box, with version and flags.
    public var payload: [UInt8] {
        [
            1, 0, 0, 0, profile, level, bitDepth << 4 | chromaSubsampling << 1 | (colour.isFullRange ? 1 : 0),
            colour.primaries, colour.transfer, colour.matrix, 0, 0,
        ]
    }

    /// The codec string, such as `vp09.00.21.08`; longer when something has not its usual value.
    public var codecString: String {
        let short = "vp09." + [profile, level, bitDepth].map { twoDigits(Int($0)) }.joined(separator: ".")
        let isUsual =
            chromaSubsampling <= 1 && !colour.isFullRange
            && [[1, 1, 1], [2, 2, 2]].contains([colour.primaries, colour.transfer, colour.matrix])
        if isUsual { return short }
        let numbers = [chromaSubsampling, colour.primaries, colour.transfer, colour.matrix, colour.isFullRange ? 1 : 0]
        return short + "." + numbers.map { twoDigits(Int($0)) }.joined(separator: ".")
    }
}
