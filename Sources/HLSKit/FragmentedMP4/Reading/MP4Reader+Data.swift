extension MP4Reader {
    /// Checks that all samples lie in media data that is there.
    mutating func checkData() {
        let data = file.boxes.filter { $0.type == "mdat" || $0.type == "imda" }
            .map { $0.byteRange.lowerBound + $0.headerLength..<$0.byteRange.upperBound }
        for fragment in file.fragments {
            for track in fragment.tracks {
                for run in track.runs where !Self.contains(run.byteRange, in: data) {
                    let kind = MP4Problem.Kind.dataOutside(
                        offset: run.byteRange.lowerBound,
                        byteCount: run.byteRange.count
                    )
                    log.add(kind, offset: fragment.byteRange.lowerBound, path: ["moof", "traf", "trun"])
                }
            }
        }
        guard let movie = file.movie else { return }
        let offset = file.boxes.first { $0.type == "moov" }?.byteRange.lowerBound ?? 0
        for track in movie.tracks {
            guard let range = Self.firstOutside(track.samples, data) else { continue }
            let kind = MP4Problem.Kind.dataOutside(offset: range.lowerBound, byteCount: range.count)
            log.add(kind, offset: offset, path: ["moov", "trak", "mdia", "minf", "stbl", "stco"])
        }
    }

    /// The first chunk of a track that is outside of the media data.
    private static func firstOutside(_ samples: SampleTable, _ data: [Range<Int>]) -> Range<Int>? {
        var cursor = ChunkCursor()
        var index = 0
        while index < samples.count, let stated = cursor.nextChunk(in: samples) {
            let count = min(Int(stated), samples.count - index)
            var end = cursor.offset
            if let size = samples.fixedSize {
                end = clampedSum(end, clampedProduct(count, size))
            } else {
                for sample in index..<index + count { end = clampedSum(end, Int(samples.size(sample))) }
            }
            guard contains(cursor.offset..<end, in: data) else { return cursor.offset..<end }
            index += count
        }
        return nil
    }

    /// True when a range is within one of others, which are in rising order and apart.
    private static func contains(_ range: Range<Int>, in data: [Range<Int>]) -> Bool {
        if range.isEmpty { return true }
        var low = 0
        var high = data.count
        while low < high {
            let middle = (low + high) / 2
            if data[middle].upperBound <= range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low < data.count && data[low].lowerBound <= range.lowerBound && range.upperBound <= data[low].upperBound
    }
}

/// The sum of two numbers, or the greatest or least number there is.
func clampedSum(_ left: Int, _ right: Int) -> Int {
    let (sum, overflows) = left.addingReportingOverflow(right)
    return overflows ? (right < 0 ? .min : .max) : sum
}

/// The product of a number of things and the size of each, or the greatest number there is.
func clampedProduct(_ count: Int, _ size: UInt32) -> Int {
    let (product, overflows) = count.multipliedReportingOverflow(by: Int(size))
    return overflows ? .max : product
}
