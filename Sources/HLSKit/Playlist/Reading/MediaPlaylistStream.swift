/// Reads a media playlist that comes in pieces, and hands its segments over a few at a time: a playlist of any length
/// takes little memory.
///
/// The numbers and variables of segments are those of a whole playlist only when its outline is known, which is what a
/// first reading gives. Start times and dates that are counted on from other segments are those within their list.
package struct MediaPlaylistStream {
    /// So much text is looked at together.
    private static let stride = 1 << 15

    private var reader: MediaPlaylistReader
    /// How many segments are handed over at once.
    private let listLength: Int
    /// What is kept of the text.
    private var text: [UInt8] = []
    /// Where the last line ends that is there as a whole.
    private var end = 0

    /// - Parameters:
    ///   - configuration: What a reader has to know.
    ///   - outline: What an earlier reading has found out about the whole.
    ///   - listLength: How many segments are handed over at once.
    package init(
        configuration: PlaylistReader.Configuration,
        outline: MediaPlaylist? = nil,
        listLength: Int = 512
    ) {
        reader = MediaPlaylistReader(configuration: configuration, outline: outline)
        self.listLength = max(1, listLength)
    }

    /// Whether it is no media playlist at all; false as long as nothing tells.
    package var isMultivariant: Bool { reader.isMultivariant ?? false }

    /// Takes in the next piece of the text.
    ///
    /// - Parameter body: Called with each list of segments that is full.
    package mutating func push<Failure: Error>(
        _ piece: some Collection<UInt8>,
        _ body: (MediaSegments) throws(Failure) -> Void
    ) throws(Failure) {
        var rest = piece[...]
        while !rest.isEmpty {
            let next = rest.prefix(Self.stride)
            rest = rest.dropFirst(Self.stride)
            let start = text.count
            text.append(contentsOf: next)
            // The last line may go on in the next piece.
            guard let newline = text[start...].lastIndex(of: 0x0A) else { continue }
            end = newline + 1
            try read(body)
        }
    }

    /// Reads the last lines.
    ///
    /// - Parameter body: Called with the segments that were not handed over yet.
    /// - Returns: What the playlist says apart from its segments.
    package mutating func finish<Failure: Error>(
        _ body: (MediaSegments) throws(Failure) -> Void
    ) throws(Failure) -> MediaPlaylist {
        end = text.count
        try read(body)
        if !reader.segments.isEmpty { try handOver(body) }
        return reader.assemble(text)
    }

    private mutating func read<Failure: Error>(
        _ body: (MediaSegments) throws(Failure) -> Void
    ) throws(Failure) {
        while reader.read(text, to: end, most: listLength) { try handOver(body) }
    }

    private mutating func handOver<Failure: Error>(
        _ body: (MediaSegments) throws(Failure) -> Void
    ) throws(Failure) {
        let (segments, rest) = reader.takeSegments(text)
        end += rest.count - text.count
        text = rest
        try body(segments)
    }
}
