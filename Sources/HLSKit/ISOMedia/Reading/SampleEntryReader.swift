/// Reads the entries of the sample description box (ISO/IEC 14496-12 8.5.2 and 12).
struct SampleEntryReader {
    var log: ProblemLog

    mutating func read(_ box: Box, kind: MP4Track.Kind) -> [SampleEntry] {
        let header = log.read(box) { fields throws(FieldReader.EndOfData) in
            let version = try fields.readVersionAndFlags().version
            return (version: version, count: try fields.read(UInt32.self))
        }
        guard let header else { return [] }
        let children = log.children(of: box, skipping: 8)
        if Int(header.count) != children.count {
            log.add(.truncatedTable(stated: Int(header.count), present: children.count), in: box)
        }
        if children.isEmpty { log.add(.invalidField("entry_count"), in: box) }
        return children.map { readEntry($0, kind: kind, version: header.version) }
    }

    private mutating func readEntry(_ box: Box, kind: MP4Track.Kind, version: UInt8) -> SampleEntry {
        var entry = SampleEntry(type: box.type)
        var header: Int?
        switch kind {
        case .video: header = readVideo(box, &entry)
        case .audio: header = readAudio(box, &entry, version: version)
        default: break
        }
        guard let header else { return entry }
        var children = log.children(of: box, skipping: header)
        // QuickTime keeps the configuration of sound in a box of its own.
        for child in children where child.type == "wave" { children += log.children(of: child) }
        for child in children { readExtension(child, &entry) }
        if box.type == "encv" || box.type == "enca" {
            if entry.protection == nil { log.add(.missingBox("sinf"), in: box) }
        }
        for child in children { readConfiguration(child, &entry) }
        finish(&entry, box)
        return entry
    }

    /// Reads the fields of pictures (ISO/IEC 14496-12 12.1.3).
    ///
    /// - Returns: Their bytes.
    private mutating func readVideo(_ box: Box, _ entry: inout SampleEntry) -> Int? {
        let read = log.read(box) { fields throws(FieldReader.EndOfData) in
            try fields.skip(8 + 16)
            let size = (width: try fields.read(UInt16.self), height: try fields.read(UInt16.self))
            try fields.skip(50)
            return size
        }
        guard let read else { return nil }
        entry.width = Int(read.width)
        entry.height = Int(read.height)
        if read.width == 0 || read.height == 0 { log.add(.invalidField("width and height"), in: box) }
        return 78
    }

    /// Reads the fields of sound (ISO/IEC 14496-12 12.2.3), and the longer ones of QuickTime.
    ///
    /// - Returns: Their bytes.
    private mutating func readAudio(_ box: Box, _ entry: inout SampleEntry, version: UInt8) -> Int? {
        let read = log.read(box) { fields throws(FieldReader.EndOfData) in
            try fields.skip(8)
            let entryVersion = try fields.read(UInt16.self)
            try fields.skip(6)
            let channels = try fields.read(UInt16.self)
            try fields.skip(6)
            let rate = try fields.read(UInt32.self) >> 16
            var more = 0
            // ISO files of version 1 have version 1 here too, without more fields.
            if version == 0, entryVersion == 1 { more = 16 }
            if version == 0, entryVersion == 2 { more = 36 }
            try fields.skip(more)
            return (channels: channels, rate: rate, length: 28 + more)
        }
        guard let read else { return nil }
        entry.channels = Int(read.channels)
        entry.sampleRate = Int(read.rate)
        return read.length
    }

    private mutating func readExtension(_ box: Box, _ entry: inout SampleEntry) {
        switch box.type {
        case "sinf": readProtection(box, &entry)
        case "colr":
            entry.colour = log.read(box) { fields throws(FieldReader.EndOfData) in try Self.colour(&fields) } ?? nil
        case "pasp":
            entry.sampleAspectRatio = log.read(box) { fields throws(FieldReader.EndOfData) in
                SampleAspectRatio(width: Int(try fields.read(UInt32.self)), height: Int(try fields.read(UInt32.self)))
            }
        case "fiel":
            entry.fieldsPerFrame = log.read(box) { fields throws(FieldReader.EndOfData) in
                Int(try fields.read(UInt8.self))
            }
        case "btrt":
            _ = log.read(box) { fields throws(FieldReader.EndOfData) in
                try fields.skip(4)
                entry.greatestBitRate = try fields.read()
                entry.averageBitRate = try fields.read()
            }
        case "mdcv":
            entry.masteringDisplay = log.read(box) { fields throws(FieldReader.EndOfData) in
                var points: [UInt16] = []
                for _ in 0..<8 { points.append(try fields.read()) }
                return MasteringDisplay(
                    chromaticities: points,
                    greatestLuminance: try fields.read(),
                    leastLuminance: try fields.read()
                )
            }
        case "clli":
            entry.contentLightLevel = log.read(box) { fields throws(FieldReader.EndOfData) in
                ContentLightLevel(greatest: try fields.read(), greatestAverage: try fields.read())
            }
        case "dvcC", "dvvC", "dvwC": entry.dolbyVision = DolbyVisionConfiguration(box.content)
        default: break
        }
    }

    /// Reads a `colr` box (ISO/IEC 14496-12 12.1.5); nil for colour profiles, which have no numbers.
    private static func colour(_ fields: inout FieldReader) throws(FieldReader.EndOfData) -> ColourDescription? {
        let type = try fields.readType()
        guard type == "nclx" || type == "nclc" else { return nil }
        var colour = ColourDescription()
        colour.primaries = UInt8(truncatingIfNeeded: try fields.read(UInt16.self))
        colour.transfer = UInt8(truncatingIfNeeded: try fields.read(UInt16.self))
        colour.matrix = UInt8(truncatingIfNeeded: try fields.read(UInt16.self))
        if type == "nclx" { colour.isFullRange = try fields.read(UInt8.self) & 0x80 != 0 }
        return colour
    }
}
