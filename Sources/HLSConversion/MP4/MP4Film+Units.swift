import HLSKit

extension MP4Film {
    /// The tracks in the order of the output.
    var tracks: [Track] {
        [picture?.track, sound?.track].compactMap(\.self)
    }

    /// How each track is coded.
    var codings: [Coding] {
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

    /// How it went to read a film.
    struct Reading {
        /// Whether the file was there to its end.
        var isWhole = true
        /// Pictures whose parts do not come out even.
        var damagedUnits = 0
    }

    /// Gives out the access units of all tracks by decoding time.
    ///
    /// A file that is cut while it is read ends there.
    /// - Parameter body: Gets the number of the track and a unit of it.
    /// - Throws: ``ConversionError`` when the file cannot be read; what `body` throws.
    func forEachUnit(_ body: (_ track: Int, _ unit: AccessUnit) throws -> Void) throws -> Reading {
        let tracks = tracks
        var reader = BlockReader(file)
        var reading = Reading()
        try forEachSample { index, sample in
            let timeline = tracks[index].timeline
            // Tables that somebody writes to meanwhile may say anything.
            let isCredible = sample.byteRange.count <= Self.greatestSampleSize
            let bytes = isCredible ? reader.read(sample.byteRange) : []
            guard bytes.count == sample.byteRange.count else {
                reading.isWhole = false
                return false
            }
            let unit = AccessUnit(
                bytes,
                pts: timeline.pts(sample),
                dts: timeline.dts(sample),
                duration: timeline.duration(sample),
                isKey: sample.isSync
            )
            if let framing = tracks[index].framing, !framing.forEachUnit(in: bytes.span, { _ in }) {
                reading.damagedUnits += 1
            }
            try body(index, unit)
            return true
        }
        try file.check()
        return reading
    }

    /// Gives out when the access units of all tracks are presented, in the same order, without reading their bytes.
    func forEachTiming(_ body: (_ track: Int, _ timing: UnitTiming) throws -> Void) throws {
        let tracks = tracks
        try forEachSample { index, sample in
            let timeline = tracks[index].timeline
            let timing = UnitTiming(
                pts: timeline.pts(sample),
                dts: timeline.dts(sample),
                duration: timeline.duration(sample),
                isRandomAccess: sample.isSync
            )
            try body(index, timing)
            return true
        }
        try file.check()
    }

    /// Goes through the samples that are presented of all tracks by decoding time, until `body` wants no more.
    private func forEachSample(_ body: (_ track: Int, _ sample: MP4Sample) throws -> Bool) throws {
        var cursors = tracks.map(Cursor.init)
        while true {
            var next: (index: Int, time: MediaTime)?
            for index in cursors.indices {
                guard let time = cursors[index].time, next.map({ time < $0.time }) ?? true else { continue }
                next = (index, time)
            }
            guard let index = next?.index, let sample = cursors[index].sample, try body(index, sample) else { return }
            cursors[index].advance()
        }
    }
}
