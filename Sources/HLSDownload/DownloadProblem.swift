/// What is wrong with options, or with a stream for them; with its data, so that a program can word it itself.
package enum DownloadProblem: Sendable, Hashable, CustomStringConvertible {
    /// The wanted range ends where it starts, or in front of it; in seconds.
    case emptyRange(from: Double, to: Double)
    /// The stream is shorter than where the wanted range starts; in seconds.
    case rangeBehindEnd(from: Double, duration: Double)
    /// A text is neither a key, nor the URL or path of one.
    case invalidKey(String)
    /// A key has another number of bytes than its method needs.
    case keySize(Int, needed: Int, method: String)
    /// A text is not an initialization vector.
    case invalidVector(String)
    /// A playlist whose address is not known has a relative name.
    case relativeName(String)
    /// A playlist that was given as text is to be recorded, but cannot be loaded again.
    case recordingOfText
    /// A URL leads to a manifest of another format of streaming than HLS.
    case otherFormat(String, String)
    /// A text does not choose variants.
    case invalidVariant(String)
    /// All segments of the stream are advertisements.
    case onlyAdvertisements
    /// A range was chosen of a live stream that is to be recorded.
    case rangeOfRecording

    /// One sentence in English.
    package var description: String {
        switch self {
        case .emptyRange(let from, let to):
            "the wanted range ends at \(to) s, and must end after its start at \(from) s"
        case .rangeBehindEnd(let from, let duration):
            "the stream lasts \(duration) s, and the wanted range starts at \(from) s: choose an earlier start"
        case .invalidKey(let text):
            "'\(text)' is not a key: 32 or 64 hexadecimal digits, Base64, a URL or a file are"
        case .keySize(let count, let needed, let method):
            "the given key has \(count) bytes, and \(method) needs \(needed)"
        case .invalidVector(let text): "'\(text)' is not an initialization vector: 32 hexadecimal digits are"
        case .relativeName(let name): "the playlist names '\(name)', which is relative: give its base URL"
        case .recordingOfText: "a live playlist that is given as text cannot be loaded again: give its URL to record it"
        case .invalidVariant(let text):
            "'\(text)' chooses no variant: best, worst, all, a number, or conditions such as height<=720,codec=avc do"
        case .otherFormat(let url, let format):
            "'\(url)' is a manifest of \(format) and not an HLS playlist: find the .m3u8 of the same stream"
        case .onlyAdvertisements: "all segments of the stream are marked as advertisements: download it with them"
        case .rangeOfRecording:
            "a recording starts where the live window does: limit its duration instead of choosing a range"
        }
    }
}

extension DownloadError {
    /// An error with the sentence of a problem.
    init(_ code: Code, _ problem: DownloadProblem) {
        self.init(code, problem.description)
        self.problem = problem
    }
}
