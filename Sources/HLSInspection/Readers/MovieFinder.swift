import HLSKit

/// Finds the tracks of an MP4 file, wherever they stand in it, without reading its media data.
struct MovieFinder {
    let loader: any ResourceLoader

    /// Less is read and thrown away.
    private static let leastSkip = 1 << 20

    /// The tracks; nil when the file has none.
    ///
    /// - Throws: What the loader throws.
    func movie(in url: String) async throws(InspectionError) -> MP4Movie? {
        var reader = MP4StreamReader()
        var movie: MP4Movie?
        var hasFragments = false
        while movie == nil, !hasFragments {
            let start = reader.byteCount
            var current = reader
            try await loader.load(url, range: start == 0 ? nil : ByteRange(length: .max - start, start: start)) {
                chunk in
                current.push(chunk) { output in
                    switch output {
                    case .movie(let found): movie = found
                    case .fragment: hasFragments = true
                    default: break
                    }
                }
                return movie == nil && !hasFragments && current.skippableByteCount < Self.leastSkip
            }
            reader = current
            // Nothing more came, or what comes is no box.
            guard reader.byteCount > start, reader.skippableByteCount < .max - reader.byteCount else { return movie }
            reader.skip(reader.skippableByteCount)
        }
        return movie
    }
}
