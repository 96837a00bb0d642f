extension MP4Problem {
    /// A sentence for people, with the place.
    public var description: String {
        let boxes = path.isEmpty ? "" : ", " + path.map(\.description).joined(separator: "/")
        return "byte \(offset)\(boxes): \(message) [\(rule)]"
    }

    /// The document and clause that has the rule.
    public var rule: String {
        switch kind {
        case .truncatedBox, .invalidSize, .trailingBytes, .boxTooLarge, .tooManyBoxes, .unknownVersion:
            "ISO/IEC 14496-12 4.2"
        case .missingBox(let type), .duplicateBox(let type), .wrongOrder(let type, _):
            type == "mvex" && isOrder ? "RFC 8216 3.3" : "ISO/IEC 14496-12 \(Self.clauses[type] ?? "6.2.3")"
        case .truncatedFields, .truncatedTable, .invalidField, .invalidConfiguration:
            "ISO/IEC 14496-12 \(path.last.flatMap { Self.clauses[$0] } ?? "4.2")"
        case .duplicateTrack: "ISO/IEC 14496-12 8.3.2"
        case .sampleCountMismatch(let table, _, _): "ISO/IEC 14496-12 \(Self.clauses[table] ?? "8.5")"
        case .dataOutside: "ISO/IEC 14496-12 8.1.1"
        case .tooManySamples: "ISO/IEC 14496-12 8.7.3"
        case .unknownTrack, .missingDecodeTime, .absoluteAddressing, .samplesInInitialization, .incompatibleBrands:
            "RFC 8216 3.3"
        case .decodeTimeGap: "ISO/IEC 14496-12 8.8.12"
        case .sequenceNumberNotRising: "ISO/IEC 14496-12 8.8.5"
        }
    }

    private var isOrder: Bool {
        if case .wrongOrder = kind { return true }
        return false
    }

    /// A sentence for people.
    public var message: String {
        switch kind {
        case .missingBox(let type): "there is no \(type) box"
        case .duplicateBox(let type): "there is a second \(type) box"
        case .wrongOrder(let type, let later): "the \(type) box stands in front of the \(later) box"
        case .duplicateTrack(let track): "there is a second track \(track)"
        case .invalidConfiguration(let type): "the configuration in the \(type) box cannot be read"
        case .sampleCountMismatch(let table, let stated, let expected):
            "the \(table) box tells \(stated) samples, there are \(expected)"
        case .dataOutside(let offset, let count):
            "samples lie outside of the media data: \(count) bytes from byte \(offset) on"
        case .tooManySamples(let stated, let read):
            "\(stated) samples cannot be in so few bytes; \(read) are read"
        default: boxMessage ?? fragmentMessage
        }
    }

    private var boxMessage: String? {
        switch kind {
        case .truncatedBox(let size, let available): "the box has \(size) bytes, of which \(available) are there"
        case .invalidSize(let size): "a box cannot have \(size) bytes"
        case .trailingBytes(let count): "\(count) bytes belong to no box"
        case .boxTooLarge(let size): "the box of \(size) bytes is too large to be read"
        case .tooManyBoxes: "there are more boxes than are read"
        case .truncatedFields: "the box ends before its fields do"
        case .truncatedTable(let stated, let present): "the table has \(present) of the \(stated) entries it states"
        case .invalidField(let name): "the field \(name) has a value that is not allowed"
        case .unknownVersion(let version): "version \(version) of the box is not known"
        default: nil
        }
    }

    private var fragmentMessage: String {
        switch kind {
        case .unknownTrack(let track): "the init segment has no track \(track)"
        case .missingDecodeTime: "the fragment does not tell its decoding time: there is no tfdt box"
        case .decodeTimeGap(let expected, let found):
            "the fragment begins at \(found), the one before ended at \(expected)"
        case .sequenceNumberNotRising(let from, let to): "the number of the fragment goes from \(from) to \(to)"
        case .absoluteAddressing: "the fragment's data offsets count from the start of the file"
        case .incompatibleBrands: "no brand says iso6 or later"
        default: "a track of the init segment has samples"
        }
    }

    /// The clauses of ISO/IEC 14496-12 that describe the boxes.
    private static let clauses: [BoxType: String] = [
        "ftyp": "4.3", "styp": "8.16.2", "moov": "8.2.1", "mvhd": "8.2.2", "trak": "8.3.1", "tkhd": "8.3.2",
        "mdia": "8.4.1", "mdhd": "8.4.2", "hdlr": "8.4.3", "minf": "8.4.4", "stbl": "8.5.1", "stsd": "8.5.2",
        "stts": "8.6.1.2", "ctts": "8.6.1.3", "stss": "8.6.2", "elst": "8.6.6", "edts": "8.6.5", "stsz": "8.7.3.2",
        "stz2": "8.7.3.3", "stsc": "8.7.4", "stco": "8.7.5", "co64": "8.7.5", "mvex": "8.8.1", "mehd": "8.8.2",
        "trex": "8.8.3", "moof": "8.8.4", "mfhd": "8.8.5", "traf": "8.8.6", "tfhd": "8.8.7", "trun": "8.8.8",
        "tfdt": "8.8.12", "sinf": "8.12.1", "frma": "8.12.2", "schm": "8.12.5", "schi": "8.12.6", "sidx": "8.16.3",
        "prft": "8.16.5", "mdat": "8.1.1", "colr": "12.1.5", "pasp": "12.1.4", "btrt": "8.5.2.2",
    ]
}
