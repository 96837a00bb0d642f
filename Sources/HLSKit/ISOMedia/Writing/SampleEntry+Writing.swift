extension SampleEntry {
    /// Appends the entry as the sample description box has it (ISO/IEC 14496-12 8.5.2 and 12).
    ///
    /// Encryption is not written.
    func write(to writer: inout FieldWriter) {
        writer.box(type) { writer in
            writer.writeZeros(6)
            writer.write(UInt16(1))  // data_reference_index
            if width > 0 { writeVideoFields(to: &writer) } else { writeAudioFields(to: &writer) }
            if let configurationType {
                writer.box(configurationType) { $0.write(configuration) }
            }
            if let colour {
                writer.box("colr") { colour.write(to: &$0) }
            }
            if let sampleAspectRatio {
                writer.box("pasp") { sampleAspectRatio.write(to: &$0) }
            }
            if let masteringDisplay {
                writer.box("mdcv") { masteringDisplay.write(to: &$0) }
            }
            if let contentLightLevel {
                writer.box("clli") { contentLightLevel.write(to: &$0) }
            }
            if let dolbyVision {
                writer.box(dolbyVision.boxType) { $0.write(dolbyVision.payload) }
            }
        }
    }

    /// 72 dots an inch, as every writer has it (ISO/IEC 14496-12 12.1.3.2).
    private static let resolution: UInt32 = 72 << 16

    private func writeVideoFields(to writer: inout FieldWriter) {
        writer.writeZeros(16)
        writer.write(UInt16(clamping: width))
        writer.write(UInt16(clamping: height))
        writer.write(Self.resolution)
        writer.write(Self.resolution)
        writer.write(UInt32(0))
        writer.write(UInt16(1))  // frame_count
        writer.writeZeros(32)  // compressorname
        writer.write(UInt16(0x18))  // depth: colour without alpha
        writer.write(Int16(-1))
    }

    private func writeAudioFields(to writer: inout FieldWriter) {
        writer.writeZeros(8)
        writer.write(UInt16(clamping: channels))
        writer.write(UInt16(16))  // samplesize
        writer.writeZeros(4)
        // Rates that do not fit into 16 bits are in the configuration alone.
        writer.write(UInt32(sampleRate < 1 << 16 ? sampleRate : 0) << 16)
    }
}

extension ColourDescription {
    /// Appends the payload of a `colr` box (ISO/IEC 14496-12 12.1.5).
    func write(to writer: inout FieldWriter) {
        writer.write("nclx" as BoxType)
        writer.write(UInt16(primaries))
        writer.write(UInt16(transfer))
        writer.write(UInt16(matrix))
        writer.write(UInt8(isFullRange ? 0x80 : 0))
    }
}

extension SampleAspectRatio {
    /// Appends the payload of a `pasp` box (ISO/IEC 14496-12 12.1.4).
    func write(to writer: inout FieldWriter) {
        writer.write(UInt32(clamping: width))
        writer.write(UInt32(clamping: height))
    }
}

extension MasteringDisplay {
    /// Appends the payload of an `mdcv` box.
    func write(to writer: inout FieldWriter) {
        for chromaticity in chromaticities { writer.write(chromaticity) }
        writer.write(greatestLuminance)
        writer.write(leastLuminance)
    }
}

extension ContentLightLevel {
    /// Appends the payload of a `clli` box.
    func write(to writer: inout FieldWriter) {
        writer.write(greatest)
        writer.write(greatestAverage)
    }
}
