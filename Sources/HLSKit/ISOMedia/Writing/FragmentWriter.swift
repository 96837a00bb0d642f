/// The samples that a fragment has of one track.
struct FragmentSamples: Sendable {
    /// What a run says of a sample.
    struct Sample: Sendable {
        /// In ticks of the track.
        var duration: UInt32 = 0
        var byteCount: UInt32
        /// What the presentation comes later than the decoding, in ticks of the track.
        var compositionOffset: Int32
        var isSync: Bool
    }

    var trackID: UInt32
    /// The decoding time of the first sample in ticks of the track.
    var decodeTime: UInt64 = 0
    var samples: [Sample] = []
    /// The bytes of all samples.
    var data: [UInt8] = []
}

/// Writes segments of fragmented MP4 as CMAF has them (ISO/IEC 23000-19 7.3.2).
enum FragmentWriter {
    // tfhd (ISO/IEC 14496-12 8.8.7)
    private static let hasDefaultDuration: UInt32 = 0x08
    private static let hasDefaultSize: UInt32 = 0x10
    private static let hasDefaultFlags: UInt32 = 0x20
    private static let moofIsBase: UInt32 = 0x2_0000
    // trun (8.8.8)
    private static let hasDataOffset: UInt32 = 0x01
    private static let hasFirstFlags: UInt32 = 0x04
    private static let hasDurations: UInt32 = 0x100
    private static let hasSizes: UInt32 = 0x200
    private static let hasFlags: UInt32 = 0x400
    private static let hasOffsets: UInt32 = 0x800

    /// Makes a segment of one fragment.
    ///
    /// - Parameters:
    ///   - sequenceNumber: The number of the fragment, from 1 on.
    ///   - tracks: What it has of each track; tracks without samples are left out. Their data is taken away, since the segment is
    ///     built around that of the first.
    ///   - events: What stands in front of the fragment.
    /// - Throws: ``CMAFError`` when the media data is longer than a box can be.
    static func segment(
        sequenceNumber: UInt32,
        tracks: inout [FragmentSamples],
        events: [EventMessage] = []
    ) throws(CMAFError) -> [UInt8] {
        tracks.removeAll { $0.samples.isEmpty }
        let dataBytes = tracks.reduce(0) { $0 + $1.data.count }
        guard dataBytes < Int(Int32.max) else { throw .segmentTooLong(bytes: dataBytes) }
        var writer = FieldWriter()
        writer.box("styp") { writer in
            writer.write("msdh" as BoxType)
            writer.write(UInt32(0))
            for brand in ["msdh", "cmfs"] as [BoxType] { writer.write(brand) }
        }
        for event in events { event.write(to: &writer) }
        let moof = writer.bytes.count
        var offsets: [Int] = []
        writer.box("moof") { writer in
            writer.fullBox("mfhd") { $0.write(sequenceNumber) }
            for track in tracks { offsets.append(write(track, to: &writer)) }
        }
        var position = writer.bytes.count - moof + boxHeaderLength
        for (track, offset) in zip(tracks, offsets) {
            writer.overwrite(UInt32(position), at: offset)
            position += track.data.count
        }
        writer.write(UInt32(boxHeaderLength + dataBytes))
        writer.write("mdat" as BoxType)
        var bytes: [UInt8] = []
        if !tracks.isEmpty { swap(&bytes, &tracks[0].data) }
        bytes.reserveCapacity(writer.bytes.count + dataBytes)
        for track in tracks.dropFirst() { bytes += track.data }
        bytes.insert(contentsOf: writer.bytes, at: 0)
        return bytes
    }

    private static let boxHeaderLength = 8

    /// Appends a `traf` box.
    ///
    /// - Returns: Where its data offset has to be written.
    private static func write(_ track: FragmentSamples, to writer: inout FieldWriter) -> Int {
        let samples = track.samples
        let size = samples.allSatisfy { $0.byteCount == samples[0].byteCount } ? samples[0].byteCount : nil
        let hasEqualDurations = samples.allSatisfy { $0.duration == samples[0].duration }
        // Flags of all samples but the first, which decoding starts at.
        let rest = samples.dropFirst().first?.isSync ?? samples[0].isSync
        let hasEqualFlags = samples.dropFirst().allSatisfy { $0.isSync == rest }
        let hasOffsets = samples.contains { $0.compositionOffset != 0 }
        var dataOffset = 0
        writer.box("traf") { writer in
            let defaults =
                (hasEqualDurations ? hasDefaultDuration : 0) | (size != nil ? hasDefaultSize : 0) | hasDefaultFlags
            writer.fullBox("tfhd", flags: defaults | moofIsBase) { writer in
                writer.write(track.trackID)
                if hasEqualDurations { writer.write(samples[0].duration) }
                if let size { writer.write(size) }
                writer.write(flags(rest))
            }
            writer.fullBox("tfdt", version: 1) { $0.write(track.decodeTime) }
            let first = samples[0].isSync != rest && hasEqualFlags
            let fields =
                (hasEqualDurations ? 0 : hasDurations) | (size != nil ? 0 : hasSizes)
                | (hasEqualFlags ? 0 : hasFlags) | (hasOffsets ? self.hasOffsets : 0) | (first ? hasFirstFlags : 0)
            writer.fullBox("trun", version: 1, flags: fields | hasDataOffset) { writer in
                writer.write(UInt32(samples.count))
                dataOffset = writer.bytes.count
                writer.write(UInt32(0))
                if first { writer.write(flags(samples[0].isSync)) }
                for sample in samples {
                    if !hasEqualDurations { writer.write(sample.duration) }
                    if size == nil { writer.write(sample.byteCount) }
                    if !hasEqualFlags { writer.write(flags(sample.isSync)) }
                    if hasOffsets { writer.write(sample.compositionOffset) }
                }
            }
        }
        return dataOffset
    }

    private static func flags(_ isSync: Bool) -> UInt32 {
        (isSync ? SampleFlags.sync : .nonSync).rawValue
    }
}

extension EventMessage {
    /// The time of an event on the timeline of the presentation, in 90 kHz (`emsg` of version 1).
    init(scheme: String, value: String = "", time: MediaTime, id: UInt32, data: [UInt8]) {
        self.init(
            scheme: scheme,
            value: value,
            timescale: UInt32(MediaTime.ticksPerSecond),
            time: UInt64(max(0, time.ticks)),
            isRelative: false,
            duration: nil,
            id: id,
            data: data,
            offset: 0
        )
    }

    /// Appends an `emsg` box of version 1 (ISO/IEC 23009-1 5.10.3.3), or of version 0 for a relative time.
    func write(to writer: inout FieldWriter) {
        writer.fullBox("emsg", version: isRelative ? 0 : 1) { writer in
            if isRelative {
                writer.writeString(scheme)
                writer.writeString(value)
                writer.write(timescale)
                writer.write(UInt32(clamping: time))
            } else {
                writer.write(timescale)
                writer.write(time)
            }
            writer.write(duration ?? .max)
            writer.write(id)
            if !isRelative {
                writer.writeString(scheme)
                writer.writeString(value)
            }
            writer.write(data)
        }
    }
}
