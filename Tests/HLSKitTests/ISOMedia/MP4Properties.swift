import HLSKit
import TestSupport

/// What holds for the readers of MP4 and packed audio on any bytes; shared by tests and the fuzzer.
enum MP4Properties {
    private typealias Make = BoxBuilder

    /// A file with everything that is read.
    static let sample: [UInt8] = {
        let key = Make.full("tenc", version: 1, [0, 0x19, 1, 0], Make.zeros(16), [8], Make.zeros(8))
        let sinf = Make.box("sinf", Make.box("frma", Array("avc1".utf8)), Make.box("schi", key))
        let sizes = Make.full("stsz", Make.words([0, 3, 5, 6, 7]))
        let tables =
            Make.table("stts", [[3, 512]]) + Make.table("ctts", [[3, 512]])
            + Make.table("stsc", [[1, 2, 1], [2, 1, 1]])
            + sizes + Make.table("stco", [[40], [51]]) + Make.table("stss", [[1], [3]])
        let movie = Make.moov(
            Make.trak(1, entry: Make.avc1("encv", sinf, Make.box("pasp", Make.words([1, 1]))), tables: tables),
            Make.trak(2, handler: "soun", entry: Make.mp4a(), edits: [[0, 1_024, 65_536]]),
            Make.trak(3, handler: "soun", entry: Make.audio("ec-3", Make.box("dec3", [0x18, 0, 0x20, 0x0F, 2, 2]))),
            Make.mvex([1, 2, 3], duration: 512, size: 4),
            Make.full("pssh", version: 1, Make.zeros(16), Make.u32(1), Make.zeros(16), Make.u32(0))
        )
        let index = Make.full("sidx", Make.words([1, 1, 0, 0]), Make.u16(0), Make.u16(1), Make.words([1, 1, 1]))
        let event = Make.full("emsg", [0x61, 0, 0], Make.words([1, 1, 1, 1]))
        let run = Make.fragment(1, time: 0, flags: 0xF00, samples: [[1, 2, 3, 4], [5, 6, 7, 8]], data: 8)
        let plain = Make.fragment(2, track: 2, time: nil, flags: 4, samples: [[], []], first: [0], data: 8)
        return Make.ftyp() + Make.box("mdat", Make.zeros(30)) + movie + index + event + run + plain
    }()

    /// What does not hold; nil when all does.
    ///
    /// The first byte tells where the others are cut, the second one where an init segment in front of them ends. With an
    /// odd first byte the others are changes of the sample, three bytes each: place and value.
    static func broken(by bytes: [UInt8]) -> String? {
        guard bytes.count > 2 else { return nil }
        var rest = Array(bytes[2...])
        if bytes[0] & 1 == 1 {
            rest = sample
            for at in stride(from: 2, to: bytes.count - 2, by: 3) {
                rest[(Int(bytes[at]) << 8 | Int(bytes[at + 1])) % rest.count] = bytes[at + 2]
            }
        }
        let split = rest.count * Int(bytes[1]) / 256
        let movie = bytes[1] == 0 ? nil : MP4File(Array(rest[..<split])).movie
        let media = bytes[1] == 0 ? rest : Array(rest[split...])
        let pieceBytes = 1 + Int(bytes[0])
        let whole = outputs(of: media, movie, pieceBytes: max(1, media.count))
        let pieces = outputs(of: media, movie, pieceBytes: pieceBytes)
        guard whole == pieces else { return "cut otherwise it is read otherwise" }
        let skipping = outputs(of: media, movie, pieceBytes: pieceBytes, skips: true)
        guard whole == skipping else { return "with media left out it is read otherwise" }
        if let problem = compare(MP4File(media, initialization: movie), with: media, movie) { return problem }
        let sound = frames(of: rest, pieceBytes: max(1, rest.count))
        guard sound == frames(of: rest, pieceBytes: pieceBytes) else { return "sound cut otherwise is read otherwise" }
        if let header = AV1SequenceHeader(rest.span) {
            let stored = AV1Configuration(header.configuration.payload)
            guard stored == header.configuration,
                AV1SequenceHeader(header.configuration.configurationUnits.span) == header
            else { return "the configuration of AV1 is read otherwise" }
        }
        return nil
    }

    /// What a stream reader gives out, each as the hash of what it tells.
    private static func outputs(of bytes: [UInt8], _ movie: MP4Movie?, pieceBytes: Int, skips: Bool = false) -> [Int] {
        var reader = MP4StreamReader(initialization: movie)
        var outputs: [Int] = []
        var at = 0
        func take(_ output: MP4Output) { outputs.append(hash(output)) }
        while at < bytes.count {
            if skips, reader.skippableByteCount > 0 {
                let count = min(reader.skippableByteCount, bytes.count - at)
                reader.skip(count)
                at += count
                continue
            }
            let end = min(bytes.count, at + pieceBytes)
            reader.push(bytes.span.extracting(at..<end), take)
            at = end
        }
        reader.finish(take)
        return outputs
    }

    private static func hash(_ output: MP4Output) -> Int {
        var hasher = Hasher()
        switch output {
        case .box(let box): hasher.combine(box)
        case .fileBrands(let brands), .segmentBrands(let brands): hasher.combine(brands)
        case .movie(let movie):
            for track in movie.tracks {
                hasher.combine(track.id)
                hasher.combine(track.sampleEntries)
                for sample in track.samples.prefix(1_000) { hasher.combine(sample) }
            }
        case .fragment(let fragment):
            hasher.combine(fragment.sequenceNumber)
            for track in fragment.tracks {
                hasher.combine(track.trackID)
                for sample in track.samples.prefix(1_000) { hasher.combine(sample) }
            }
        case .segmentIndex(let index): hasher.combine(index)
        case .eventMessage(let message): hasher.combine(message)
        case .producerTime(let time): hasher.combine(time)
        case .problem(let problem): hasher.combine(problem)
        }
        return hasher.finalize()
    }

    /// A file in memory has the boxes and fragments that a stream reader tells.
    private static func compare(_ file: MP4File, with bytes: [UInt8], _ movie: MP4Movie?) -> String? {
        var reader = MP4StreamReader(initialization: movie)
        var boxes: [MP4File.TopLevelBox] = []
        var times: [[UInt64?]] = []
        func take(_ output: MP4Output) {
            if case .box(let box) = output { boxes.append(box) }
            if case .fragment(let fragment) = output { times.append(fragment.tracks.map(\.baseDecodeTime)) }
        }
        reader.push(bytes.span, take)
        reader.finish(take)
        guard boxes == file.boxes else { return "other boxes: \(boxes) \(file.boxes)" }
        guard times == file.fragments.map({ $0.tracks.map(\.baseDecodeTime) }) else { return "other fragments" }
        return nil
    }

    private static func frames(of bytes: [UInt8], pieceBytes: Int) -> [PackedAudioOutput] {
        var reader = PackedAudioReader()
        var outputs: [PackedAudioOutput] = []
        var at = 0
        // How much is skipped at a time is not told.
        func take(_ output: PackedAudioOutput) {
            if case .skipped = output { return }
            outputs.append(output)
        }
        while at < bytes.count {
            let end = min(bytes.count, at + pieceBytes)
            reader.push(bytes.span.extracting(at..<end), take)
            at = end
        }
        reader.finish(take)
        return outputs
    }
}
