/// Writes the init section of CMAF: brands, and a movie box without samples (ISO/IEC 23000-19 7.3.1).
enum InitializationSection {
    /// Ticks in a second of the movie header, which no duration is told in.
    private static let movieTimescale: UInt32 = 1_000

    static func bytes(_ tracks: [CMAFTrack]) -> [UInt8] {
        var writer = FieldWriter()
        writer.box("ftyp") { writer in
            writer.write("iso6" as BoxType)
            writer.write(UInt32(0))
            for brand in ["iso6", "cmfc", "mp41"] as [BoxType] { writer.write(brand) }
        }
        writer.box("moov") { writer in
            writer.fullBox("mvhd") { writer in
                writer.writeZeros(8)
                writer.write(movieTimescale)
                writer.write(UInt32(0))
                writer.write(UInt32(0x1_0000))  // rate
                writer.write(UInt16(0x100))  // volume
                writer.writeZeros(10)
                writeMatrix(&writer)
                writer.writeZeros(24)
                writer.write((tracks.map(\.id).max() ?? 0) &+ 1)
            }
            for track in tracks { write(track, to: &writer) }
            writer.box("mvex") { writer in
                for track in tracks {
                    writer.fullBox("trex") { writer in
                        writer.write(track.id)
                        writer.write(UInt32(1))
                        writer.writeZeros(12)
                    }
                }
            }
        }
        return writer.bytes
    }

    private static func writeMatrix(_ writer: inout FieldWriter) {
        for number in MP4Movie.identityMatrix { writer.write(number) }
    }

    private static func write(_ track: CMAFTrack, to writer: inout FieldWriter) {
        let entry = track.entry
        let isVideo = entry.width > 0
        writer.box("trak") { writer in
            writer.fullBox("tkhd", flags: 7) { writer in  // enabled, in the movie, in its preview
                writer.writeZeros(8)
                writer.write(track.id)
                writer.writeZeros(8)
                writer.writeZeros(8 + 4)
                writer.write(UInt16(isVideo ? 0 : 0x100))  // volume
                writer.writeZeros(2)
                writeMatrix(&writer)
                writer.write(UInt32(clamping: shownWidth(entry)) << 16)
                writer.write(UInt32(clamping: entry.height) << 16)
            }
            writer.box("mdia") { writer in
                writer.fullBox("mdhd") { writer in
                    writer.writeZeros(8)
                    writer.write(track.timescale)
                    writer.write(UInt32(0))
                    writer.write(packedLanguage(track.language))
                    writer.writeZeros(2)
                }
                writer.fullBox("hdlr") { writer in
                    writer.writeZeros(4)
                    writer.write((isVideo ? "vide" : "soun") as BoxType)
                    writer.writeZeros(12)
                    writer.writeString(isVideo ? "VideoHandler" : "SoundHandler")
                }
                writer.box("minf") { writer in
                    if isVideo {
                        writer.fullBox("vmhd", flags: 1) { $0.writeZeros(8) }
                    } else {
                        writer.fullBox("smhd") { $0.writeZeros(4) }
                    }
                    writer.box("dinf") { writer in
                        writer.fullBox("dref") { writer in
                            writer.write(UInt32(1))
                            writer.fullBox("url ", flags: 1)  // the media data is in the same file
                        }
                    }
                    writeTables(entry, to: &writer)
                }
            }
        }
    }

    /// Appends the sample table, which has descriptions and no samples.
    private static func writeTables(_ entry: SampleEntry, to writer: inout FieldWriter) {
        writer.box("stbl") { writer in
            writer.fullBox("stsd") { writer in
                writer.write(UInt32(1))
                entry.write(to: &writer)
            }
            writer.fullBox("stts") { $0.writeZeros(4) }
            writer.fullBox("stsc") { $0.writeZeros(4) }
            writer.fullBox("stsz") { $0.writeZeros(8) }
            writer.fullBox("stco") { $0.writeZeros(4) }
        }
    }

    /// The width that pictures are shown with: their samples may be wider or narrower than high.
    private static func shownWidth(_ entry: SampleEntry) -> Int {
        guard let ratio = entry.sampleAspectRatio, ratio.width > 0, ratio.height > 0 else { return entry.width }
        let (product, overflows) = entry.width.multipliedReportingOverflow(by: ratio.width)
        return overflows ? entry.width : min(0xFFFF, product / ratio.height)
    }

    /// Three letters of five bits each (ISO/IEC 14496-12 8.4.2.3).
    static func packedLanguage(_ language: String) -> UInt16 {
        let letters = Array(language.utf8)
        guard letters.count == 3, letters.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) else {
            return packedLanguage("und")
        }
        return letters.reduce(0) { $0 << 5 | UInt16($1 - 0x60) }
    }
}
