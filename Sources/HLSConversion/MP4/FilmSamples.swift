import HLSKit

/// The samples of a track in the order of decoding, wherever the file lists them.
enum FilmSamples: Sequence {
    /// In the tables of the movie box.
    case table(SampleTable)
    /// In fragments.
    case fragments(FragmentedSamples)

    func makeIterator() -> Iterator {
        switch self {
        case .table(let table): Iterator(table: table.makeIterator())
        case .fragments(let samples): Iterator(fragments: samples.makeIterator())
        }
    }

    /// Goes through the one or the other.
    struct Iterator: IteratorProtocol {
        fileprivate var table: SampleTable.Iterator?
        fileprivate var fragments: FragmentedSamples.Iterator?

        mutating func next() -> MP4Sample? {
            table?.next() ?? fragments?.next()
        }
    }
}
