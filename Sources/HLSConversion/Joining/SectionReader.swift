import CFFmpeg
import HLSKit

/// Reads the sections of a playlist one after the other, each as an input of its own.
///
/// Used by one thread.
final class SectionReader {
    /// A stream of an open section.
    final class Source {
        let stream: InputStream
        fileprivate var check: CopyCheck
        /// Rewrites packets into the form that all sections have in the file; nil when they have it.
        var filter: BitstreamFilter?
        /// Decodes packets that are encoded anew.
        var decoder: Decoder?
        /// Whether a packet of it was written.
        var hasBegun = false

        init(_ stream: InputStream) {
            self.stream = stream
            check = CopyCheck(stream)
        }
    }

    /// What reading gives.
    enum Element {
        /// A packet with the timestamps of its section, and what is to be added to them.
        case packet(Packet, Source, offset: MediaTime)
        /// All of a section was read.
        case sectionEnd([Source])
        /// All sections were read.
        case end
    }

    private final class OpenSection {
        let input: InputFile
        let sources: [Int: Source]
        /// The kind of stream that decides where the section starts and ends.
        let leading: InputStream.Kind
        var correction: TimelineCorrection
        /// Packets that were read until the start of the section was known.
        var waiting: [Packet] = []
        var next = 0
        var offset = MediaTime.zero
        /// Where the leading stream ends, in the file.
        var end: MediaTime?
        /// The last timestamp of the leading stream, and how far it was from the one before.
        var last: MediaTime?
        var step = MediaTime.zero

        init(_ input: InputFile, _ streams: [InputStream]) {
            self.input = input
            sources = Dictionary(uniqueKeysWithValues: streams.map { ($0.index, Source($0)) })
            leading = streams.contains { $0.kind == .video } ? .video : .audio
            correction = TimelineCorrection(allowsJumps: input.allowsTimestampJumps)
        }
    }

    let playlist: PlaylistSections
    private let kinds: Set<InputStream.Kind>
    private let cancellation: Cancellation
    private var section: OpenSection?
    /// The number of the section to open next.
    private(set) var next = 0
    private(set) var clock = SectionClock()
    /// How far the file is filled.
    private(set) var time = MediaTime.zero
    private(set) var damagedPackets = 0

    /// Pictures are shown in another order than they are decoded in, by up to 16 (ITU-T H.264 A.3.1).
    private static let reorderedPictures = 17
    private static let greatestWaiting = 64 << 20
    /// Sound that starts so much earlier than the pictures of a section is where the section starts.
    private static let greatestLead = MediaTime(seconds: 1)

    /// - Parameter kinds: The streams that are read.
    init(_ playlist: PlaylistSections, kinds: Set<InputStream.Kind>, _ cancellation: Cancellation) {
        self.playlist = playlist
        self.kinds = kinds
        self.cancellation = cancellation
    }

    /// The section that the next reading opens; nil when one is open, or there are no more.
    var opening: PlaylistSections.Section? {
        section == nil ? unopened : nil
    }

    /// The first section that was not opened yet.
    var unopened: PlaylistSections.Section? {
        next < playlist.sections.count ? playlist.sections[next] : nil
    }

    var isOver: Bool { section == nil && unopened == nil }

    /// Opens a section and chooses its streams.
    func open(_ number: Int) throws(ConversionError) -> (input: InputFile, streams: [InputStream]) {
        let input = try InputFile(path: playlist.path, localPlaylist: playlist.sections[number].text) {
            [cancellation] in cancellation.isCancelled
        }
        let streams = try TrackSelection(input).streams.filter { kinds.contains($0.kind) }
        return (input, streams)
    }

    /// Reads on.
    ///
    /// - Parameter other: Where the sections of the variant are that a rendition belongs to.
    func read(beside other: SectionReader? = nil) throws -> Element {
        guard let section = try section ?? begin(beside: other) else { return .end }
        guard let packet = try nextPacket(of: section), let source = section.sources[packet.streamIndex] else {
            clock.finish(end: section.end, correction: section.correction.offset)
            self.section = nil
            return .sectionEnd(Array(section.sources.values))
        }
        note(packet, source, section)
        return .packet(packet, source, offset: section.offset)
    }

    private func begin(beside other: SectionReader?) throws -> OpenSection? {
        guard let declared = unopened else { return nil }
        let number = next
        let (input, streams) = try open(number)
        next += 1
        input.select(Set(streams.map(\.index)))
        let section = OpenSection(input, streams)
        let first = try readFirst(of: section)
        let isParallel = other?.playlist.sections.count == playlist.sections.count
        section.offset = clock.place(
            declared,
            number: number,
            first: first ?? declared.start,
            beside: other?.clock.placement(beside: declared, number: number, isParallel: isParallel)
        )
        self.section = section
        return section
    }

    /// Reads until it is known when the section starts, which the first packet need not show.
    private func readFirst(of section: OpenSection) throws -> MediaTime? {
        var (bytes, leadingPackets) = (0, 0)
        var (first, earliest): (MediaTime?, MediaTime?)
        while leadingPackets < Self.reorderedPictures, bytes < Self.greatestWaiting,
            let packet = try readPacket(of: section), let source = section.sources[packet.streamIndex]
        {
            bytes += packet.byteCount
            section.waiting.append(packet)
            let timeBase = source.stream.timeBase
            guard let time = packet.pts(in: timeBase) ?? packet.dts(in: timeBase) else { continue }
            earliest = min(earliest ?? time, time)
            guard source.stream.kind == section.leading else { continue }
            leadingPackets += 1
            first = min(first ?? time, time)
        }
        guard let first, let earliest else { return earliest }
        return first - earliest > Self.greatestLead ? earliest : first
    }

    private func nextPacket(of section: OpenSection) throws -> Packet? {
        guard section.next < section.waiting.count else { return try readPacket(of: section) }
        defer { section.next += 1 }
        return section.waiting[section.next]
    }

    private func readPacket(of section: OpenSection) throws -> Packet? {
        while true {
            try cancellation.check()
            let packet = Packet()
            guard try section.input.read(into: packet) else { return nil }
            guard let source = section.sources[packet.streamIndex] else { continue }
            section.correction.apply(to: packet, timeBase: source.stream.timeBase)
            switch source.check.judge(packet) {
            case .whole: return packet
            case .wholeBehindLoss:
                damagedPackets += 1
                return packet
            case .damaged: damagedPackets += 1
            case .nothing: break
            }
        }
    }

    private func note(_ packet: Packet, _ source: Source, _ section: OpenSection) {
        let timeBase = source.stream.timeBase
        let decoded = packet.dts(in: timeBase) ?? packet.pts(in: timeBase)
        if let decoded { time = max(time, decoded + section.offset) }
        guard source.stream.kind == section.leading, let shown = packet.pts(in: timeBase) ?? decoded else { return }
        if let last = section.last, let decoded, decoded > last { section.step = decoded - last }
        section.last = decoded
        let end = shown + (packet.duration(in: timeBase) ?? section.step) + section.offset
        section.end = max(section.end ?? end, end)
    }
}
