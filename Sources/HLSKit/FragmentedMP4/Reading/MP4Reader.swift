/// Walks through the boxes of a file and collects what they tell.
struct MP4Reader {
    var file: MP4File
    var log = ProblemLog()
    /// The movie that fragments belong to.
    var movie: MP4Movie?
    /// Where the last fragment of each track ended.
    var trackEnds: [UInt32: Int64] = [:]
    /// Samples that may still be told without bytes of their own: no more than the file has bytes.
    var sampleBudget: Int
    private let greatestBoxSize: Int

    /// Boxes in a file; a film of two hours in fragments of one picture has 400,000.
    private static let greatestBoxCount = 1 << 21

    init(byteCount: Int, initialization: MP4Movie?, greatestBoxSize: Int) {
        file = MP4File(byteCount: max(0, byteCount))
        movie = initialization
        sampleBudget = max(0, byteCount)
        self.greatestBoxSize = greatestBoxSize
    }

    /// Goes through the boxes of the file, from the first to the last.
    mutating func walk<Failure: Error>(_ read: (Range<Int>) throws(Failure) -> [UInt8]) throws(Failure) {
        var position = 0
        while position < file.byteCount {
            guard file.boxes.count < Self.greatestBoxCount else { return log.add(.tooManyBoxes, offset: position) }
            let start = try read(position..<min(file.byteCount, clampedSum(position, BoxHeader.greatestLength)))
            guard let header = BoxHeader(FieldReader(start)), header.type.isPlausible else {
                return log.add(.trailingBytes(file.byteCount - position), offset: position)
            }
            let left = file.byteCount - position
            let size = header.size ?? UInt64(left)
            guard size >= UInt64(header.length) else {
                return log.add(.invalidSize(size), offset: position, path: [header.type])
            }
            if size > UInt64(left) {
                let kind = MP4Problem.Kind.truncatedBox(size: size, available: left)
                log.add(kind, offset: position, path: [header.type])
            }
            let range = position..<position + Int(min(size, UInt64(left)))
            file.boxes.append(.init(type: header.type, byteRange: range, headerLength: header.length))
            if Self.readTypes.contains(header.type) {
                try readBox(header, in: range, read)
            }
            position = range.upperBound
        }
    }

    private static let readTypes: Set<BoxType> = ["ftyp", "styp", "moov", "moof", "sidx", "emsg", "prft"]

    private mutating func readBox<Failure: Error>(
        _ header: BoxHeader,
        in range: Range<Int>,
        _ read: (Range<Int>) throws(Failure) -> [UInt8]
    ) throws(Failure) {
        guard range.count <= greatestBoxSize else {
            return log.add(.boxTooLarge(range.count), offset: range.lowerBound, path: [header.type])
        }
        let bytes = try read(range)
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
        case "moof": readFragment(box, range)
        case "sidx": readSegmentIndex(box, range)
        case "emsg": readEventMessage(box)
        default: readProducerTime(box)
        }
    }

    private mutating func readMovie(_ box: Box) {
        guard file.movie == nil else { return log.add(.duplicateBox("moov"), in: box) }
        if !file.fragments.isEmpty { log.add(.wrongOrder(of: "moof", before: "moov"), in: box) }
        var reader = MovieReader(log: log, fileByteCount: file.byteCount)
        let movie = reader.read(box)
        log = reader.log
        file.movie = movie
        self.movie = movie
    }

    private mutating func readBrands(_ box: Box) {
        let brands = log.read(box) { fields throws(FieldReader.EndOfBox) in
            var brands = MP4File.Brands(major: try fields.readType(), minorVersion: try fields.read(), compatible: [])
            while fields.bytesLeft >= 4 { brands.compatible.append(try fields.readType()) }
            return brands
        }
        if box.type == "styp" {
            if file.segmentBrands == nil { file.segmentBrands = brands }
        } else if file.fileBrands != nil {
            log.add(.duplicateBox("ftyp"), in: box)
        } else {
            file.fileBrands = brands
            if file.movie != nil { log.add(.wrongOrder(of: "moov", before: "ftyp"), in: box) }
        }
    }

    /// Checks what can only be told when all boxes are known.
    mutating func finish() -> MP4File {
        checkData()
        checkInitialization()
        file.problems = log.problems
        return file
    }

    private mutating func checkInitialization() {
        guard let movie = file.movie, movie.isFragmented else {
            if file.movie == nil, file.fragments.isEmpty {
                for type in ["moov", "moof"] as [BoxType] where file.boxes.allSatisfy({ $0.type != "sidx" }) {
                    log.add(.missingBox(type), offset: 0)
                }
            } else if file.movie != nil, file.fileBrands == nil {
                log.add(.missingBox("ftyp"), offset: 0)
            }
            return
        }
        if file.kind == .initializationSegment, movie.tracks.contains(where: { $0.samples.count > 0 }) {
            let offset = file.boxes.first { $0.type == "moov" }?.byteRange.lowerBound ?? 0
            log.add(.samplesInInitialization, offset: offset, path: ["moov"])
        }
        guard let brands = file.fileBrands else { return log.add(.missingBox("ftyp"), offset: 0) }
        let sufficient: [BoxType] = ["iso6", "iso7", "iso8", "iso9", "isoa", "isob", "isoc", "cmfc", "cmf2", "cmfs"]
        if !sufficient.contains(where: brands.contains) {
            log.add(.incompatibleBrands, offset: 0, path: ["ftyp"])
        }
    }
}
