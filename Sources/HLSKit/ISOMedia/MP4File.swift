/// What an MP4 file, an init segment or a segment of fragments tells, without its media data.
///
/// Nothing that is wrong in the bytes throws: it is in ``problems``, and what can be read is read. The memory that it
/// takes does not grow with the media data.
public struct MP4File: Sendable {
    /// What a file is for.
    public enum Kind: Sendable, Hashable {
        /// It has tracks whose samples come in segments of fragments.
        case initializationSegment
        /// It has fragments alone.
        case mediaSegment
        /// It has tracks and their fragments.
        case fragmented
        /// It has tracks with all of their samples.
        case plain
        /// It has neither tracks nor fragments.
        case other
    }

    /// A box that is in no other one.
    public struct TopLevelBox: Sendable, Hashable {
        /// The type of the box.
        public var type: BoxType
        /// Where it is in the file, with its header; never beyond the end of the file.
        public var byteRange: Range<Int>
        /// The bytes of its header.
        public var headerLength: Int
    }

    /// The brands of a file or segment (`ftyp` and `styp`, ISO/IEC 14496-12 4.3).
    public struct Brands: Sendable, Hashable {
        /// The brand that fits best.
        public var major: BoxType
        /// The version of the major brand.
        public var minorVersion: UInt32
        /// All brands that the file keeps to.
        public var compatible: [BoxType]

        /// True when the file says that it keeps to a brand.
        public func contains(_ brand: BoxType) -> Bool {
            major == brand || compatible.contains(brand)
        }
    }

    /// The bytes of the file.
    public internal(set) var byteCount: Int
    /// The boxes of the file, in their order.
    public internal(set) var boxes: [TopLevelBox] = []
    /// The brands of the file (`ftyp`).
    public internal(set) var fileBrands: Brands?
    /// The brands of the first segment (`styp`).
    public internal(set) var segmentBrands: Brands?
    /// The tracks; nil in a segment of fragments.
    public internal(set) var movie: MP4Movie?
    /// The fragments.
    public internal(set) var fragments: [MovieFragment] = []
    /// The segment indexes.
    public internal(set) var segmentIndexes: [SegmentIndex] = []
    /// The event messages.
    public internal(set) var eventMessages: [EventMessage] = []
    /// The times of production.
    public internal(set) var producerTimes: [ProducerReferenceTime] = []
    /// What is wrong, in the order of the file as far as that is possible; at most 1,000 problems are kept.
    public internal(set) var problems: [MP4Problem] = []

    /// What the file is for.
    public var kind: Kind {
        guard let movie else { return fragments.isEmpty ? .other : .mediaSegment }
        if !fragments.isEmpty { return .fragmented }
        return movie.isFragmented ? .initializationSegment : .plain
    }

    init(byteCount: Int) {
        self.byteCount = byteCount
    }

    /// Reads a file that is in memory.
    ///
    /// - Parameters:
    ///   - bytes: The whole file or segment.
    ///   - initialization: What the init segment of a segment tells; nil when it is not known or not needed.
    public init(_ bytes: [UInt8], initialization: MP4Movie? = nil) {
        self.init(byteCount: bytes.count, initialization: initialization) { range in Array(bytes[range]) }
    }

    /// Reads a file through a function, which is asked for the boxes that are needed and not for media data.
    ///
    /// - Parameters:
    ///   - byteCount: The bytes of the file.
    ///   - initialization: What the init segment of a segment tells; nil when it is not known or not needed.
    ///   - greatestBoxSize: The most bytes of a box that is read; greater ones are told as problems.
    ///   - read: Gives the bytes of a range within the file; fewer bytes mean that the file is shorter than told.
    /// - Throws: What `read` throws.
    public init<Failure: Error>(
        byteCount: Int,
        initialization: MP4Movie? = nil,
        greatestBoxSize: Int = 256 << 20,
        read: (Range<Int>) throws(Failure) -> [UInt8]
    ) throws(Failure) {
        self.init(byteCount: max(0, byteCount))
        try readBoxes(initialization, greatestBoxSize: greatestBoxSize, read) {
            range throws(Failure) in ByteWindow(try read(range))
        }
    }

