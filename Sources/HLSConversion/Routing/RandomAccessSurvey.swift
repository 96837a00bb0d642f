import HLSKit

/// Where a coded picture stream can be cut, and how many bits it has: from the container's index when that is complete,
/// else from reading the stream once.
struct RandomAccessSurvey: Hashable, Sendable {
    /// The greatest time from one random access point to the next, or to the end.
    var greatestInterval = MediaTime.zero
    /// Bits a second; nil when the length is not known.
    var bitRate: Int64?
    /// Pictures a second; 0 when there is one alone, nil when it is not known.
    var pictureRate: Double?
    /// Whether an edit list hides pictures that others may need.
    var hidesPictures = false
    /// How many pictures follow the one before in a time that is far from the most frequent.
    var unevenSteps = 0
    /// How the stream itself says that its pictures lie; nil when that is no quarter turn.
    var orientation: Orientation? = Orientation()
    /// The decoding times of the random access points.
    var points: [MediaTime] = []

    /// Pictures that an edit list hides at the end do no harm when they are shown for less than this.
    private static let harmlessTail = 0.5

    /// Different steps that are counted; more are not needed to see that a rate changes.
    private static let greatestStepCount = 1_000

    /// Collects points and sizes in decoding order.
    private struct Collector {
        var points: [MediaTime] = []
        var first: MediaTime?
        var last = MediaTime.zero
        var step = MediaTime.zero
        var bytes: Int64 = 0
        /// How often each time from one picture to the next was met, by milliseconds.
        var steps: [Int64: Int] = [:]
        var hidesFirst = false
        var hidden = 0
        var pictures = 0
        var orientation: Orientation? = Orientation()

        mutating func add(_ time: MediaTime, byteCount: Int, isPoint: Bool, isHidden: Bool) {
            if first == nil {
                first = time
                hidesFirst = isHidden
            } else if time > last {
                step = time - last
                let milliseconds = step.ticks / 90
                if steps.count < RandomAccessSurvey.greatestStepCount || steps[milliseconds] != nil {
                    steps[milliseconds, default: 0] += 1
                }
            }
            last = max(last, time)
            pictures += 1
            bytes &+= Int64(byteCount)
            if isPoint { points.append(time) }
            if isHidden { hidden += 1 }
        }

        /// One turned picture is enough for players that turn it and those that do not to show the stream differently.
        mutating func note(_ message: H264DisplayOrientation) {
            let found = Orientation(message)
            if found?.isUpright != true { orientation = found }
        }

        var survey: RandomAccessSurvey {
            guard let first else { return RandomAccessSurvey(greatestInterval: MediaTime(ticks: .max)) }
            let end = last + step
            let hides = hidesFirst || Double(hidden) * step.seconds > RandomAccessSurvey.harmlessTail
            var survey = RandomAccessSurvey(hidesPictures: hides, orientation: orientation, points: points)
            var previous = first
            for point in points + [end] {
                survey.greatestInterval = max(survey.greatestInterval, point - previous)
                previous = point
            }
            let usual = steps.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
            survey.unevenSteps = steps.reduce(0) { sum, step in
                sum + (step.key * 2 > usual * 5 || step.key * 5 < usual * 2 ? step.value : 0)
            }
            let seconds = (end - first).seconds
            if seconds > 0 { survey.bitRate = Int64(Double(bytes) * 8 / seconds) }
            survey.pictureRate = seconds > 0 ? Double(pictures) / seconds : 0
            return survey
        }
    }

    /// The greatest length that segments will have when the stream is copied.
    func greatestSegment(hlsTime: Double) -> MediaTime {
        guard let first = points.first else { return greatestInterval }
        var segmenter = Segmenter(rule: .randomAccessPoint(interval: hlsTime))
        segmenter.begin(at: first, earliest: first)
        var greatest = MediaTime.zero
        var previous = first
        for point in points.dropFirst() where segmenter.cut(before: point) != nil {
            greatest = max(greatest, point - previous)
            previous = point
        }
        // The last segment ends where the stream does: no further behind its point than points are apart.
        return max(greatest, (points.last ?? previous) - previous + greatestInterval)
    }

    // MARK: From an index

    /// What a container's index tells of a picture.
    struct IndexEntry {
        /// Where its bytes begin in the file.
        var offset: Int64
        var byteCount: Int
        /// The decoding time.
        var time: MediaTime
        var isKey: Bool
        /// An edit list hides it.
        var isHidden: Bool
    }

    /// Reads the index of a container that has a complete one; nil when it has not, or does not tell the truth.
    static func fromIndex(of stream: InputStream, framing: NALUnitFraming) -> RandomAccessSurvey? {
        guard stream.owner.formatName.hasPrefix("mov"), let length = stream.duration else { return nil }
        return fromIndex(stream.indexEntries, length: length, framing: framing) { stream.owner.peek(at: $0, count: $1) }
    }

