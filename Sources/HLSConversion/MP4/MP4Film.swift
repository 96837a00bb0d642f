import HLSKit

/// An MP4 film with tracks that go into HLS as they are, read without FFmpeg.
///
/// FFmpeg expands the tables of an MP4 file to 24 bytes a sample, and takes twice as much while it does: for two hours more
/// memory than all of the rest. Here the tables stay in the file. What is in any way unusual is left to FFmpeg.
struct MP4Film {
    /// A track that is copied.
    struct Track {
        /// Its position in the file, from 0 on.
        let position: Int
        /// Three letters (ISO 639-2); nil when the file has none.
        let language: String?
        let samples: FilmSamples
        let timeline: SampleTimeline
        /// How the parts of a picture are delimited; nil for sound.
        let framing: NALUnitFraming?
        /// The codec's configuration.
        let extradata: [UInt8]
        /// How long it is presented, with the pause in front.
        let duration: MediaTime
        var display = DisplayMetadata()
    }

    let file: RandomAccessFile
    let picture: (track: Track, facts: VideoFacts)?
    let sound: (track: Track, facts: AudioFacts)?
    /// What is left out beside them.
    let omitted: [OmittedStream]
    /// How long the longest track is.
    let duration: MediaTime

    /// A sample of more bytes is damage.
    static let greatestSampleSize = 64 << 20
    /// More are in no film: a hundred hours of sound have 17 million.
    private static let greatestSampleCount = 20_000_000
    /// Tables of more bytes are in no film.
    private static let greatestMovieSize = 64 << 20

    /// Opens a film and reads its tables.
    ///
    /// - Returns: Nil for what is not certain to be a whole film of one H.264 picture, one AAC-LC sound, or both.
    /// - Throws: ``ConversionError`` when the system fails to read what seems to be such a film, or the conversion is cancelled.
    init?(path: String, isCancelled: @escaping @Sendable () -> Bool = { false }) throws(ConversionError) {
        guard let file = RandomAccessFile(path: path, isCancelled: isCancelled) else { return nil }
        let start = file.read(0..<8)
        try file.check()
        guard start.dropFirst(4).elementsEqual("ftyp".utf8) else { return nil }
        let contents = Self.contents(of: file)
        try file.check()
        guard contents.problems.isEmpty, let movie = contents.movie, movie.protectionSystems.isEmpty,
            Self.isUpright(movie.matrix), !movie.isFragmented || FragmentedSamples.areSound(in: file)
        else { return nil }
        guard movie.tracks.allSatisfy({ Self.isUnderstood($0.kind) }) else { return nil }
        let chapters = movie.tracks.flatMap(\.references).filter { $0.type == "chap" }.flatMap(\.tracks)
        let pictures = movie.tracks.filter { $0.kind == .video }
        let sounds = movie.tracks.filter { $0.kind == .audio }
        // Which of several is the default is not certain when one has a role, or a coding that is not known here.
        guard pictures.count <= 1, sounds.count <= 1 || sounds.allSatisfy(Self.isOrdinary) else { return nil }
        let chosenSound = sounds.first(where: \.isEnabled) ?? sounds.first
        let chosen = [pictures.first, chosenSound].compactMap(\.self)
        // Chapters may have pictures of their own, which are no film.
        guard !chosen.isEmpty, !chosen.contains(where: { chapters.contains($0.id) }) else { return nil }
        if let track = pictures.first {
            guard let picture = try Self.picture(track, in: movie, file) else { return nil }
            self.picture = picture
        } else {
            picture = nil
        }
        if let track = chosenSound {
            guard let sound = try Self.sound(track, in: movie, file) else { return nil }
            self.sound = sound
        } else {
            sound = nil
        }
        omitted = movie.tracks.compactMap { track in
            let isChosen = chosen.contains { $0.id == track.id } || chapters.contains(track.id)
            let kind: OmittedStream.Kind? =
                switch track.kind {
                case .audio: .audio
                case .text: .subtitles
                default: nil
                }
            guard let kind, !isChosen else { return nil }
            return OmittedStream(kind: kind, language: Self.language(of: track))
        }
        self.file = file
        duration = [picture?.track.duration, sound?.track.duration].compactMap(\.self).max() ?? .zero
        // FFmpeg tells what is missing of a film that ends before its head says.
        if let told = movie.durationInSeconds, duration.seconds < told * 0.98 - 1 { return nil }
        try file.check()
    }

    private static func contents(of file: RandomAccessFile) -> MP4File {
        MP4File.leavingTablesInFile(byteCount: file.byteCount, greatestMovieSize: greatestMovieSize, read: file.read)
    }

