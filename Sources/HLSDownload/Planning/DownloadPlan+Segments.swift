import HLSKit

extension DownloadPlan {
    /// The segments of a rendition in playing order: a list that keeps each as a few bytes, in a temporary file when
    /// there are many, and makes it when it is asked for, so that a playlist of any length takes little memory.
    public struct Segments: Sendable {
        /// Addresses that others begin like; a few are enough for streams, and hostile ones cost no more than their text.
        private var addresses: [[UInt8]] = []
        /// What the files are called in front of their number.
        private var filePrefix = ""
        /// The segments; copies of the list share it until both grow.
        private var records = Spool()
        /// The number of segments.
        public private(set) var endIndex = 0

        private static let mostAddresses = 16

        /// The bytes of memory that the list takes.
        var byteCount: Int { records.residentBytes + addresses.reduce(0) { $0 + $1.count } }

        /// Whether some of the list could not be read from the temporary folder.
        package var hasFailed: Bool { records.hasFailed }

        /// No segments.
        public init() {}

        /// The segments of a sequence.
        public init(_ segments: some Sequence<Segment>) {
            for segment in segments { append(segment) }
        }
    }
}

extension DownloadPlan.Segments: RandomAccessCollection, ExpressibleByArrayLiteral {
    /// The first index, always 0.
    public var startIndex: Int { 0 }

    /// A list of segments.
    public init(arrayLiteral segments: DownloadPlan.Segment...) {
        self.init(segments)
    }

    /// The segment at an index, made anew on each reading.
    public subscript(index: Int) -> DownloadPlan.Segment {
        var reader = reader(at: index)
        let head = reader.head()
        var protection: DownloadPlan.Protection?
        if head.flags.contains(.protection) {
            let key = reader.number()
            let vector = reader.block()
            protection = DownloadPlan.Protection(
                key: key,
                vector: head.flags.contains(.plainVector)
                    ? String(decoding: vector, as: UTF8.self) : Hexadecimal.lowercaseText(vector)
            )
        }
        let initialization = head.flags.contains(.initialization) ? reader.number() : nil
        let url = url(&reader)
        let file = head.flags.contains(.numberedFile) ? filePrefix + "\(index)." : ""
        let name = Self.name(&reader)
        return DownloadPlan.Segment(
            url: url,
            range: head.range,
            sequence: head.sequence &+ index,
            duration: head.duration,
            protection: protection,
            initialization: initialization,
            isDiscontinuity: head.flags.contains(.discontinuity),
            isGap: head.flags.contains(.gap),
            file: file + name
        )
    }

    // MARK: Parts of a segment, without making it

    func isGap(at index: Int) -> Bool { reader(at: index).flags.contains(.gap) }

    func duration(at index: Int) -> Double {
        var reader = reader(at: index)
        return reader.head().duration
    }

    func range(at index: Int) -> DownloadPlan.Range? {
        var reader = reader(at: index)
        return reader.flags.contains(.range) ? reader.head().range : nil
    }

    func protection(at index: Int) -> DownloadPlan.Protection? {
        reader(at: index).flags.contains(.protection) ? self[index].protection : nil
    }

    /// What the folder's playlist tells of a segment beside what is planned.
    func details(at index: Int) -> SegmentDetails {
        var reader = reader(at: index)
        let flags = reader.head().flags
        if flags.contains(.protection) {
            _ = reader.number()
            _ = reader.block()
        }
        if flags.contains(.initialization) { _ = reader.number() }
        _ = url(&reader)
        _ = Self.name(&reader)
        return SegmentDetails(&reader.bytes)
    }

    // MARK: Writing

    mutating func append(_ segment: DownloadPlan.Segment, _ details: SegmentDetails = SegmentDetails()) {
        var flags: Flags = []
        if segment.isDiscontinuity { flags.insert(.discontinuity) }
        if segment.isGap { flags.insert(.gap) }
        if segment.range != nil { flags.insert(.range) }
        if segment.initialization != nil { flags.insert(.initialization) }
        var vector: [UInt8] = []
        if let protection = segment.protection {
            flags.insert(.protection)
            vector = Hexadecimal.bytes(protection.vector)
            if Hexadecimal.lowercaseText(vector) != protection.vector {
                flags.insert(.plainVector)
                vector = Array(protection.vector.utf8)
            }
        }
        let microseconds = Int(exactly: (segment.duration * 1e6).rounded())
        if microseconds.map({ Double($0) / 1e6 != segment.duration }) ?? true { flags.insert(.exactDuration) }
        let name = shortName(segment.file, &flags)

        var writer = ByteWriter()
        writer.append(flags.rawValue)
        writer.append(
            flags.contains(.exactDuration) ? Int(truncatingIfNeeded: segment.duration.bitPattern) : microseconds ?? 0
        )
        writer.append(segment.sequence &- endIndex)
        if let range = segment.range {
            writer.append(range.start)
            writer.append(range.length)
        }
        if let protection = segment.protection {
            writer.append(protection.key)
            writer.append(vector)
        }
        if let initialization = segment.initialization { writer.append(initialization) }
        append(address: segment.url, to: &writer)
        if let type = FileExtension(rawValue: name).flatMap(FileExtension.allCases.firstIndex) {
            writer.append(type + 1)
        } else {
            writer.append(0)
            writer.append(Array(name.utf8))
        }

        details.write(to: &writer)
        if !records.append(writer.bytes, at: endIndex) {
            // Another copy of the list has grown.
            let own = Spool()
            for index in 0..<endIndex { _ = own.append(records[index], at: index) }
            _ = own.append(writer.bytes, at: endIndex)
            records = own
        }
        endIndex += 1
    }

