/// The payload of a box that a sample entry may have: parsed and built by one type.
protocol SampleEntryPayload: Sendable {
    /// Parses the payload; nil for a form that has no meaning here.
    init?(_ fields: inout FieldReader) throws(FieldReader.EndOfData)

    /// Appends the payload.
    func write(to writer: inout FieldWriter)
}

/// A box that a sample entry may have besides the configuration of its codec, declared once for both directions.
struct SampleEntryBox: Sendable {
    /// The types that are read.
    let types: [BoxType]
    /// Parses the payload into the entry.
    let read: @Sendable (inout FieldReader, inout SampleEntry) throws(FieldReader.EndOfData) -> Void
    /// Appends the box when the entry has what is in it.
    let write: @Sendable (SampleEntry, inout FieldWriter) -> Void

    /// Every box, in the order in which they are written.
    static let all = [
        SampleEntryBox(["colr"], \.colour),
        SampleEntryBox(["pasp"], \.sampleAspectRatio),
        SampleEntryBox(["fiel"], \.fieldOrder),
        SampleEntryBox(["mdcv"], \.masteringDisplay),
        SampleEntryBox(["clli"], \.contentLightLevel),
        SampleEntryBox(["dvcC", "dvvC", "dvwC"], \.dolbyVision) { $0.boxType },
        SampleEntryBox(["btrt"], \.bitRates),
    ]

    /// The boxes by their types.
    static let byType = Dictionary(uniqueKeysWithValues: all.flatMap { box in box.types.map { ($0, box) } })

    /// Declares a box by where its payload is kept.
    ///
    /// - Parameters:
    ///   - types: The types that are read.
    ///   - path: Where the payload is kept; the first box of a sample entry counts.
    ///   - type: The type that is written; nil for the only one.
    private init<Payload: SampleEntryPayload>(
        _ types: [BoxType],
        _ path: any WritableKeyPath<SampleEntry, Payload?> & Sendable,
        type: (@Sendable (Payload) -> BoxType)? = nil
    ) {
        self.types = types
        read = { fields, entry throws(FieldReader.EndOfData) in
            let payload = try Payload(&fields)
            if entry[keyPath: path] == nil { entry[keyPath: path] = payload }
        }
        write = { entry, writer in
            guard let payload = entry[keyPath: path] else { return }
            writer.box(type?(payload) ?? types[0]) { payload.write(to: &$0) }
        }
    }
}

extension ColourDescription: SampleEntryPayload {
    /// Parses a `colr` box (ISO/IEC 14496-12 12.1.5); nil for colour profiles, which have no numbers.
    init?(_ fields: inout FieldReader) throws(FieldReader.EndOfData) {
        let type = try fields.readType()
        guard type == "nclx" || type == "nclc" else { return nil }
        self.init()
        primaries = UInt8(truncatingIfNeeded: try fields.read(UInt16.self))
        transfer = UInt8(truncatingIfNeeded: try fields.read(UInt16.self))
        matrix = UInt8(truncatingIfNeeded: try fields.read(UInt16.self))
        // The type of QuickTime has no flag.
        if type == "nclx" { isFullRange = try fields.read(UInt8.self) & 0x80 != 0 }
    }

    func write(to writer: inout FieldWriter) {
        writer.write("nclx" as BoxType)
        writer.write(UInt16(primaries))
        writer.write(UInt16(transfer))
        writer.write(UInt16(matrix))
        writer.write(UInt8(isFullRange ? 0x80 : 0))
    }
}

extension SampleAspectRatio: SampleEntryPayload {
    /// Parses a `pasp` box (ISO/IEC 14496-12 12.1.4).
    init?(_ fields: inout FieldReader) throws(FieldReader.EndOfData) {
        self.init(width: Int(try fields.read(UInt32.self)), height: Int(try fields.read(UInt32.self)))
    }

    func write(to writer: inout FieldWriter) {
        writer.write(UInt32(clamping: width))
        writer.write(UInt32(clamping: height))
    }
}

extension SampleFieldOrder: SampleEntryPayload {
    init?(_ fields: inout FieldReader) throws(FieldReader.EndOfData) {
        self.init(fieldsPerFrame: try fields.read(), detail: try fields.read())
    }

    func write(to writer: inout FieldWriter) {
        writer.write([fieldsPerFrame, detail])
    }
}

extension MasteringDisplay: SampleEntryPayload {
    init?(_ fields: inout FieldReader) throws(FieldReader.EndOfData) {
        var points: [UInt16] = []
        for _ in 0..<8 { points.append(try fields.read()) }
        self.init(chromaticities: points, greatestLuminance: try fields.read(), leastLuminance: try fields.read())
    }

    func write(to writer: inout FieldWriter) {
        for index in 0..<8 { writer.write(index < chromaticities.count ? chromaticities[index] : 0) }
        writer.write(greatestLuminance)
        writer.write(leastLuminance)
    }
}

extension ContentLightLevel: SampleEntryPayload {
    init?(_ fields: inout FieldReader) throws(FieldReader.EndOfData) {
        self.init(greatest: try fields.read(), greatestAverage: try fields.read())
    }

    func write(to writer: inout FieldWriter) {
        writer.write(greatest)
        writer.write(greatestAverage)
    }
}

extension DolbyVisionConfiguration: SampleEntryPayload {
    init?(_ fields: inout FieldReader) throws(FieldReader.EndOfData) {
        guard let configuration = Self(fields.readRest()) else { throw FieldReader.EndOfData() }
        self = configuration
    }

    func write(to writer: inout FieldWriter) {
        writer.write(payload)
    }
}

extension SampleBitRates: SampleEntryPayload {
    init?(_ fields: inout FieldReader) throws(FieldReader.EndOfData) {
        self.init(bufferBytes: try fields.read(), greatest: try fields.read(), average: try fields.read())
    }

    func write(to writer: inout FieldWriter) {
        writer.write(bufferBytes)
        writer.write(greatest)
        writer.write(average)
    }
}