    /// The numbers of the tracks of a film whose samples are encrypted (ISO/IEC 14496-12 8.12).
    static func encryptedTracks(of path: String) -> Set<Int> {
        guard let file = RandomAccessFile(path: path, isCancelled: { false }) else { return [] }
        let tracks = contents(of: file).movie?.tracks ?? []
        return Set(
            tracks.filter { $0.sampleEntries.contains { $0.protection?.isProtected ?? false } }.map { Int($0.id) }
        )
    }

    /// FFmpeg takes tracks of unusual handlers for what their coding is.
    private static func isUnderstood(_ kind: MP4Track.Kind) -> Bool {
        switch kind {
        case .video, .audio, .text, .metadata, .other("tmcd"), .other("hint"): true
        case .other: false
        }
    }

    private static func isOrdinary(_ track: MP4Track) -> Bool {
        guard case .audio? = track.sampleEntries.first?.format else { return false }
        return track.roles.isEmpty
    }

    private static func isUpright(_ matrix: [Int32]) -> Bool {
        Orientation(matrix: matrix)?.isUpright == true
    }

    // MARK: Tracks

    /// The ranges of the times and offsets of the samples of a track.
    private struct Extent {
        var leastOffset = Int64.max
        var greatestOffset = Int64.min
        var earliest = Int64.max
        var latest = Int64.min
        /// Whether a sample is presented before one that is decoded earlier.
        var isReordered = false
        var beginsWithSync = false
        /// From the first decoding time to the end of the last sample, in ticks.
        var duration: Int64 = 0

        /// Nil when there are no samples, or some that are not to be believed.
        init?(_ samples: FilmSamples, timescale: UInt32, _ file: RandomAccessFile) throws(ConversionError) {
            // A day between two samples is damage, and no picture waits for a minute until it is shown.
            let greatestStep = Int64(timescale) * 86_400
            let greatestOffset = Int64(timescale) * 60
            var count = 0
            var first: MP4Sample?
            var last: MP4Sample?
            for sample in samples {
                guard (1...MP4Film.greatestSampleSize).contains(sample.byteRange.count),
                    sample.descriptionIndex == 1, abs(sample.compositionOffset) < greatestOffset,
                    Int64(sample.duration) < greatestStep, last.map({ $0.duration > 0 }) ?? true,
                    count < MP4Film.greatestSampleCount,
                    (0..<SampleTimeline.greatestTicks).contains(sample.decodeTime)
                else { return nil }
                last = sample
                count += 1
                if count % 65_536 == 0 { try file.check() }
                leastOffset = min(leastOffset, sample.compositionOffset)
                self.greatestOffset = max(self.greatestOffset, sample.compositionOffset)
                earliest = min(earliest, sample.compositionTime)
                if sample.compositionTime < latest { isReordered = true }
                latest = max(latest, sample.compositionTime)
                duration = sample.decodeTime + Int64(sample.duration) - (first ?? sample).decodeTime
                if first == nil { first = sample }
            }
            guard let first else { return nil }
            beginsWithSync = first.isSync
        }
    }

    private static func position(of track: MP4Track, in movie: MP4Movie) -> Int {
        movie.tracks.firstIndex { $0.id == track.id } ?? 0
    }

    private static func language(of track: MP4Track) -> String? {
        track.language == "und" ? nil : track.language
    }

    private static func samples(of track: MP4Track, in movie: MP4Movie, _ file: RandomAccessFile) -> FilmSamples {
        movie.isFragmented ? .fragments(FragmentedSamples(of: track.id, in: file)) : .table(track.samples)
    }

