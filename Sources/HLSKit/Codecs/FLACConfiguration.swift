/// The configuration beside a FLAC stream, the `dfLa` box ("Encapsulation of FLAC in ISO Base Media File Format"
/// 3.3.2).
public struct FLACConfiguration: Sendable, Hashable {
    /// The metadata blocks with their headers, of which the first is the stream information (RFC 9639 8).
    public var metadataBlocks: [UInt8]

    private static let streamInformationLength = 34

    /// Describes a stream by the 34 bytes of its stream information (RFC 9639 8.2).
    ///
    /// - Returns: Nil when they are not 34 bytes, or state no sampling rate.
    public init?(streamInformation: [UInt8]) {
        // One metadata block, the last one, of type 0.
        self.init([0, 0, 0, 0, 0x80, 0, 0, UInt8(clamping: streamInformation.count)] + streamInformation)
    }

    /// Reads the payload of a `dfLa` box.
    ///
    /// - Returns: Nil when the bytes do not begin with stream information, or state no sampling rate.
    public init?(_ data: [UInt8]) {
        guard data.count >= 8 + Self.streamInformationLength, data[0] == 0, data[4] & 0x7F == 0, data[5] == 0,
            data[6] == 0, data[7] == Self.streamInformationLength
        else { return nil }
        metadataBlocks = Array(data[4...])
        guard sampleRate > 0 else { return nil }
    }

    /// The payload of a `dfLa` box, with version and flags.
    public var payload: [UInt8] { [0, 0, 0, 0] + metadataBlocks }

    private var sampleRate: Int {
        Int(metadataBlocks[14]) << 12 | Int(metadataBlocks[15]) << 4 | Int(metadataBlocks[16]) >> 4
    }

    /// What the stream information states; the samples are those of the greatest block.
    var format: AudioFormat {
        AudioFormat(
            codecString: "fLaC",
            sampleRate: sampleRate,
            channels: Int(metadataBlocks[16] >> 1 & 7) + 1,
            samplesPerUnit: Int(metadataBlocks[6]) << 8 | Int(metadataBlocks[7])
        )
    }
}
