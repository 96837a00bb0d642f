/// The fields that sample entries begin with, read and written (ISO/IEC 14496-12 8.5.2 and 12).
extension SampleEntry {
    /// Reads the fields of a video entry (ISO/IEC 14496-12 12.1.3).
    ///
    /// - Returns: Their bytes.
    mutating func readVideoFields(_ fields: inout FieldReader) throws(FieldReader.EndOfData) -> Int {
        try fields.skip(8 + 16)
        width = Int(try fields.read(UInt16.self))
        height = Int(try fields.read(UInt16.self))
        try fields.skip(50)
        return 78
    }

    /// Reads the fields of an audio entry (ISO/IEC 14496-12 12.2.3), and the longer ones of QuickTime.
    ///
    /// - Parameter version: That of the box around: in boxes of version 1, entries of version 1 have no more fields.
    /// - Returns: Their bytes.
    mutating func readAudioFields(
        _ fields: inout FieldReader,
        version: UInt8
    ) throws(FieldReader.EndOfData) -> Int {
        try fields.skip(8)
        let entryVersion = try fields.read(UInt16.self)
        try fields.skip(6)
        channels = Int(try fields.read(UInt16.self))
        try fields.skip(6)
        sampleRate = Int(try fields.read(UInt32.self) >> 16)
        let more = version > 0 ? 0 : entryVersion == 1 ? 16 : entryVersion == 2 ? 36 : 0
        try fields.skip(more)
        return 28 + more
    }

    /// Appends the entry as the sample description box has it.
    func write(to writer: inout FieldWriter) {
        writer.box(type) { writer in
            writer.writeZeros(6)
            writer.write(UInt16(1))  // data_reference_index
            if width > 0 { writeVideoFields(to: &writer) } else { writeAudioFields(to: &writer) }
            if let configurationType {
                writer.box(configurationType) { $0.write(configuration) }
            }
            for box in SampleEntryBox.all { box.write(self, &writer) }
            if let protection { protection.write(to: &writer, codingType: codingType) }
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
        writer.write(UInt32(Self.entrySampleRate(sampleRate)) << 16)
    }

    /// The rate as an entry states it: those that do not fit into 16 bits are in the configuration alone.
    static func entrySampleRate(_ rate: Int) -> Int {
        rate < 1 << 16 ? rate : 0
    }
}
