import HLSKit

/// The samples of a track that are in fragments, which are read from the file as they are gone through.
struct FragmentedSamples: Sequence {
    private let file: RandomAccessFile
    /// The number of the track.
    private let track: UInt32

    /// Finds the samples of a track.
    init(of track: UInt32, in file: RandomAccessFile) {
        self.file = file
        self.track = track
    }

    func makeIterator() -> Iterator {
        Iterator(fragments: FragmentReader(file), track: track)
    }

    /// Goes from fragment to fragment.
    struct Iterator: IteratorProtocol {
        private var fragments: FragmentReader
        private let track: UInt32
        private var parts: ArraySlice<AnyIterator<MP4Sample>> = []

        fileprivate init(fragments: FragmentReader, track: UInt32) {
            self.fragments = fragments
            self.track = track
        }

        mutating func next() -> MP4Sample? {
            while true {
                if let part = parts.first {
                    if let sample = part.next() { return sample }
                    parts.removeFirst()
                } else {
                    guard let fragment = fragments.next() else { return nil }
                    let own = fragment.tracks.filter { $0.trackID == track }
                    parts = own.map { AnyIterator($0.samples.makeIterator()) }[...]
                }
            }
        }
    }

    /// Whether all boxes of a file with fragments are as they should be.
    static func areSound(in file: RandomAccessFile) -> Bool {
        var fragments = FragmentReader(file)
        while fragments.next() != nil {}
        return !fragments.hasProblems
    }
}

/// Reads the fragments of a file one by one, and nothing of its media data.
private struct FragmentReader {
    private let file: RandomAccessFile
    private var reader = MP4StreamReader()
    private var found: ArraySlice<MovieFragment> = []
    private var hasEnded = false
    private(set) var hasProblems = false

    /// Most fragments of a second or more have shorter heads.
    private static let readSize = 4 << 10

    init(_ file: RandomAccessFile) {
        self.file = file
    }

    mutating func next() -> MovieFragment? {
        while found.isEmpty, !hasEnded { advance() }
        return found.popFirst()
    }

    /// Addresses that do not count from the fragment are read too.
    private static func isHarmless(_ problem: MP4Problem) -> Bool {
        problem.kind == .absoluteAddressing
    }

    private mutating func advance() {
        reader.skip(reader.skippableByteCount)
        let position = reader.byteCount
        let bytes = position < file.byteCount ? file.read(position..<min(file.byteCount, position + Self.readSize)) : []
        var outputs: [MP4Output] = []
        if bytes.isEmpty {
            hasEnded = true
            reader.finish { outputs.append($0) }
        } else {
            reader.push(bytes.span) { outputs.append($0) }
        }
        for output in outputs {
            switch output {
            case .fragment(let fragment): found.append(fragment)
            case .problem(let problem): hasProblems = hasProblems || !Self.isHarmless(problem)
            default: break
            }
        }
    }
}
