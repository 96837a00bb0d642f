import CFFmpeg
import HLSKit

/// Finds the packets of the sound of an input, whichever stream of the same kind it goes on in.
struct SoundFollower<Element> {
    /// The stream that was chosen.
    let stream: InputStream
    private let picture: InputStream?
    private var succession: SoundSuccession<Element>
    /// Whether a stream may go on with the sound, as far as that is known.
    private var isSuccessor: [Int: Bool]
    /// Where the last packet of each stream but the chosen one ends, in the stream's time base.
    private var lastEnd: [Int: Int64] = [:]

    /// Begins with the stream that was chosen.
    ///
    /// - Parameter picture: The stream of the picture, whose program it is.
    init(_ stream: InputStream, in input: InputFile, picture: InputStream?) {
        self.stream = stream
        self.picture = picture
        succession = SoundSuccession(stream: stream.index)
        isSuccessor = [stream.index: true]
        for other in input.streams where other.index != stream.index {
            isSuccessor[other.index] = input.mayContinue(stream, in: other, picture: picture)
        }
    }

    /// The streams that must be read.
    var streams: Set<Int> { Set(isSuccessor.filter(\.value).keys) }

    /// Whether a packet is of the stream that is heard.
    mutating func isHeard(_ packet: Packet) -> Bool {
        guard packet.streamIndex == succession.stream else { return false }
        if packet.streamIndex != stream.index { completeTimes(of: packet) }
        succession.goOn()
        return true
    }

    /// Keeps what a packet of another stream holds, and gives it out as soon as it is clear that the sound goes on in it.
    ///
    /// - Returns: Nil for a packet that is not of such a stream.
    mutating func add(_ element: Element, of packet: Packet, in input: InputFile) -> [Element]? {
        let index = packet.streamIndex
        let known = isSuccessor[index]
        let mayContinue =
            known ?? input.streams.contains { $0.index == index && input.mayContinue(stream, in: $0, picture: picture) }
        if known == nil { isSuccessor[index] = mayContinue }
        if mayContinue { completeTimes(of: packet) }
        guard mayContinue, let start = packet.dts(in: stream.timeBase) ?? packet.pts(in: stream.timeBase) else {
            return nil
        }
        let duration = packet.duration(in: stream.timeBase) ?? .zero
        return succession.add(element, stream: index, start: start, duration: duration)
    }

    /// FFmpeg tells no durations of a stream that it meets after the start, and no times but of the first frame of a PES packet.
    private mutating func completeTimes(of packet: Packet) {
        let fields = packet.pointer
        let samples = av_get_audio_frame_duration2(stream.parameters, fields.pointee.size)
        guard fields.pointee.duration <= 0, samples > 0, stream.sampleRate > 0 else { return }
        let sampleTime = AVRational(num: 1, den: Int32(stream.sampleRate))
        fields.pointee.duration = av_rescale_q(Int64(samples), sampleTime, stream.timeBase)
        if fields.pointee.dts == w2g_no_timestamp { fields.pointee.dts = fields.pointee.pts }
        if fields.pointee.dts == w2g_no_timestamp, let end = lastEnd[packet.streamIndex] { fields.pointee.dts = end }
        guard fields.pointee.dts != w2g_no_timestamp else { return }
        fields.pointee.pts = fields.pointee.dts
        lastEnd[packet.streamIndex] = fields.pointee.dts &+ fields.pointee.duration
    }

    /// Gives out what only the end shows to belong to the sound.
    mutating func finish() -> [Element] { succession.finish() }
}
