/// The configuration beside an ALAC stream, the `alac` box behind its version and flags ("ALACSpecificConfig").
struct ALACConfiguration {
    /// What the configuration states.
    let format: AudioFormat

    /// Reads the payload of the box behind its version and flags; nil when the bytes end early.
    init?(_ data: [UInt8]) {
        var fields = FieldReader(data)
        do throws(FieldReader.EndOfData) {
            let frame = try fields.read(UInt32.self)
            try fields.skip(5)
            let channels = try fields.read(UInt8.self)
            try fields.skip(6)
            let bitRate = try fields.read(UInt32.self)
            let rate = try fields.read(UInt32.self)
            format = AudioFormat(
                codecString: "alac",
                sampleRate: Int(rate),
                channels: Int(channels),
                samplesPerUnit: Int(frame),
                bitRate: bitRate == 0 ? nil : Int(bitRate)
            )
        } catch {
            return nil
        }
    }
}
