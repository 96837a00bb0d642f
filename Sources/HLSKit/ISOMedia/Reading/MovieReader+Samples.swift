extension MovieReader {
    /// Reads the tables of samples (ISO/IEC 14496-12 8.6 and 8.7).
    mutating func readSamples(_ boxes: [Box], in parent: Box, _ track: inout MP4Track) {
        var samples = SampleTable()
        if let box = log.only("stts", of: boxes, in: parent) {
            samples.timeToSample = readTable(box, entryBytes: 8)
        }
        if let box = log.only("ctts", of: boxes, in: parent, isMandatory: false) {
            samples.compositionOffsets = readTable(box, entryBytes: 8)
        }
        if let box = log.only("stsc", of: boxes, in: parent) {
            samples.samplesPerChunk = readTable(box, entryBytes: 12)
        }
        if let box = boxes.first(where: { $0.type == "co64" }) {
            samples.chunks = readTable(box, entryBytes: 8)
        } else if let box = log.only("stco", of: boxes, in: parent) {
            samples.chunks = readTable(box, entryBytes: 4)
        }
        if let box = log.only("stss", of: boxes, in: parent, isMandatory: false) {
            samples.syncSamples = readTable(box, entryBytes: 4)
        }
        let stated = readSizes(boxes, in: parent, &samples)
        bound(&samples, stated: stated, in: parent)
        checkTimes(&samples, boxes)
        track.samples = samples
    }

    private mutating func readTable(_ box: Box, entryBytes: Int) -> EntryTable {
        let table = log.read(box) { fields throws(FieldReader.EndOfData) in
            _ = try fields.readVersionAndFlags()
            let stated = try fields.read(UInt32.self)
            return fields.readTable(stated, entryBytes: entryBytes)
        }
        guard let table else { return EntryTable() }
        log.check(table, in: box)
        return table
    }

    /// Reads `stsz` or `stz2`.
    ///
    /// - Returns: The number of samples that the box states.
    private mutating func readSizes(_ boxes: [Box], in parent: Box, _ samples: inout SampleTable) -> Int {
        if let box = boxes.first(where: { $0.type == "stz2" }) { return readCompactSizes(box, &samples) }
        guard let box = log.only("stsz", of: boxes, in: parent) else { return 0 }
        var fixed: UInt32 = 0
        var stated: UInt32 = 0
        var table = EntryTable()
        _ = log.read(box) { fields throws(FieldReader.EndOfData) in
            _ = try fields.readVersionAndFlags()
            fixed = try fields.read()
            stated = try fields.read()
            if fixed == 0 { table = fields.readTable(stated, entryBytes: 4) }
        }
        log.check(table, in: box)
        samples.sizes = table
        samples.fixedSize = fixed == 0 ? nil : fixed
        return fixed == 0 ? table.count : Int(stated)
    }

    private mutating func readCompactSizes(_ box: Box, _ samples: inout SampleTable) -> Int {
        var stated = 0
        var bits = 8
        var table = EntryTable()
        _ = log.read(box) { fields throws(FieldReader.EndOfData) in
            _ = try fields.readVersionAndFlags()
            bits = Int(try fields.read(UInt32.self) & 0xFF)
            let count = try fields.read(UInt32.self)
            stated = Int(count)
            // Two sizes of four bits are in a byte.
            let entries = bits == 4 ? UInt32((UInt64(count) + 1) / 2) : count
            if [4, 8, 16].contains(bits) { table = fields.readTable(entries, entryBytes: max(1, bits / 8)) }
        }
        guard [4, 8, 16].contains(bits) else {
            log.add(.invalidField("field_size"), in: box)
            return 0
        }
        log.check(table, in: box)
        samples.sizes = table
        samples.sizeBits = bits
        samples.fixedSize = nil
        return min(stated, bits == 4 ? table.count * 2 : table.count)
    }

    /// Bounds the number of samples by the chunks that hold them and by the bytes of the file.
    private mutating func bound(_ samples: inout SampleTable, stated: Int, in box: Box) {
        var room = 0
        var cursor = ChunkCursor(samples)
        while let count = cursor.nextChunk() { room += Int(count) }
        samples.count = min(stated, room, fileByteCount)
        if room != stated { log.add(.sampleCountMismatch(table: "stsc", stated: room, expected: stated), in: box) }
        if min(stated, room) > fileByteCount {
            log.add(.tooManySamples(stated: UInt64(stated), read: samples.count), in: box)
        }
    }

    private mutating func checkTimes(_ samples: inout SampleTable, _ boxes: [Box]) {
        var times = samples.timeToSample
        var count = 0
        var duration: Int64 = 0
        for index in 0..<times.count {
            times.load(index)
            let run = min(Int(times.word(index)), max(0, samples.count - count))
            let ticks = clampedProduct(run, times.word(index, at: 4))
            duration = Int64(clampedSum(Int(duration), ticks))
            count += Int(times.word(index))
        }
        samples.duration = duration
        var offsets = samples.compositionOffsets
        var offsetCount = 0
        for index in 0..<offsets.count {
            offsets.load(index)
            offsetCount += Int(offsets.word(index))
        }
        for box in boxes {
            if box.type == "stts", count != samples.count {
                log.add(.sampleCountMismatch(table: "stts", stated: count, expected: samples.count), in: box)
            }
            // Samples behind the last offset have none, so that a table may be shorter.
            if box.type == "ctts", offsetCount > samples.count {
                log.add(.sampleCountMismatch(table: "ctts", stated: offsetCount, expected: samples.count), in: box)
            }
            if box.type == "stss", let sync = samples.syncSamples {
                checkSyncSamples(sync, count: samples.count, in: box)
            }
        }
    }

    /// The numbers of sync samples have to rise, and be those of samples (ISO/IEC 14496-12 8.6.2).
    private mutating func checkSyncSamples(_ sync: EntryTable, count: Int, in box: Box) {
        var sync = sync
        var last = 0
        for index in 0..<sync.count {
            sync.load(index)
            let number = Int(sync.word(index))
            guard number > last, number <= count else { return log.add(.invalidField("sample_number"), in: box) }
            last = number
        }
    }
}
