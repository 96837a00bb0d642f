import CFFmpeg
import HLSKit

/// Tells from the packets of AAC whether channels or sampling rate change on the way, so that it cannot be copied as one
/// stream.
struct SoundSurvey {
    /// What a player sets its decoder up for.
    private struct Form: Hashable {
        var objectType: UInt8
        var sampleRate: Int
        var channels: UInt8
    }

    private var follower: SoundFollower<Form?>
    private var first: Form?
    /// Another form that came last, and how often in a row.
    private var other: (form: Form, count: Int)?
    /// Whether the form changes.
    private(set) var changes = false

    /// Damage makes one frame look like another now and then.
    private static let leastCount = 4

    /// Begins with the stream that is chosen.
    init(_ stream: InputStream, in input: InputFile, picture: InputStream?) {
        follower = SoundFollower(stream, in: input, picture: picture)
        first = AudioSpecificConfiguration(stream.extradata).map(Self.form)
    }

    /// The streams that must be read.
    var streams: Set<Int> { follower.streams }

    /// Whether the form of a stream can change, and can be seen: AAC with a header in each frame, or in FLV.
    static func isNeeded(for stream: InputStream) -> Bool {
        stream.codec == AV_CODEC_ID_AAC && (stream.extradata.isEmpty || stream.owner.formatName.hasSuffix("flv"))
    }

    /// Takes a packet of an input.
    mutating func add(_ packet: Packet, in input: InputFile) {
        guard follower.isHeard(packet) else {
            for form in follower.add(Self.form(of: packet), of: packet, in: input) ?? [] { add(form) }
            return
        }
        // A header of FLV is in front of the frames that it is for.
        if let extradata = packet.newExtradata, let form = AudioSpecificConfiguration(extradata).map(Self.form) {
            changes = changes || first.map { $0 != form } ?? false
            first = first ?? form
        }
        add(Self.form(of: packet))
    }

    /// Takes what only the end shows.
    mutating func finish() {
        for form in follower.finish() { add(form) }
    }

    private mutating func add(_ form: Form?) {
        guard let form, !changes else { return }
        guard let first else {
            self.first = form
            return
        }
        guard form != first else {
            other = nil
            return
        }
        let count = other?.form == form ? (other?.count ?? 0) + 1 : 1
        other = (form, count)
        changes = count >= Self.leastCount
    }

    /// The form that a packet tells; nil when it tells none.
    private static func form(of packet: Packet) -> Form? {
        packet.withBytes { bytes in
            guard let header = ADTSHeader(bytes), header.frameLength == bytes.count else { return nil }
            return Form(
                objectType: header.objectType,
                sampleRate: AudioSpecificConfiguration.sampleRates[Int(header.sampleRateIndex)],
                channels: header.channelConfiguration
            )
        }
    }

    private static func form(_ configuration: AudioSpecificConfiguration) -> Form {
        Form(
            objectType: configuration.objectType,
            sampleRate: configuration.sampleRate,
            channels: configuration.channelConfiguration
        )
    }
}
