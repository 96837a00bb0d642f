import HLSKit

extension PlainMP4Film {
    /// The tracks in the order of the output.
    var tracks: [Track] {
        [picture?.track, sound?.track].compactMap(\.self)
    }

    /// How each track is coded.
    var codecs: [ElementaryStream.Codec] {
        [picture.map { _ in .h264 }, sound.map { _ in .aac }].compactMap(\.self)
    }

    /// A place in the samples of a track.
    private struct Cursor {
        let track: Track
        private var iterator: FilmSamples.Iterator
        /// The next sample that is presented.
        private(set) var sample: MP4Sample?

        init(_ track: Track) {
            self.track = track
            iterator = track.samples.makeIterator()
            advance()
        }

        mutating func advance() {
            repeat {
                sample = iterator.next()
            } while sample.map { $0.byteRange.isEmpty || !track.timeline.presents($0) } ?? false
        }

        /// The decoding time of the next sample.
        var time: MediaTime? { sample.map(track.timeline.dts) }
    }

    /// Gives out the access units of all tracks by decoding time.
    ///
    /// A file that is cut while it is read ends there.
    /// - Parameter body: Gets the number of the track and a unit of it.
    /// - Returns: Whether the file was whole to its end.
    /// - Throws: ``ConversionError`` when the file cannot be read; what `body` throws.
    func forEachUnit(_ body: (_ track: Int, _ unit: AccessUnit) throws -> Void) throws -> Bool {
        var cursors = tracks.map(Cursor.init)
        var reader = BlockReader(file)
        while let index = cursors.indices.filter({ cursors[$0].sample != nil }).min(by: {
            (cursors[$0].time ?? .zero) < (cursors[$1].time ?? .zero)
        }), let sample = cursors[index].sample {
            let timeline = cursors[index].track.timeline
            let bytes = reader.read(sample.byteRange)
            guard bytes.count == sample.byteRange.count else {
                try file.check()
                return false
            }
            let unit = AccessUnit(
                bytes,
                pts: timeline.pts(sample),
                dts: timeline.dts(sample),
                duration: timeline.duration(sample)
            )
            try body(index, unit)
            cursors[index].advance()
        }
        try file.check()
        return true
    }
}
