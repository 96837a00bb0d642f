/// The streams of an input that are converted: the best video and the default audio.
struct TrackSelection {
    var video: InputStream?
    var audio: InputStream?
    /// The other audio streams that belong to the video: other languages and such.
    private(set) var otherAudio: [InputStream] = []
    /// Kinds of which nothing is taken because FFmpeg cannot decode what there is, with the name of its codec.
    private(set) var undecodable: [(kind: InputStream.Kind, codec: String?)] = []
    /// What is left out beside the streams that are taken: other languages, subtitles and such.
    private(set) var omitted: [OmittedStream] = []

    /// Chooses among the streams of an input.
    ///
    /// - Throws: ``ConversionError`` when there is neither video nor audio that FFmpeg knows, or it is encrypted.
    init(_ input: InputFile) throws(ConversionError) {
        let streams = input.streams.filter(\.isDecodable)
        // The largest picture, the default one among equals. Covers and thumbnails are no film, nor are a few stills beside one.
        let pictures = streams.filter { $0.kind == .video && !$0.isCoverArt && $0.width > 0 }
        let greatestCount = pictures.map(\.frameCount).max() ?? 0
        video =
            pictures
            .filter { $0.frameCount == 0 || $0.frameCount > greatestCount / Self.leastShare }
            .best { ($0.width * $0.height, $0.isDefault ? 1 : 0) }
        // Of several programs in one stream, the sound must be the picture's.
        let program = video.flatMap { input.programStreams(of: $0.index) }
        let sounds = streams.filter {
            $0.kind == .audio && $0.channels > 0 && (program?.contains($0.index) ?? true)
        }
        audio =
            sounds
            .best { ($0.isSpecialPurpose ? 0 : 1, $0.isDefault ? 1 : 0) }
        otherAudio = sounds.filter { $0.index != audio?.index }
        let isEncrypted = input.streams.contains { stream in
            switch stream.kind {
            case .video: (video == nil || video?.index == stream.index) && !stream.isCoverArt && stream.isEncrypted
            case .audio: (audio == nil || audio?.index == stream.index) && stream.isEncrypted
            case .other: false
            }
        }
        guard !isEncrypted else { throw ConversionError(.encrypted(input: input.path)) }
        let others = input.streams.filter { !$0.isDecodable && !$0.isCoverArt }
        for (kind, chosen) in [(InputStream.Kind.video, video), (.audio, audio)] where chosen == nil {
            guard let stream = others.first(where: { $0.kind == kind }) else { continue }
            undecodable.append((kind, stream.codingName))
        }
        guard video != nil || audio != nil else {
            if let codec = undecodable.compactMap(\.codec).first {
                throw ConversionError(.unsupportedCodec(input: input.path, codec: codec))
            }
            throw ConversionError(
                .inputNotUsable,
                "'\(input.path)' holds neither a picture nor sound that can be converted"
            )
        }
        omitted = input.streams.filter { stream in
            let isOwn = input.hasPrograms ? program?.contains(stream.index) ?? false : true
            return isOwn && !stream.isCoverArt && stream.index != video?.index && stream.index != audio?.index
        }.compactMap { stream in
            stream.omittedKind.map { OmittedStream(kind: $0, language: stream.language, title: stream.title) }
        }
    }

    /// A picture of less than this share of the greatest number of frames is a still.
    private static let leastShare: Int64 = 10

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