    /// Reads an index in decoding order; nil when it ends long before the stream does, or does not tell the truth.
    ///
    /// - Parameter peek: Gives bytes at a place of the file, fewer at its end.
    static func fromIndex(
        _ index: some Sequence<IndexEntry>,
        length: MediaTime,
        framing: NALUnitFraming,
        peek: (_ offset: Int64, _ count: Int) -> [UInt8]
    ) -> RandomAccessSurvey? {
        var collector = Collector()
        // Some of the points, at equal steps.
        var points: [IndexEntry] = []
        var (step, count) = (1, 0)
        for entry in index {
            collector.add(entry.time, byteCount: entry.byteCount, isPoint: entry.isKey, isHidden: entry.isHidden)
            guard entry.isKey else { continue }
            if count % step == 0 { points.append(entry) }
            count += 1
            guard points.count == 2 * inspectedPoints else { continue }
            points = points.indices.filter { $0 % 2 == 0 }.map { points[$0] }
            step *= 2
        }
        // A fragmented file's index knows only what was read so far.
        guard let first = collector.first, (collector.last - first).seconds >= length.seconds * 0.95 - 1 else {
            return nil
        }
        for entry in points {
            let start = inspect(peek(entry.offset, min(entry.byteCount, inspectedBytes)), framing: framing)
            guard start.firstSlice == .idrSlice else { return nil }
            if let message = start.orientation { collector.note(message) }
        }
        return collector.survey
    }

    /// How many of the random access points are looked at, up to twice as many: enough to tell what sort the encoder made.
    private static let inspectedPoints = 24
    /// Parameter sets and messages in front of a slice are shorter than this.
    private static let inspectedBytes = 8_192

    /// What stands in front of the pixels of an access unit.
    private struct UnitStart {
        /// What the index calls a random access point may be a recovery point of an open GOP.
        var firstSlice: H264.NALUnitType?
        var orientation: H264DisplayOrientation?
    }

    private static func inspect(_ bytes: [UInt8], framing: NALUnitFraming) -> UnitStart {
        var start = UnitStart()
        guard case .lengthPrefixed(let size) = framing else { return start }
        var offset = 0
        while offset + size < bytes.count {
            let length = bytes[offset..<offset + size].reduce(0) { $0 << 8 | Int($1) }
            let type = H264.NALUnitType(header: bytes[offset + size])
            if type.isSlice {
                start.firstSlice = type
                break
            }
            let unit = bytes[(offset + size)...].prefix(length)
            if type == .sei, let found = H264DisplayOrientation(nalUnit: Array(unit)) { start.orientation = found }
            offset += size + length
        }
        return start
    }

    // MARK: From the stream

    /// Reads a whole input for the random access points of the picture, and for changes of the sound.
    ///
    /// - Parameters:
    ///   - picture: The stream of the picture, and how the units of H.264 are delimited, nil for other codecs; nil when it is not
    ///     asked for.
    ///   - sound: The stream of the sound; nil when it is not asked for.
    ///   - others: Streams to read besides.
    ///   - note: Gets every packet.
    static func fromReading(
        _ path: String,
        picture: (stream: Int, framing: NALUnitFraming?)?,
        sound: (stream: Int, picture: Int?)?,
        others: Set<Int> = [],
        isCancelled: @escaping @Sendable () -> Bool,
        note: (Packet) -> Void = { _ in }
    ) throws(ConversionError) -> (picture: RandomAccessSurvey?, soundChanges: Bool) {
        let input = try InputFile(path: path, isCancelled: isCancelled)
        func stream(_ index: Int) throws(ConversionError) -> InputStream {
            guard let stream = input.streams.first(where: { $0.index == index }) else {
                throw ConversionError(.inputNotUsable, "'\(path)' changed while it was read")
            }
            return stream
        }
        var soundSurvey = try sound.map { (sound) throws(ConversionError) in
            SoundSurvey(try stream(sound.stream), in: input, picture: try sound.picture.map(stream))
        }
        let soundStreams = soundSurvey?.streams ?? []
        input.select(Set([picture?.stream].compactMap(\.self)).union(soundStreams).union(others))
        let pictureStream = try picture.map { (picture) throws(ConversionError) in try stream(picture.stream) }
        var collector = Collector()
        var correction = TimelineCorrection(allowsJumps: input.allowsTimestampJumps)
        let packet = Packet()
        while try input.read(into: packet) {
            note(packet)
            guard let picture, let stream = pictureStream, packet.streamIndex == picture.stream else {
                if soundStreams.contains(packet.streamIndex) { soundSurvey?.add(packet, in: input) }
                continue
            }
            guard let time = packet.dts(in: stream.timeBase) ?? packet.pts(in: stream.timeBase) else { continue }
            let duration = packet.duration(in: stream.timeBase) ?? .zero
            let offset = correction.offset(for: time, duration: duration, stream: picture.stream)
            var isPoint = packet.isKey
            if isPoint, let framing = picture.framing {
                isPoint = packet.withBytes { H264.isInstantaneousRefresh($0, framing: framing) }
                let message = packet.withBytes { H264DisplayOrientation(accessUnit: $0, framing: framing) }
                if isPoint, let message { collector.note(message) }
            }
            collector.add(
                time + offset,
                byteCount: packet.byteCount,
                isPoint: isPoint,
                isHidden: packet.isDiscarded
            )
        }
        soundSurvey?.finish()
        return (picture.map { _ in collector.survey }, soundSurvey?.changes ?? false)
    }
}