    /// The extension of a file that is called by its place, or else the whole name.
    private mutating func shortName(_ file: String, _ flags: inout Flags) -> String {
        let stem = FileNames.stem(file)
        guard stem.utf8.count < file.utf8.count else { return file }
        let number = "\(endIndex)"
        if endIndex == 0, stem.hasSuffix(number) { filePrefix = String(stem.dropLast(number.utf8.count)) }
        guard stem == filePrefix + number else { return file }
        flags.insert(.numberedFile)
        return String(file[file.utf8.index(file.utf8.startIndex, offsetBy: stem.utf8.count + 1)...])
    }

    /// Writes an address as what it has in common with an earlier one, and the rest.
    private mutating func append(address url: String, to writer: inout ByteWriter) {
        let url = Array(url.utf8)
        var best = (address: 0, shared: 0)
        for (number, address) in addresses.enumerated() {
            let shared = Self.commonPrefix(address, url)
            if shared > best.shared { best = (number, shared) }
            if url.count - shared < 32 { break }
        }
        if addresses.isEmpty || (url.count - best.shared > 64 && addresses.count < Self.mostAddresses) {
            best = (addresses.count, url.count)
            addresses.append(url)
        }
        writer.append(best.address)
        writer.append(best.shared)
        writer.append(url[best.shared...])
    }

    private static func commonPrefix(_ one: [UInt8], _ other: [UInt8]) -> Int {
        let count = Swift.min(one.count, other.count)
        var index = 0
        while index < count, one[index] == other[index] { index += 1 }
        return index
    }

    // MARK: Reading

    private struct Flags: OptionSet {
        let rawValue: UInt8

        static let discontinuity = Flags(rawValue: 1)
        static let gap = Flags(rawValue: 2)
        static let range = Flags(rawValue: 4)
        static let protection = Flags(rawValue: 8)
        static let initialization = Flags(rawValue: 16)
        static let plainVector = Flags(rawValue: 32)
        static let numberedFile = Flags(rawValue: 64)
        static let exactDuration = Flags(rawValue: 128)
    }

    private func reader(at index: Int) -> Reader { Reader(bytes: ByteReader(records[index])) }

    private func url(_ reader: inout Reader) -> String {
        let address = reader.number()
        let shared = reader.number()
        let rest = reader.block()
        guard addresses.indices.contains(address) else { return "" }
        return String(decoding: addresses[address].prefix(Swift.max(0, shared)) + rest, as: UTF8.self)
    }

    private static func name(_ reader: inout Reader) -> String {
        let type = reader.number()
        guard type > 0, type <= FileExtension.allCases.count else { return reader.bytes.string() }
        return FileExtension.allCases[type - 1].rawValue
    }

    /// Reads what ``append(_:_:)`` wrote.
    private struct Reader {
        struct Head {
            var flags: Flags
            var duration: Double
            /// The media sequence number without the index.
            var sequence: Int
            var range: DownloadPlan.Range?
        }

        var bytes: ByteReader

        var flags: Flags {
            var bytes = bytes
            return Flags(rawValue: bytes.byte())
        }

        mutating func head() -> Head {
            let flags = Flags(rawValue: bytes.byte())
            let duration = number()
            var head = Head(
                flags: flags,
                duration: flags.contains(.exactDuration)
                    ? Double(bitPattern: UInt64(truncatingIfNeeded: duration)) : Double(duration) / 1e6,
                sequence: number()
            )
            if flags.contains(.range) {
                let start = number()
                head.range = DownloadPlan.Range(start: start, length: number())
            }
            return head
        }

        mutating func number() -> Int { bytes.number() }

        mutating func block() -> ArraySlice<UInt8> { bytes.block() }
    }
}

extension DownloadPlan.Segments: Hashable {
    /// Two lists are equal when their segments are.
    public static func == (left: Self, right: Self) -> Bool { left.elementsEqual(right) }

    /// Hashes the number of segments and the last.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        if let last { hasher.combine(last) }
    }
}

extension DownloadPlan.Segments: Codable {
    /// Reads a list of segments.
    public init(from decoder: any Decoder) throws {
        self.init()
        var list = try decoder.unkeyedContainer()
        while !list.isAtEnd { append(try list.decode(DownloadPlan.Segment.self)) }
    }

    /// Writes a list of segments.
    public func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        for segment in self { try list.encode(segment) }
    }
}
