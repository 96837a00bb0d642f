extension MP4Reader {
    /// Reads a `sidx` box (ISO/IEC 14496-12 8.16.3).
    mutating func readSegmentIndex(_ box: Box, _ range: Range<Int>) {
        var table = EntryTable()
        let index = log.read(box) { fields throws(FieldReader.EndOfData) in
            let isLong = try fields.readVersionAndFlags().version > 0
            var index = SegmentIndex(
                referenceID: try fields.read(),
                timescale: try fields.read(),
                earliestPresentationTime: try fields.readSized(isLong),
                firstOffset: try fields.readSized(isLong),
                references: [],
                byteRange: range
            )
            try fields.skip(2)
            table = fields.readTable(UInt32(try fields.read(UInt16.self)), entryBytes: 12)
            for entry in 0..<table.count {
                let size = table.word(entry)
                let access = table.word(entry, at: 8)
                index.references.append(
                    SegmentIndex.Reference(
                        isIndex: size >> 31 == 1,
                        byteCount: size & 0x7FFF_FFFF,
                        duration: table.word(entry, at: 4),
                        startsWithAccessPoint: access >> 31 == 1,
                        accessPointType: UInt8(access >> 28 & 7)
                    )
                )
            }
            return index
        }
        log.check(table, in: box)
        guard let index else { return }
        if index.timescale == 0 { log.add(.invalidField("timescale"), in: box) }
        tell(.segmentIndex(index))
    }

    /// Reads an `emsg` box (ISO/IEC 23009-1 5.10.3.3).
    mutating func readEventMessage(_ box: Box) {
        var unknownVersion: UInt8?
        let message = log.read(box) { fields throws(FieldReader.EndOfData) -> EventMessage? in
            let version = try fields.readVersionAndFlags().version
            guard version <= 1 else {
                unknownVersion = version
                return nil
            }
            let isRelative = version == 0
            var scheme = ""
            var value = ""
            if isRelative { (scheme, value) = (fields.readString(), fields.readString()) }
            let timescale = try fields.read(UInt32.self)
            let time = try fields.readSized(!isRelative)
            let duration = try fields.read(UInt32.self)
            let id = try fields.read(UInt32.self)
            if !isRelative { (scheme, value) = (fields.readString(), fields.readString()) }
            return EventMessage(
                scheme: scheme,
                value: value,
                timescale: timescale,
                time: time,
                isRelative: isRelative,
                duration: duration == .max ? nil : duration,
                id: id,
                data: fields.readRest(),
                offset: box.offset
            )
        }
        if let unknownVersion { log.add(.unknownVersion(unknownVersion), in: box) }
        if let message = message ?? nil {
            if message.timescale == 0 { log.add(.invalidField("timescale"), in: box) }
            tell(.eventMessage(message))
        }
    }

    /// Reads a `prft` box (ISO/IEC 14496-12 8.16.5).
    mutating func readProducerTime(_ box: Box) {
        let time = log.read(box) { fields throws(FieldReader.EndOfData) in
            let isLong = try fields.readVersionAndFlags().version > 0
            return ProducerReferenceTime(
                trackID: try fields.read(),
                networkTime: try fields.read(),
                mediaTime: try fields.readSized(isLong),
                offset: box.offset
            )
        }
        if let time { tell(.producerTime(time)) }
    }
}

extension ProtectionSystem {
    /// Reads a `pssh` box (ISO/IEC 23001-7 8.1).
    init(_ fields: inout FieldReader) throws(FieldReader.EndOfData) {
        let version = try fields.readVersionAndFlags().version
        systemID = try fields.readBytes(16)
        keyIDs = []
        if version > 0 {
            let count = try fields.read(UInt32.self)
            guard Int(count) <= fields.bytesLeft / 16 else { throw FieldReader.EndOfData() }
            for _ in 0..<count { keyIDs.append(try fields.readBytes(16)) }
        }
        data = try fields.readBytes(Int(try fields.read(UInt32.self)))
    }
}
