/// The configuration of Dolby Vision, the boxes `dvcC`, `dvvC` and `dvwC` ("Dolby Vision Streams Within the ISO Base
/// Media File Format").
public struct DolbyVisionConfiguration: Sendable, Hashable {
    /// The profile: 5 without a compatible base layer, 8 with one.
    public var profile: UInt8
    /// The level, 1 to 13.
    public var level: UInt8
    /// What the base layer is compatible with: 0 nothing, 1 HDR10, 2 SDR, 4 HLG.
    public var compatibility: UInt8
    /// The payload of the box.
    public var payload: [UInt8]

    /// Reads the payload of the box.
    ///
    /// - Returns: Nil when the bytes end early.
    public init?(_ data: [UInt8]) {
        guard data.count >= 5 else { return nil }
        payload = data
        profile = data[2] >> 1
        level = (data[2] & 1) << 5 | data[3] >> 3
        compatibility = data[4] >> 4
    }

    /// The type of the box, which depends on the profile (section 3.2).
    var boxType: BoxType {
        profile <= 7 ? "dvcC" : profile <= 10 ? "dvvC" : "dvwC"
    }

    /// The codec string for a sample entry, such as `dvh1.05.06`.
    public func codecString(sampleEntry: String) -> String {
        "\(sampleEntry).\(twoDigits(Int(profile))).\(twoDigits(Int(level)))"
    }
}
