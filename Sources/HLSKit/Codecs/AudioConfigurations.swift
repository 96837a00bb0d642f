/// Reads the configurations of codecs that need no type of their own: Opus, FLAC and ALAC.
enum AudioConfigurations {
    /// Reads the payload of a `dOps` box ("Encapsulation of Opus in ISO Base Media File Format" 4.3.2).
    static func opus(_ data: [UInt8]) -> AudioFormat? {
        guard data.count >= 11, data[1] > 0 else { return nil }
        return AudioFormat(codecString: "Opus", sampleRate: 48_000, channels: Int(data[1]), samplesPerUnit: 960)
    }

    /// Reads the payload of a `dfLa` box ("Encapsulation of FLAC in ISO Base Media File Format" 3.3.2), whose first
    /// block is the stream information.
    static func flac(_ data: [UInt8]) -> AudioFormat? {
        guard data.count >= 8 + 34, data[0] == 0, data[4] & 0x7F == 0 else { return nil }
        let rate = Int(data[18]) << 12 | Int(data[19]) << 4 | Int(data[20]) >> 4
        guard rate > 0 else { return nil }
        return AudioFormat(
            codecString: "fLaC",
            sampleRate: rate,
            channels: Int(data[20] >> 1 & 7) + 1,
            samplesPerUnit: Int(data[10]) << 8 | Int(data[11])
        )
    }

    /// Reads the payload of an `alac` box behind its version and flags ("ALACSpecificConfig").
    static func alac(_ data: [UInt8]) -> AudioFormat? {
        var fields = FieldReader(data)
        do throws(FieldReader.EndOfData) {
            let frame = try fields.read(UInt32.self)
            try fields.skip(5)
            let channels = try fields.read(UInt8.self)
            try fields.skip(6)
            let bitRate = try fields.read(UInt32.self)
            let rate = try fields.read(UInt32.self)
            return AudioFormat(
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
