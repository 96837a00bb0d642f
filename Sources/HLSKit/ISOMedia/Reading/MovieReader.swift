/// Reads a movie box and the tracks in it (ISO/IEC 14496-12 8.2 to 8.5).
struct MovieReader {
    var log: ProblemLog
    let fileByteCount: Int

    mutating func read(_ box: Box) -> MP4Movie {
        let children = log.children(of: box)
        var movie = MP4Movie(timescale: 1, isFragmented: false, tracks: [], protectionSystems: [])
        if let header = log.only("mvhd", of: children, in: box) {
            movie.timescale = 0
            _ = log.read(header) { fields throws(FieldReader.EndOfData) in
                (movie.timescale, movie.duration) = try Self.readClock(&fields)
                // Rate, volume and reserved.
                try fields.skip(4 + 2 + 10)
                movie.matrix = try Self.readMatrix(&fields)
            }
            movie.timescale = checkTimescale(movie.timescale, in: header)
        }
        for child in children where child.type == "trak" {
            guard let track = readTrack(child) else { continue }
            if movie.track(track.id) != nil { log.add(.duplicateTrack(track.id), in: child) }
            movie.tracks.append(track)
        }
        for child in children where child.type == "pssh" && log.isReadable(child) {
            if let system = log.read(child, ProtectionSystem.init) { movie.protectionSystems.append(system) }
        }
        if let extends = log.only("mvex", of: children, in: box, isMandatory: false) {
            if let track = children.last(where: { $0.type == "trak" }), extends.offset < track.offset {
                log.add(.wrongOrder(of: "mvex", before: "trak"), in: extends)
            }
            readExtends(extends, &movie)
        }
        return movie
    }

    /// Reads the fields that `mvhd` and `mdhd` begin with.
    private static func readClock(
        _ fields: inout FieldReader
    ) throws(FieldReader.EndOfData) -> (timescale: UInt32, duration: UInt64?) {
        let isLong = try fields.readVersionAndFlags().version > 0
        try fields.skip(isLong ? 16 : 8)
        let timescale = try fields.read(UInt32.self)
        let duration = try fields.readSized(isLong)
        return (timescale, duration == (isLong ? .max : UInt64(UInt32.max)) ? nil : duration)
    }

    private static func readMatrix(_ fields: inout FieldReader) throws(FieldReader.EndOfData) -> [Int32] {
        var matrix: [Int32] = []
        for _ in 0..<9 { matrix.append(try fields.readSigned32()) }
        return matrix
    }

    private mutating func checkTimescale(_ timescale: UInt32, in box: Box) -> UInt32 {
        if timescale == 0 { log.add(.invalidField("timescale"), in: box) }
        return max(1, timescale)
    }

    /// Reads the defaults of fragments (ISO/IEC 14496-12 8.8.1 to 8.8.3).
    private mutating func readExtends(_ box: Box, _ movie: inout MP4Movie) {
        movie.isFragmented = true
        let children = log.children(of: box)
        if let header = log.only("mehd", of: children, in: box, isMandatory: false) {
            movie.fragmentDuration = log.read(header) { fields throws(FieldReader.EndOfData) in
                let isLong = try fields.readVersionAndFlags().version > 0
                return try fields.readSized(isLong)
            }
        }
        for child in children where child.type == "trex" {
            let read = log.read(child) { fields throws(FieldReader.EndOfData) in
                _ = try fields.readVersionAndFlags()
                let id = try fields.read(UInt32.self)
                var defaults = SampleDefaults()
                defaults.descriptionIndex = try fields.read()
                defaults.duration = try fields.read()
                defaults.size = try fields.read()
                defaults.flags = SampleFlags(rawValue: try fields.read())
                return (id: id, defaults: defaults)
            }
            guard let read else { continue }
            guard let place = movie.tracks.firstIndex(where: { $0.id == read.id }) else {
                log.add(.unknownTrack(read.id), in: child)
                continue
            }
            movie.tracks[place].fragmentDefaults = read.defaults
        }
        for place in movie.tracks.indices {
            if movie.tracks[place].fragmentDefaults == nil { log.add(.missingBox("trex"), in: box) }
        }
    }

    // MARK: Tracks

    private mutating func readTrack(_ box: Box) -> MP4Track? {
        let children = log.children(of: box)
        var track = MP4Track(
            id: 0,
            kind: .other("    "),
            timescale: 1,
            language: "und",
            isEnabled: true,
            width: 0,
            height: 0,
            edits: [],
            sampleEntries: [],
            samples: SampleTable()
        )
        if let header = log.only("tkhd", of: children, in: box) {
            _ = log.read(header) { fields throws(FieldReader.EndOfData) in try Self.readHeader(&fields, &track) }
            if track.id == 0 { log.add(.invalidField("track_ID"), in: header) }
        }
        if let edits = log.only("edts", of: children, in: box, isMandatory: false) {
            for child in log.children(of: edits) where child.type == "elst" { readEdits(child, &track) }
        }
        if let data = children.first(where: { $0.type == "udta" }) { readRoles(data, &track) }
        if let references = children.first(where: { $0.type == "tref" }) { readReferences(references, &track) }
        guard let media = log.only("mdia", of: children, in: box) else { return nil }
        readMedia(media, &track)
        return track
    }

