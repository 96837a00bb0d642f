// The parts of the VUI that H.264 and HEVC share (ISO/IEC 14496-10 E.1.1, ISO/IEC 23008-2 E.2.1).
extension BitReader {
    /// Reads `aspect_ratio_info_present_flag` and what follows it; nil when there is none.
    mutating func readSampleAspectRatio() throws(EndOfData) -> SampleAspectRatio? {
        guard try readFlag() else { return nil }
        let number = Int(try read(8))
        if number == 255 {
            let ratio = SampleAspectRatio(width: Int(try read(16)), height: Int(try read(16)))
            return ratio.width > 0 && ratio.height > 0 ? ratio : nil
        }
        return SampleAspectRatio.numbered.indices.contains(number) ? SampleAspectRatio.numbered[number] : nil
    }

    /// Reads `video_signal_type_present_flag` and what follows it; nil when there is none.
    mutating func readVideoSignalType() throws(EndOfData) -> ColourDescription? {
        guard try readFlag() else { return nil }
        try skip(3)  // video_format
        var colour = ColourDescription()
        colour.isFullRange = try readFlag()
        if try readFlag() {
            colour.primaries = try readByte()
            colour.transfer = try readByte()
            colour.matrix = try readByte()
        }
        return colour
    }
}
