extension MP4Reader {
    /// What holds for a track fragment, and where its next run begins.
    private struct Context {
        var defaults: SampleDefaults
        var dataBase: Int
        var nextData: Int
        var time: Int64
    }

    /// The fields of a `tfhd` box (ISO/IEC 14496-12 8.8.7).
    private struct Header {
        var trackID: UInt32
        var flags: UInt32
        var baseOffset: UInt64?
        var descriptionIndex: UInt32?
        var duration: UInt32?
        var size: UInt32?
        var sampleFlags: UInt32?

        init(_ fields: inout FieldReader) throws(FieldReader.EndOfData) {
            flags = try fields.readVersionAndFlags().flags
            trackID = try fields.read()
            if flags & 0x01 != 0 { baseOffset = try fields.read() }
            if flags & 0x02 != 0 { descriptionIndex = try fields.read() }
            if flags & 0x08 != 0 { duration = try fields.read() }
            if flags & 0x10 != 0 { size = try fields.read() }
            if flags & 0x20 != 0 { sampleFlags = try fields.read() }
        }

        var isRelative: Bool { flags & 0x2_0000 != 0 }
    }

    /// Reads a `moof` box (ISO/IEC 14496-12 8.8.4).
    mutating func readFragment(_ box: Box, _ range: Range<Int>) {
        var fragment = MovieFragment(byteRange: range, sequenceNumber: nil, tracks: [], protectionSystems: [])
        let children = log.children(of: box)
        if let header = log.only("mfhd", of: children, in: box) {
            fragment.sequenceNumber = log.read(header) { fields throws(FieldReader.EndOfData) in
                _ = try fields.readVersionAndFlags()
                return try fields.read(UInt32.self)
            }
        }
        if let number = fragment.sequenceNumber, let last = lastSequenceNumber, number <= last {
            log.add(.sequenceNumberNotRising(from: last, to: number), in: box)
        }
        lastSequenceNumber = fragment.sequenceNumber
        var dataEnd = range.lowerBound
        for child in children where child.type == "traf" {
            if let track = readTrack(child, fragmentOffset: range.lowerBound, dataEnd: &dataEnd) {
                fragment.tracks.append(track)
            }
        }
        for child in children where child.type == "pssh" {
            if let system = log.read(child, ProtectionSystem.init) { fragment.protectionSystems.append(system) }
        }
        for run in fragment.tracks.flatMap(\.runs) { media.expect(run.byteRange, of: range.lowerBound) }
        tell(.fragment(fragment))
    }

    private mutating func readTrack(_ box: Box, fragmentOffset: Int, dataEnd: inout Int) -> TrackFragment? {
        let children = log.children(of: box)
        guard let headerBox = log.only("tfhd", of: children, in: box),
            let header = log.read(headerBox, Header.init)
        else { return nil }
        let track = movie?.track(header.trackID)
        if movie != nil, track == nil { log.add(.unknownTrack(header.trackID), in: headerBox) }
        if header.baseOffset != nil { log.add(.absoluteAddressing, in: headerBox) }
        var defaults = track?.fragmentDefaults ?? SampleDefaults()
        defaults.descriptionIndex = header.descriptionIndex ?? defaults.descriptionIndex
        defaults.duration = header.duration ?? defaults.duration
        defaults.size = header.size ?? defaults.size
        defaults.flags = header.sampleFlags.map(SampleFlags.init) ?? defaults.flags
        if defaults.descriptionIndex == 0 || defaults.descriptionIndex > track?.sampleEntries.count ?? .max {
            log.add(.invalidField("sample_description_index"), in: headerBox)
        }
        let baseDecodeTime = readDecodeTime(children, in: box)
        let expected = trackEnds[header.trackID]
        let start = baseDecodeTime.map { Int64(clamping: $0) } ?? expected ?? 0
        if let expected, expected != start { log.add(.decodeTimeGap(expected: expected, found: start), in: box) }
        let base = header.baseOffset.map { Int(clamping: $0) } ?? (header.isRelative ? fragmentOffset : dataEnd)
        var context = Context(defaults: defaults, dataBase: base, nextData: base, time: start)
        var runs: [TrackRun] = []
        for child in children where child.type == "trun" {
            if let run = readRun(child, &context) { runs.append(run) }
        }
        dataEnd = context.nextData
        trackEnds[header.trackID] = context.time
        return TrackFragment(trackID: header.trackID, baseDecodeTime: baseDecodeTime, startTime: start, runs: runs)
    }

    private mutating func readDecodeTime(_ children: [Box], in parent: Box) -> UInt64? {
        guard let box = log.only("tfdt", of: children, in: parent, isMandatory: false) else {
            log.add(.missingDecodeTime, in: parent)
            return nil
        }
        if let run = children.first(where: { $0.type == "trun" }), run.offset < box.offset {
            log.add(.wrongOrder(of: "trun", before: "tfdt"), in: box)
        }
        return log.read(box) { fields throws(FieldReader.EndOfData) in
            let isLong = try fields.readVersionAndFlags().version > 0
            return try fields.readSized(isLong)
        }
    }

    private mutating func readRun(_ box: Box, _ context: inout Context) -> TrackRun? {
        let read = log.read(box) { fields throws(FieldReader.EndOfData) in
            let (version, flags) = try fields.readVersionAndFlags()
            let stated = try fields.read(UInt32.self)
            let offset = flags & 1 != 0 ? try fields.readSigned32() : nil
            let firstFlags = flags & 4 != 0 ? SampleFlags(rawValue: try fields.read()) : nil
            let layout = RunFields(version: version, flags: flags)
            let table = fields.readTable(stated, entryBytes: layout.entryBytes)
            return (stated: stated, offset: offset, firstFlags: firstFlags, layout: layout, table: table)
        }
        guard let read else { return nil }
        var count = read.table.count
        if read.layout.entryBytes > 0 {
            log.check(read.table, in: box)
        } else {
            count = min(Int(read.stated), sampleBudget)
        }
        // Samples without bytes of their own have to be bounded by something, or a few bytes could tell billions.
        sampleBudget = max(0, sampleBudget - count)
        if read.layout.entryBytes == 0, count < Int(read.stated) {
            log.add(.tooManySamples(stated: UInt64(read.stated), read: count), in: box)
        }
        let start = max(0, read.offset.map { clampedSum(context.dataBase, Int($0)) } ?? context.nextData)
        var run = TrackRun(
            sampleCount: count,
            byteRange: start..<start,
            startTime: context.time,
            duration: 0,
            descriptionIndex: context.defaults.descriptionIndex,
            fields: read.layout,
            table: read.table,
            defaults: context.defaults,
            firstFlags: read.firstFlags
        )
        measure(&run)
        context.nextData = run.byteRange.upperBound
        context.time &+= run.duration
        return run
    }

    /// Adds up the durations and sizes of a run; where all are the same, without looking at each.
    private func measure(_ run: inout TrackRun) {
        var bytes = 0
        if run.fields.sizeOffset == nil {
            bytes = clampedProduct(run.sampleCount, run.defaults.size)
        } else {
            for index in 0..<run.sampleCount { bytes += Int(run.size(index)) }
        }
        if run.fields.durationOffset == nil {
            run.duration = Int64(clampedProduct(run.sampleCount, run.defaults.duration))
        } else {
            for index in 0..<run.sampleCount { run.duration += Int64(run.duration(index)) }
        }
        let start = run.byteRange.lowerBound
        run.byteRange = start..<clampedSum(start, bytes)
    }
}
