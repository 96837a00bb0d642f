extension DownloadPlan {
    /// The segments of a rendition in playing order: a list that keeps each as a few bytes and makes it when it is
    /// asked for, so that a playlist of any length takes little memory.
    public struct Segments: Sendable {
        /// Addresses that others begin like; a few are enough for streams, and hostile ones cost no more than their text.
        private var addresses: [[UInt8]] = []
        /// What the files are called in front of their number.
        private var filePrefix = ""
        /// The segments, one behind the other, each behind its length.
        private var bytes: [UInt8] = []
        /// Where every eighth segment starts.
        private var starts: [Int] = []
        /// The number of segments.
        public private(set) var endIndex = 0

        private static let mostAddresses = 16
        private static let stride = 8

        /// The bytes that the list takes.
        var byteCount: Int { bytes.count + 8 * starts.count + addresses.reduce(0) { $0 + $1.count } }

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
                    ? String(decoding: vector, as: UTF8.self) : Hexadecimal.text(vector)
            )
        }
        let initialization = head.flags.contains(.initialization) ? reader.number() : nil
        let address = reader.number()
        let shared = reader.number()
        let url = addresses[address][..<shared] + reader.block()
        let file = head.flags.contains(.numberedFile) ? filePrefix + "\(index)." : ""
        let type = reader.number()
        let name =
            type > 0 ? FileExtension.allCases[type - 1].rawValue : String(decoding: reader.block(), as: UTF8.self)
        return DownloadPlan.Segment(
            url: String(decoding: url, as: UTF8.self),
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

    // MARK: Writing

    mutating func append(_ segment: DownloadPlan.Segment) {
        var flags: Flags = []
        if segment.isDiscontinuity { flags.insert(.discontinuity) }
        if segment.isGap { flags.insert(.gap) }
        if segment.range != nil { flags.insert(.range) }
        if segment.initialization != nil { flags.insert(.initialization) }
        var vector: [UInt8] = []
        if let protection = segment.protection {
            flags.insert(.protection)
            vector = Hexadecimal.bytes(protection.vector)
            if Hexadecimal.text(vector) != protection.vector {
                flags.insert(.plainVector)
                vector = Array(protection.vector.utf8)
            }
        }
        let microseconds = Int(exactly: (segment.duration * 1e6).rounded())
        if microseconds.map({ Double($0) / 1e6 != segment.duration }) ?? true { flags.insert(.exactDuration) }
        let name = shortName(segment.file, &flags)

        var writer = Writer()
        writer.bytes.append(flags.rawValue)
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

        if endIndex % Self.stride == 0 { starts.append(bytes.count) }
        var length = Writer()
        length.append(writer.bytes.count)
        bytes += length.bytes
        bytes += writer.bytes
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
    private mutating func append(address url: String, to writer: inout Writer) {
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

    private struct Writer {
        var bytes: [UInt8] = []

        mutating func append(_ block: some Collection<UInt8>) {
            append(block.count)
            bytes.append(contentsOf: block)
        }

        /// Writes a number in as few bytes as it needs, seven bits each.
        mutating func append(_ number: Int) {
            // The sign goes last, so that small numbers are short whatever their sign.
            var rest = UInt(bitPattern: number << 1 ^ number >> (Int.bitWidth - 1))
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(truncatingIfNeeded: rest))
        }
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

    private func reader(at index: Int) -> Reader {
        var reader = Reader(bytes: bytes, position: starts[index / Self.stride])
        for _ in 0..<(index % Self.stride) { _ = reader.block() }
        _ = reader.number()
        return reader
    }

    /// Reads what ``append(_:)`` wrote.
    private struct Reader {
        struct Head {
            var flags: Flags
            var duration: Double
            /// The media sequence number without the index.
            var sequence: Int
            var range: DownloadPlan.Range?
        }

        let bytes: [UInt8]
        var position: Int

        var flags: Flags { Flags(rawValue: bytes[position]) }

        mutating func head() -> Head {
            let flags = flags
            position += 1
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

        mutating func number() -> Int {
            var (value, shift): (UInt, UInt) = (0, 0)
            while true {
                let byte = bytes[position]
                position += 1
                value |= UInt(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            return Int(bitPattern: value >> 1) ^ -Int(bitPattern: value & 1)
        }

        mutating func block() -> ArraySlice<UInt8> {
            let count = number()
            defer { position += count }
            return bytes[position..<(position + count)]
        }
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