    private static func readHeader(
        _ fields: inout FieldReader,
        _ track: inout MP4Track
    ) throws(FieldReader.EndOfData) {
        let (version, flags) = try fields.readVersionAndFlags()
        track.isEnabled = flags & 1 != 0
        try fields.skip(version > 0 ? 16 : 8)
        track.id = try fields.read()
        // Reserved, duration in ticks of the movie, reserved, layer, group and volume.
        try fields.skip(4 + (version > 0 ? 8 : 4) + 8 + 8)
        track.matrix = try readMatrix(&fields)
        track.width = Double(try fields.read(UInt32.self)) / 65_536
        track.height = Double(try fields.read(UInt32.self)) / 65_536
    }

    /// Films have a handful.
    private static let greatestEditCount = 1 << 16

    private mutating func readRoles(_ box: Box, _ track: inout MP4Track) {
        // What else is in user data need not be boxes.
        var userLog = ProblemLog()
        for child in userLog.children(of: box) where child.type == "kind" && log.isReadable(child) {
            let role = log.read(child) { fields throws(FieldReader.EndOfData) in
                _ = try fields.readVersionAndFlags()
                return MP4Track.Role(scheme: fields.readString(), value: fields.readString())
            }
            if let role { track.roles.append(role) }
        }
    }

    private mutating func readReferences(_ box: Box, _ track: inout MP4Track) {
        for child in log.children(of: box) where log.isReadable(child) {
            let tracks = log.read(child) { fields throws(FieldReader.EndOfData) in
                var tracks: [UInt32] = []
                while fields.bytesLeft > 0 { tracks.append(try fields.read()) }
                return tracks
            }
            if let tracks { track.references.append(MP4Track.Reference(type: child.type, tracks: tracks)) }
        }
    }

    private mutating func readEdits(_ box: Box, _ track: inout MP4Track) {
        var table = EntryTable()
        var isLong = false
        _ = log.read(box) { fields throws(FieldReader.EndOfData) in
            isLong = try fields.readVersionAndFlags().version > 0
            let stated = try fields.read(UInt32.self)
            table = fields.readTable(stated, entryBytes: isLong ? 20 : 12)
        }
        log.check(table, in: box)
        if table.count > Self.greatestEditCount { log.add(.tooManyBoxes, in: box) }
        for index in 0..<min(table.count, Self.greatestEditCount) {
            table.load(index)
            let duration = isLong ? table.longWord(index) : UInt64(table.word(index))
            let time =
                isLong
                ? Int64(bitPattern: UInt64(table.word(index, at: 8)) << 32 | UInt64(table.word(index, at: 12)))
                : Int64(Int32(bitPattern: table.word(index, at: 4)))
            let rate = Int32(bitPattern: table.word(index, at: isLong ? 16 : 8))
            if time < -1 { log.add(.invalidField("media_time"), in: box) }
            track.edits.append(
                MP4Track.Edit(duration: duration, mediaTime: time < 0 ? nil : time, rate: Double(rate) / 65_536)
            )
        }
    }

    private mutating func readMedia(_ box: Box, _ track: inout MP4Track) {
        let children = log.children(of: box)
        if let header = log.only("mdhd", of: children, in: box) {
            let read = log.read(header) { fields throws(FieldReader.EndOfData) in
                let clock = try Self.readClock(&fields)
                return (clock: clock, language: try fields.read(UInt16.self))
            }
            if let read {
                track.timescale = checkTimescale(read.clock.timescale, in: header)
                track.duration = read.clock.duration
                track.language = Self.language(read.language)
            }
        }
        if let handler = log.only("hdlr", of: children, in: box) {
            let type = log.read(handler) { fields throws(FieldReader.EndOfData) in
                try fields.skip(8)
                return try fields.readType()
            }
            if let type { track.kind = MP4Track.Kind(handler: type) }
        }
        guard let information = log.only("minf", of: children, in: box),
            let table = log.only("stbl", of: log.children(of: information), in: information)
        else { return }
        let tables = log.children(of: table)
        if let descriptions = log.only("stsd", of: tables, in: table) {
            var reader = SampleEntryReader(log: log)
            track.sampleEntries = reader.read(descriptions, kind: track.kind)
            log = reader.log
        }
        readSamples(tables, in: table, &track)
    }

    /// Three letters of five bits each (ISO/IEC 14496-12 8.4.2.3); other values are of QuickTime, which counts languages.
    private static func language(_ packed: UInt16) -> String {
        let letters = [packed >> 10 & 31, packed >> 5 & 31, packed & 31]
        guard letters.allSatisfy({ (1...26).contains($0) }) else { return "und" }
        return String(decoding: letters.map { UInt8($0) + 0x60 }, as: UTF8.self)
    }
}