    /// Reads a file through a function that is kept and asked again where samples are gone through.
    ///
    /// The tables of samples stay in the file, so that memory does not grow with their number. Only brands and the movie are
    /// read: no fragments, and of a file that has them nothing behind the movie.
    /// - Parameters:
    ///   - byteCount: The bytes of the file.
    ///   - greatestMovieSize: The most bytes of the movie box; a greater one is told as a problem.
    ///   - read: Gives the bytes of a range within the file, fewer where that is not possible. It is called from wherever
    ///     samples are gone through.
    public static func leavingTablesInFile(
        byteCount: Int,
        greatestMovieSize: Int = 256 << 20,
        read: @escaping @Sendable (Range<Int>) -> [UInt8]
    ) -> MP4File {
        var file = MP4File(byteCount: max(0, byteCount))
        file.readBoxes(nil, greatestBoxSize: greatestMovieSize, isWindowed: true, read) { range in
            ByteWindow(count: range.count) { part in
                read(range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
            }
        }
        return file
    }

    private mutating func readBoxes<Failure: Error>(
        _ initialization: MP4Movie?,
        greatestBoxSize: Int,
        isWindowed: Bool = false,
        _ read: (Range<Int>) throws(Failure) -> [UInt8],
        movie: (Range<Int>) throws(Failure) -> ByteWindow
    ) throws(Failure) {
        var reader = MP4Reader(byteCount: byteCount, initialization: initialization)
        try walk(&reader, greatestBoxSize: greatestBoxSize, isWindowed: isWindowed, read, movie: movie)
        reader.finish()
        take(reader.takeOutputs())
    }

    /// Boxes in a file; a film of two hours in fragments of one picture has 400,000.
    private static let greatestBoxCount = 1 << 21

    /// Goes through the boxes of the file, from the first to the last.
    private mutating func walk<Failure: Error>(
        _ reader: inout MP4Reader,
        greatestBoxSize: Int,
        isWindowed: Bool,
        _ read: (Range<Int>) throws(Failure) -> [UInt8],
        movie: (Range<Int>) throws(Failure) -> ByteWindow
    ) throws(Failure) {
        var position = 0
        while position < byteCount {
            guard boxes.count < Self.greatestBoxCount else { return reader.log.add(.tooManyBoxes, offset: position) }
            let start = try read(position..<min(byteCount, clampedSum(position, BoxHeader.greatestLength)))
            guard let header = BoxHeader(FieldReader(start)), header.type.isPlausible else {
                return reader.log.add(.trailingBytes(byteCount - position), offset: position)
            }
            let left = byteCount - position
            let size = header.size ?? UInt64(left)
            guard size >= UInt64(header.length) else {
                return reader.log.add(.invalidSize(size), offset: position, path: [header.type])
            }
            if size > UInt64(left) {
                let kind = MP4Problem.Kind.truncatedBox(size: size, available: left)
                reader.log.add(kind, offset: position, path: [header.type])
            }
            let range = position..<position + Int(min(size, UInt64(left)))
            if !MP4Reader.isRead(header.type) || isWindowed && !["moov", "ftyp"].contains(header.type) {
                reader.pass(header, range)
            } else if range.count > (isWindowed && header.type == "ftyp" ? 1 << 16 : greatestBoxSize) {
                reader.log.add(.boxTooLarge(range.count), offset: position, path: [header.type])
                reader.pass(header, range)
            } else {
                reader.take(header, range, header.type == "moov" ? try movie(range) : ByteWindow(try read(range)))
            }
            take(reader.takeOutputs())
            if isWindowed, self.movie?.isFragmented == true { return }
            position = range.upperBound
        }
    }

    private mutating func take(_ outputs: [MP4Output]) {
        for output in outputs {
            switch output {
            case .box(let box): boxes.append(box)
            case .fileBrands(let brands): fileBrands = brands
            case .segmentBrands(let brands): segmentBrands = segmentBrands ?? brands
            case .movie(let movie): self.movie = movie
            case .fragment(let fragment): fragments.append(fragment)
            case .segmentIndex(let index): segmentIndexes.append(index)
            case .eventMessage(let message): eventMessages.append(message)
            case .producerTime(let time): producerTimes.append(time)
            case .problem(let problem): problems.append(problem)
            }
        }
    }
}
