/// Refuses packets once a conversion is cancelled, so that encoders which still hold many stop giving them out.
final class CancellableSink: PacketSink {
    private let sink: any PacketSink
    private let cancellation: Cancellation

    init(_ sink: any PacketSink, cancellation: Cancellation) {
        self.sink = sink
        self.cancellation = cancellation
    }

    func configure(track: Int, _ description: TrackDescription) throws {
        try sink.configure(track: track, description)
    }

    func write(_ packet: Packet, track: Int) throws {
        try cancellation.check()
        try sink.write(packet, track: track)
    }

    func end(track: Int) throws {
        try sink.end(track: track)
    }

    func finish() throws {
        try cancellation.check()
        try sink.finish()
    }

    func abandon() {
        sink.abandon()
    }

    var output: PackagedOutput { sink.output }
}
