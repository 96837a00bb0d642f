import CFFmpeg
import HLSKit

/// An open input: its streams and its packets.
///
/// Owns the `AVFormatContext` and the bytes behind it.
final class InputFile {
    let path: String
    private let source: InputSource
    /// Nil when nothing but the file itself is opened.
    private let folder: InputFolder?
    private var context: UnsafeMutablePointer<AVFormatContext>?

    /// Demuxers that "recognise" any text or open other files by design; nobody converts a film with them.
    private static let refusedFormats: Set<String> = [
        "tty", "bin", "adf", "idf", "xbin", "concat", "ffmetadata", "lavfi", "image2", "rawvideo", "data",
    ]

    /// Opens an input and finds out what its streams are.
    ///
    /// - Parameter isLocalPlaylist: Whether it is a playlist whose files, in the same folder, are opened too.
    /// - Throws: ``ConversionError`` with a sentence on what is wrong with the input.
    convenience init(
        path: String,
        isLocalPlaylist: Bool = false,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws(ConversionError) {
        let source = try InputSource(path: path, isCancelled: isCancelled)
        try self.init(path: path, source, isLocalPlaylist: isLocalPlaylist, isCancelled: isCancelled)
    }

    /// Opens what a playlist in a folder names, with another text than its file has.
    convenience init(
        path: String,
        localPlaylist text: [UInt8],
        isCancelled: @escaping @Sendable () -> Bool
    ) throws(ConversionError) {
        let source = InputSource(bytes: text, isCancelled: isCancelled)
        try self.init(path: path, source, isLocalPlaylist: true, isCancelled: isCancelled)
    }

    private init(
        path: String,
        _ source: InputSource,
        isLocalPlaylist: Bool,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws(ConversionError) {
        self.path = path
        self.source = source
        folder = isLocalPlaylist ? InputFolder(of: path, isCancelled: isCancelled) : nil
        guard let allocated = avformat_alloc_context() else { fatalError("out of memory") }
        allocated.pointee.pb = source.context
        allocated.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
        allocated.pointee.io_open = { _, _, _, _, _ in w2g_error_from_errno(EPERM) }
        folder?.attach(to: allocated)
        context = allocated

        var options: OpaquePointer?
        av_dict_set(&options, "protocol_whitelist", "none", 0)
        defer { av_dict_free(&options) }
        // On failure this frees the context and clears the variable.
        let opened = avformat_open_input(&context, path, nil, &options)
        if opened < 0 { throw Self.unusable(path, opened, source: source, isCancelled: isCancelled) }
        if Self.refusedFormats.contains(formatName) || formatName.hasSuffix("_pipe") {
            close()
            throw ConversionError(
                .inputNotUsable,
                "'\(path)' is not a video or audio file: give a film, such as an MP4, MKV or TS file"
            )
        }
        let found = avformat_find_stream_info(context, nil)
        if found < 0 {
            close()
            throw Self.unusable(path, found, source: source, isCancelled: isCancelled)
        }
    }

    deinit {
        close()
    }

    private func close() {
        avformat_close_input(&context)
    }

    private static func unusable(
        _ path: String,
        _ code: Int32,
        source: InputSource,
        isCancelled: () -> Bool
    ) -> ConversionError {
        if isCancelled() { return ConversionError(.cancelled, "cancelled") }
        if let number = source.failure {
            return ConversionError(.inputOutput, "'\(path)' cannot be read: \(FileSystem.text(number))")
        }
        if code == w2g_error_from_errno(EPERM) {
            return ConversionError(
                .inputNotUsable,
                "'\(path)' only names other files or addresses, which are not opened: give the film itself, or a playlist to 'download'"
            )
        }
        if source.begins(with: Array("#EXTM3U".utf8)) {
            return ConversionError(
                .inputNotUsable,
                "'\(path)' is a playlist, whose files are not opened: give the film itself, or the playlist to 'download'"
            )
        }
        return ConversionError(
            .inputNotUsable,
            "'\(path)' is not a video or audio file that FFmpeg can read, or it is cut off before its index",
            cause: FFmpegError(code: code).text
        )
    }

    /// Opens the same input once more, to read it from the start.
    func reopened(_ isCancelled: @escaping @Sendable () -> Bool) throws(ConversionError) -> InputFile {
        try InputFile(path: path, isLocalPlaylist: folder != nil, isCancelled: isCancelled)
    }

    // MARK: What it is

    /// The demuxer's short name; several separated by commas for families such as MP4's.
    var formatName: String {
        context?.pointee.iformat?.pointee.name.map { String(cString: $0) } ?? ""
    }

    /// The streams in the order of the file.
    var streams: [InputStream] {
        guard let context, let list = context.pointee.streams else { return [] }
        return (0..<Int(context.pointee.nb_streams)).compactMap { index in
            list[index].map { InputStream(pointer: $0, index: index, owner: self) }
        }
    }

    /// What the container says of its length; nil when it does not.
    var duration: MediaTime? {
        context.flatMap { MediaTime($0.pointee.duration, in: .microseconds) }.flatMap { $0 > .zero ? $0 : nil }
    }

    /// The length that the head of the file promises, without what lies before its first timestamp; nil when it promises none.
    ///
    /// Transport streams have no such head: their length is reckoned from timestamps, which may jump.
    var claimedDuration: MediaTime? {
        guard let context, let duration, context.pointee.duration_estimation_method == AVFMT_DURATION_FROM_STREAM else {
            return nil
        }
        return duration - max(.zero, MediaTime(context.pointee.start_time, in: .microseconds) ?? .zero)
    }

    /// Whether timestamps may jump in the middle, as in transport streams.
    var allowsTimestampJumps: Bool {
        (context?.pointee.iformat?.pointee.flags ?? 0) & AVFMT_TS_DISCONT != 0
    }

    /// The streams that belong to the same program as a stream; nil when the file has no programs.
    func programStreams(of stream: Int) -> Set<Int>? {
        guard let context, let program = av_find_program_from_stream(context, nil, Int32(stream)) else { return nil }
        let count = Int(program.pointee.nb_stream_indexes)
        guard let indexes = program.pointee.stream_index else { return nil }
        return Set((0..<count).map { Int(indexes[$0]) })
    }

    /// The numbers of the tracks of an MP4 film whose samples are encrypted, of which FFmpeg does not tell.
    private(set) lazy var encryptedTracks: Set<Int> = MP4Film.encryptedTracks(of: path)

    /// Whether a stream of a transport stream is scrambled (ISO/IEC 13818-1 2.4.3.3): from its first packet on, and for long.
    func isScrambled(_ pid: UInt16) -> Bool {
        var demuxer = TransportStreamDemuxer()
        var (isScrambled, isClear) = (false, false)
        var offset: Int64 = 0
        repeat {
            let bytes = peek(at: offset, count: Self.inspectedBytes)
            guard !bytes.isEmpty else { break }
            offset += Int64(bytes.count)
            demuxer.push(bytes) { output in
                switch output {
                case .accessUnit(let unit) where unit.pid == pid: isClear = true
                case .event(let event) where event.pid == pid && event.kind == .scrambled: isScrambled = true
                case .event(let event) where event.pid == pid && event.kind == .descrambled: isClear = true
                default: break
                }
            }
            // A receiver may take some seconds until it descrambles.
        } while isScrambled && !isClear && offset < Self.greatestScrambledBytes
        return isScrambled && !isClear
    }

    /// Bytes in which each stream of a transport stream has packets.
    private static let inspectedBytes = 1 << 20
    private static let greatestScrambledBytes = 16 << 20

    /// Whether the sound of a recording may go on in another stream: one of the same coding, and of no other program.
    ///
    /// - Parameter picture: The stream of the picture, whose program it is.
    func mayContinue(_ sound: InputStream, in other: InputStream, picture: InputStream?) -> Bool {
        guard formatName == "mpegts", other.index != sound.index, other.kind == .audio,
            Self.isSameCoding(sound.codec, other.codec),
            other.timeBase == sound.timeBase
        else { return false }
        // A stream that is not in the newest map is in no program.
        guard let program = programStreams(of: other.index) else { return true }
        if let picture { return program.contains(picture.index) }
        return programStreams(of: sound.index).map { $0.contains(other.index) } ?? true
    }

    /// Which layer of MPEG audio it is only the frames tell.
    private static func isSameCoding(_ first: AVCodecID, _ second: AVCodecID) -> Bool {
        let layers = [AV_CODEC_ID_MP1, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3]
        return first == second || layers.contains(first) && layers.contains(second)
    }

    var hasPrograms: Bool { (context?.pointee.nb_programs ?? 0) > 0 }

    // MARK: Reading

    /// Makes the demuxer skip every stream but some.
    func select(_ indexes: Set<Int>) {
        for stream in streams {
            stream.pointer.pointee.discard = indexes.contains(stream.index) ? AVDISCARD_DEFAULT : AVDISCARD_ALL
        }
    }

    /// Fills a packet with the next access unit of the selected streams.
    ///
    /// - Returns: False at the end of the file. Damage in the middle is skipped where the demuxer can.
    func read(into packet: Packet) throws(ConversionError) -> Bool {
        packet.reset()
        guard let context else { return false }
        var attempts = 0
        while true {
            let result = av_read_frame(context, packet.pointer)
            if result >= 0 { return true }
            if result == w2g_error_exit { throw ConversionError(.cancelled, "cancelled") }
            if let number = source.failure {
                throw ConversionError(.inputOutput, "'\(path)' cannot be read: \(FileSystem.text(number))")
            }
            // Demuxers answer damage with an error and can often go on behind it.
            attempts += 1
            guard result == w2g_error_invalid_data || result == w2g_error_again, attempts < 100 else { return false }
        }
    }

    /// Reads to the end, with the timestamps of all streams moved as for the output.
    ///
    /// - Parameter body: Gets each packet of the streams and the unit of its timestamps; the packet is used again.
    func forEachPacket(of indexes: Set<Int>, _ body: (Packet, AVRational) -> Void) throws(ConversionError) {
        select(indexes)
        var timeBases: [Int: AVRational] = [:]
        for stream in streams where indexes.contains(stream.index) { timeBases[stream.index] = stream.timeBase }
        guard timeBases.count == indexes.count else {
            throw ConversionError(.inputNotUsable, "'\(path)' changed while it was read")
        }
        var correction = TimelineCorrection(allowsJumps: allowsTimestampJumps)
        let packet = Packet()
        while try read(into: packet) {
            guard let timeBase = timeBases[packet.streamIndex] else { continue }
            correction.apply(to: packet, timeBase: timeBase)
            body(packet, timeBase)
        }
    }

    /// Goes to a place near the end: what is read from there on is the last of the streams.
    ///
    /// Where the demuxer cannot go there, reading goes on from where it is.
    func seek(to time: MediaTime) {
        let microseconds = av_rescale_q(time.ticks, .mediaTime, .microseconds)
        _ = av_seek_frame(context, -1, microseconds, AVSEEK_FLAG_BACKWARD)
    }

    /// When the first stream begins; zero when that is not known.
    var startTime: MediaTime {
        context.flatMap { MediaTime($0.pointee.start_time, in: .microseconds) } ?? .zero
    }

    /// Whether the length is what timestamps or the head of the file tell, not a guess from the number of bytes.
    var isDurationKnown: Bool {
        guard let context, duration != nil else { return false }
        return context.pointee.duration_estimation_method != AVFMT_DURATION_FROM_BITRATE
    }

    /// Reads bytes at a place of the file without moving the demuxer; fewer at the end.
    func peek(at offset: Int64, count: Int) -> [UInt8] {
        guard let io = context?.pointee.pb else { return [] }
        let place = avio_seek(io, 0, SEEK_CUR)
        defer { avio_seek(io, place, SEEK_SET) }
        guard offset >= 0, avio_seek(io, offset, SEEK_SET) == offset else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = Int(max(0, avio_read(io, buffer.baseAddress, Int32(count))))
        }
    }
}
