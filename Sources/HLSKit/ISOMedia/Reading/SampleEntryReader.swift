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
        let header: Int? =
            switch kind {
            case .video:
                log.read(box) { fields throws(FieldReader.EndOfData) in try entry.readVideoFields(&fields) }
            case .audio:
                log.read(box) { fields throws(FieldReader.EndOfData) in
                    try entry.readAudioFields(&fields, version: version)
                }
            default: nil
            }
        guard let header else { return entry }
        if kind == .video, entry.width == 0 || entry.height == 0 {
            log.add(.invalidField("width and height"), in: box)
        }
        var children = log.children(of: box, skipping: header)
        // QuickTime keeps the configuration of sound in a box of its own.
        for child in children where child.type == "wave" { children += log.children(of: child) }
        for child in children {
            if child.type == "sinf" { readProtection(child, &entry) }
            guard let declared = SampleEntryBox.byType[child.type], log.isReadable(child) else { continue }
            _ = log.read(child) { fields throws(FieldReader.EndOfData) in try declared.read(&fields, &entry) }
        }
        if box.type == "encv" || box.type == "enca" {
            if entry.protection == nil { log.add(.missingBox("sinf"), in: box) }
        }
        readConfiguration(children, &entry)
        if let type = CodecBox.mandatory[entry.codingType], entry.configurationType == nil {
            log.add(.missingBox(type), in: box)
        }
        return entry
    }

    /// Reads the first box of the children that holds the configuration of a codec.
    private mutating func readConfiguration(_ children: [Box], _ entry: inout SampleEntry) {
        let box = children.first { CodecBox.byType[$0.type] != nil && log.isReadable($0) }
        if let box {
            entry.configurationType = box.type
            entry.configuration = box.content
        }
        if !entry.describe(), let box { log.add(.invalidConfiguration(box.type), in: box) }
    }
}
