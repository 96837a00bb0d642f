/// The streams of an input that are converted: the best video and the default audio.
struct TrackSelection {
    var video: InputStream?
    var audio: InputStream?
    /// Whether there are a picture or sound that nothing is taken of, because FFmpeg does not know their coding.
    private(set) var unknown: [InputStream.Kind] = []

    /// Chooses among the streams of an input.
    ///
    /// - Throws: ``ConversionError`` when there is neither video nor audio that FFmpeg knows, or it is encrypted.
    init(_ input: InputFile) throws(ConversionError) {
        let streams = input.streams.filter(\.isKnown)
        // The largest picture, the default one among equals. Covers and thumbnails are no film.
        video =
            streams
            .filter { $0.kind == .video && !$0.isCoverArt && $0.width > 0 }
            .best { ($0.width * $0.height, $0.isDefault ? 1 : 0) }
        // Of several programs in one stream, the sound must be the picture's.
        let program = video.flatMap { input.programStreams(of: $0.index) }
        audio =
            streams
            .filter { $0.kind == .audio && $0.channels > 0 && (program?.contains($0.index) ?? true) }
            .best { ($0.isSpecialPurpose ? 0 : 1, $0.isDefault ? 1 : 0) }
        let isEncrypted = input.streams.contains { stream in
            switch stream.kind {
            case .video: (video == nil || video?.index == stream.index) && !stream.isCoverArt && stream.isEncrypted
            case .audio: (audio == nil || audio?.index == stream.index) && stream.isEncrypted
            case .other: false
            }
        }
        guard !isEncrypted else { throw ConversionError(.encrypted(input: input.path)) }
        guard video != nil || audio != nil else {
            throw ConversionError(
                .inputNotUsable,
                "'\(input.path)' holds neither a picture nor sound that can be converted"
            )
        }
        let others = input.streams.filter { !$0.isKnown && !$0.isCoverArt }
        if video == nil, others.contains(where: { $0.kind == .video }) { unknown.append(.video) }
        if audio == nil, others.contains(where: { $0.kind == .audio }) { unknown.append(.audio) }
    }

    /// Both, in the order of the output's tracks.
    var streams: [InputStream] {
        [video, audio].compactMap(\.self)
    }
}

extension Array {
    /// The first of the elements with the greatest rank.
    fileprivate func best(_ rank: (Element) -> (Int, Int)) -> Element? {
        var best: (element: Element, rank: (Int, Int))?
        for element in self {
            let rank = rank(element)
            if best.map({ rank > $0.rank }) ?? true { best = (element, rank) }
        }
        return best?.element
    }
}
