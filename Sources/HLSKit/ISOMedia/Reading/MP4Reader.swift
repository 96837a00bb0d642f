/// Collects what the boxes of a file tell, one box behind the other.
struct MP4Reader: Sendable {
    private(set) var outputs: [MP4Output] = []
    var log = ProblemLog()
    /// The movie that fragments belong to.
    var movie: MP4Movie?
    /// Where the last fragment of each track ended.
    var trackEnds: [UInt32: Int64] = [:]
    var lastSequenceNumber: UInt32?
    /// Samples that may still be told without bytes of their own.
    var sampleBudget: Int
    var media = MediaDataRanges()
    /// The bytes of the file where they are known.
    private let byteCount: Int?
    /// The file's own movie, and where its box is.
    private var ownMovie: (movie: MP4Movie, offset: Int)?
    private var fileBrands: MP4File.Brands?
    private var hasFragments = false
    private var hasIndexes = false

    /// Of a file whose length is not known, so many samples may come without bytes of their own.
    private static let leastBudget = 1 << 24

    init(byteCount: Int?, initialization: MP4Movie?) {
        self.byteCount = byteCount.map { max(0, $0) }
        movie = initialization
        sampleBudget = self.byteCount ?? Self.leastBudget
    }

    mutating func takeOutputs() -> [MP4Output] {
        guard !outputs.isEmpty || !log.problems.isEmpty else { return [] }
        defer { outputs = [] }
        return outputs + log.takeProblems().map(MP4Output.problem)
    }

    mutating func tell(_ output: MP4Output) { outputs.append(output) }

    // MARK: Boxes

    private static let readTypes: Set<BoxType> = ["ftyp", "styp", "moov", "moof", "sidx", "emsg", "prft"]

    static func isRead(_ type: BoxType) -> Bool { readTypes.contains(type) }

    /// Takes a box whose content tells nothing.
    mutating func pass(_ header: BoxHeader, _ range: Range<Int>) {
        tell(.box(.init(type: header.type, byteRange: range, headerLength: header.length)))
        if header.type == "mdat" || header.type == "imda" {
            media.add(range.lowerBound + header.length..<max(range.lowerBound + header.length, range.upperBound))
        }
        // Each sample of media data has a byte at least.
        if byteCount == nil { sampleBudget = clampedSum(sampleBudget, range.count) }
    }

    /// Takes a box with its bytes, header included.
    mutating func take(_ header: BoxHeader, _ range: Range<Int>, _ bytes: ByteWindow) {
        pass(header, range)
        guard bytes.count >= header.length else {
            return log.add(.truncatedFields, offset: range.lowerBound, path: [header.type])
        }
        let box = Box(
            type: header.type,
            offset: range.lowerBound,
            bytes: bytes,
            base: range.lowerBound,
            payload: header.length..<min(bytes.count, range.count),
            path: [header.type]
        )
        switch header.type {
        case "ftyp", "styp": readBrands(box)
        case "moov": readMovie(box)
        case "moof":
            hasFragments = true
            media.check(&log, isEnd: false)
            readFragment(box, range)
        case "sidx":
            hasIndexes = true
            readSegmentIndex(box, range)
        case "emsg": readEventMessage(box)
        default: readProducerTime(box)
        }
    }

    private mutating func readMovie(_ box: Box) {
        guard ownMovie == nil else { return log.add(.duplicateBox("moov"), in: box) }
        if hasFragments { log.add(.wrongOrder(of: "moof", before: "moov"), in: box) }
        var reader = MovieReader(log: log, fileByteCount: byteCount ?? .max)
        let movie = reader.read(box)
        log = reader.log
        ownMovie = (movie, box.offset)
        self.movie = movie
        tell(.movie(movie))
    }

    private mutating func readBrands(_ box: Box) {
        let brands = log.read(box) { fields throws(FieldReader.EndOfData) in
            var brands = MP4File.Brands(major: try fields.readType(), minorVersion: try fields.read(), compatible: [])
            while fields.bytesLeft >= 4 { brands.compatible.append(try fields.readType()) }
            return brands
        }
        if box.type == "styp" {
            if let brands { tell(.segmentBrands(brands)) }
        } else if fileBrands != nil {
            log.add(.duplicateBox("ftyp"), in: box)
        } else {
            fileBrands = brands
            if let brands { tell(.fileBrands(brands)) }
            if ownMovie != nil { log.add(.wrongOrder(of: "moov", before: "ftyp"), in: box) }
        }
    }

    // MARK: The end

    /// Checks what can only be told when all boxes are known.
    mutating func finish() {
        media.check(&log, isEnd: true)
        checkSamples()
        checkInitialization()
    }

    /// The samples that a movie lists lie in media data that is there.
    private mutating func checkSamples() {
        guard let (movie, offset) = ownMovie else { return }
        for track in movie.tracks {
            guard let range = media.firstOutside(track.samples) else { continue }
            let kind = MP4Problem.Kind.dataOutside(offset: range.lowerBound, byteCount: range.count)
            log.add(kind, offset: offset, path: ["moov", "trak", "mdia", "minf", "stbl", "stco"])
        }
    }

    private mutating func checkInitialization() {
        guard let (movie, offset) = ownMovie else {
            guard !hasFragments, !hasIndexes else { return }
            for type in ["moov", "moof"] as [BoxType] { log.add(.missingBox(type), offset: 0) }
            return
        }
        guard let brands = fileBrands else { return log.add(.missingBox("ftyp"), offset: 0) }
        guard movie.isFragmented else { return }
        if !hasFragments, movie.tracks.contains(where: { $0.samples.count > 0 }) {
            log.add(.samplesInInitialization, offset: offset, path: ["moov"])
        }
        let sufficient: [BoxType] = ["iso6", "iso7", "iso8", "iso9", "isoa", "isob", "isoc", "cmfc", "cmf2", "cmfs"]
        if !sufficient.contains(where: brands.contains) {
            log.add(.incompatibleBrands, offset: 0, path: ["ftyp"])
        }
    }
}
