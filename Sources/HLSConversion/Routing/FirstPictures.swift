import CFFmpeg

/// What the first decoded pictures of a stream show.
enum FirstPictures {
    /// Enough to get past a black or still start.
    private static let count = 50
    /// Packets that are read for them, of all streams.
    private static let greatestPacketCount = 5_000

    /// Whether one of the first pictures consists of two fields.
    ///
    /// Opens the input a second time, so that the first reading stays where it is.
    static func areInterlaced(in stream: InputStream, _ cancellation: Cancellation) throws(ConversionError) -> Bool {
        let input = try InputFile(path: stream.owner.path) { cancellation.isCancelled }
        input.select([stream.index])
        guard let stream = input.streams.first(where: { $0.index == stream.index }) else { return false }
        let decoder = try Decoder(stream: stream)
        let packet = Packet()
        var decoded = 0
        var isInterlaced = false
        for _ in 0..<greatestPacketCount {
            let hasRead = try input.read(into: packet)
            guard !hasRead || packet.streamIndex == stream.index else { continue }
            _ = decoder.decode(hasRead ? packet : nil) { frame in
                decoded += 1
                isInterlaced = isInterlaced || frame.isInterlaced
            }
            if isInterlaced || decoded >= count || !hasRead { break }
        }
        return isInterlaced
    }
}