    private static func picture(
        _ track: MP4Track,
        in movie: MP4Movie,
        _ file: RandomAccessFile
    ) throws(ConversionError) -> (track: Track, facts: VideoFacts)? {
        let samples = samples(of: track, in: movie, file)
        guard track.sampleEntries.count == 1, let entry = track.sampleEntries.first, entry.type == "avc1",
            entry.protection == nil, entry.dolbyVision == nil,
            let configuration = AVCDecoderConfiguration(entry.configuration),
            configuration.sequenceParameterSets.count == 1, !configuration.pictureParameterSets.isEmpty,
            let parameters = configuration.sequenceParameterSets.first.flatMap(H264SequenceParameterSet.init),
            let profile = profileName(parameters),
            let extent = try Extent(samples, timescale: track.timescale, file), extent.beginsWithSync,
            let timeline = SampleTimeline(of: track, in: movie, leastOffset: extent.leastOffset),
            timeline.begins(at: extent.earliest, andHoldsUntil: extent.latest)
        else { return nil }
        var facts = VideoFacts()
        facts.profile = profile
        facts.width = parameters.width
        facts.height = parameters.height
        facts.is420With8Bits =
            parameters.chromaFormat == 1 && parameters.lumaBitDepth == 8 && parameters.chromaBitDepth == 8
        facts.isInterlaced = !parameters.framesOnly || entry.fieldsPerFrame == 2
        facts.orientation = Orientation(matrix: track.matrix)
        facts.shape = SampleShape(
            container: entry.sampleAspectRatio ?? shape(of: track, entry),
            parameterSets: configuration.sequenceParameterSets
        )
        facts.isHighDynamicRange = [entry.colour ?? ColourDescription(), parameters.colour].contains {
            $0.transfer == 16 || $0.transfer == 18
        }
        facts.isReordered = extent.isReordered
        let index = samples.lazy.map { sample in
            RandomAccessSurvey.IndexEntry(
                offset: Int64(sample.byteRange.lowerBound),
                byteCount: sample.byteRange.count,
                time: timeline.dts(sample),
                isKey: sample.isSync,
                isHidden: false
            )
        }
        facts.survey = RandomAccessSurvey.fromIndex(
            index,
            length: track.mediaTime(extent.duration),
            framing: configuration.framing
        ) { offset, count in
            file.read(Int(offset)..<Int(offset) + count)
        }
        guard facts.survey != nil else { return nil }
        var copied = Track(
            position: position(of: track, in: movie),
            language: language(of: track),
            samples: samples,
            timeline: timeline,
            framing: configuration.framing,
            extradata: entry.configuration,
            duration: timeline.length(of: extent.duration)
        )
        copied.display.colour = entry.colour
        copied.display.masteringDisplay = entry.masteringDisplay
        copied.display.contentLightLevel = entry.contentLightLevel
        return (copied, facts)
    }

    /// The shape of a sample that follows from the size that a track is shown with, as FFmpeg takes it; nil when there is none.
    private static func shape(of track: MP4Track, _ entry: SampleEntry) -> SampleAspectRatio? {
        let (width, height) = (Int(track.width), Int(track.height))
        guard width > 0, height > 0, (width, height) != (entry.width, entry.height) else { return nil }
        return SampleAspectRatio(width: entry.height * width, height: entry.width * height)
    }

    /// The names of the profiles that have 8-bit 4:2:0 pictures (ITU-T H.264 A.2), as FFmpeg has them.
    private static func profileName(_ parameters: H264SequenceParameterSet) -> String? {
        switch parameters.profile {
        case 66: parameters.constraints & 0x40 != 0 ? "Constrained Baseline" : "Baseline"
        case 77: "Main"
        case 88: "Extended"
        case 100: "High"
        default: nil
        }
    }

    /// At lower rates AAC may bring a band replication that its configuration does not tell (ISO/IEC 14496-3 1.6.5.3).
    private static let leastCertainSampleRate = 32_000

    private static func sound(
        _ track: MP4Track,
        in movie: MP4Movie,
        _ file: RandomAccessFile
    ) throws(ConversionError) -> (track: Track, facts: AudioFacts)? {
        let samples = samples(of: track, in: movie, file)
        guard track.sampleEntries.count == 1, let entry = track.sampleEntries.first, entry.type == "mp4a",
            entry.protection == nil, case .audio(let format)? = entry.format,
            let configuration = AudioSpecificConfiguration(format.configuration),
            configuration.objectType == 2, !configuration.usesSpectralBandReplication,
            configuration.channelConfiguration > 0, configuration.sampleRate >= leastCertainSampleRate,
            ADTSHeader(configuration, payloadLength: 0) != nil,
            let channels = format.channels,
            let extent = try Extent(samples, timescale: track.timescale, file), extent.leastOffset == 0,
            extent.greatestOffset == 0,
            let timeline = SampleTimeline(of: track, in: movie, leastOffset: 0)
        else { return nil }
        let facts = AudioFacts(
            profile: "LC",
            isPlainAACLowComplexity: true,
            channels: channels,
            sampleRate: configuration.sampleRate
        )
        let copied = Track(
            position: position(of: track, in: movie),
            language: language(of: track),
            samples: samples,
            timeline: timeline,
            framing: nil,
            extradata: format.configuration,
            duration: timeline.length(of: extent.duration)
        )
        return (copied, facts)
    }
}
