import HLSKit

/// Checks what a multivariant playlist declares against what was measured, and renditions against each other.
///
/// Bandwidths and codecs are checked by the validator, which is given the measured ones.
struct DeclarationRules {
    let playlist: MultivariantPlaylist
    let file: String
    let members: [PresentationMember]

    /// The furthest that matching renditions may be apart, in seconds.
    private static let greatestDifference = 0.1

    func findings() -> [Finding] {
        let lines = TagLines(playlist.bytes)
        var findings: [Finding] = []
        for (index, variant) in playlist.variants.enumerated() {
            guard let member = members.first(where: { $0.entry.uri == variant.uri }) else { continue }
            let line = lines.number(.streamInformation, index)
            findings += [resolution(variant, member, line), frameRate(variant, member, line)].compactMap(\.self)
        }
        return findings + alignment()
    }

    private func resolution(_ variant: Variant, _ member: PresentationMember, _ line: Int) -> Finding? {
        guard let declared = variant.resolution, let video = member.video else { return nil }
        let shape = video.sampleAspectRatio
        var widths = [video.width]
        if shape.width > 0, shape.height > 0, video.width < 1 << 20, shape.width < 1 << 20 {
            widths.append((video.width * shape.width + shape.height / 2) / shape.height)
        }
        // Square samples may be made of either side; a pixel is lost to even sizes.
        let isSame = widths.contains { abs($0 - declared.width) <= 1 } && abs(video.height - declared.height) <= 1
        guard !isSame else { return nil }
        return Finding(
            .resolutionDiffers,
            file: file,
            line: line,
            "RESOLUTION of \(variant.uri) is \(declared.width)x\(declared.height), its pictures have "
                + "\(video.width)x\(video.height): declare that"
        )
    }

    private func frameRate(_ variant: Variant, _ member: PresentationMember, _ line: Int) -> Finding? {
        guard let declared = variant.frameRate, let track = member.media.rules.analysis.reference,
            track.codec.isVideo, let mean = track.frameRate, let least = track.intervals.least, least > .zero
        else { return nil }
        // The greatest rate is declared: with a changing one it lies between the mean and the shortest frame's.
        let greatest = max(mean, 1 / least.seconds)
        guard declared < mean * 0.99 || declared > greatest * 1.01 else { return nil }
        return Finding(
            .frameRateDiffers,
            file: file,
            line: line,
            "FRAME-RATE of \(variant.uri) is \(Words.rate(declared)), its pictures come at \(Words.rate(mean)): declare that"
        )
    }

    // MARK: Alignment

    /// Variants show the same at the same time (6.2.4), and are best cut at the same places.
    private func alignment() -> [Finding] {
        let comparable = members.filter { $0.playlist.isEnded && $0.media.rules.analysis.reference != nil }
        guard let first = comparable.first(where: { $0.entry.rendition.role == .variant }) else { return [] }
        var findings: [Finding] = []
        for member in comparable where member.entry.uri != first.entry.uri {
            if let difference = originDifference(first, member), difference.magnitude > Self.greatestDifference {
                findings.append(
                    Finding(
                        .timestampsDoNotMatch,
                        file: member.file,
                        "timestamps are \(Words.seconds(difference)) off those of \(first.entry.uri): "
                            + "give matching content the same timestamps"
                    )
                )
            }
            if member.entry.rendition.role == .variant, member.video != nil, first.video != nil,
                let index = firstMisaligned(first, member)
            {
                let plan = member.media.rules.plans[index]
                findings.append(
                    Finding(
                        .segmentsNotAligned,
                        file: member.file,
                        line: plan.lines.uri,
                        "this segment begins elsewhere than that of \(first.entry.uri): cut all variants at the same places"
                    )
                )
            }
        }
        return findings
    }

    /// How far the timestamps of two renditions are apart at the start.
    private func originDifference(_ one: PresentationMember, _ other: PresentationMember) -> Double? {
        guard let left = one.origin, let right = other.origin else { return nil }
        let wrapped = ((right - left).ticks &+ 1 << 32) & 0x1_FFFF_FFFF &- 1 << 32
        return MediaTime(ticks: wrapped).seconds
    }

    private func firstMisaligned(_ one: PresentationMember, _ other: PresentationMember) -> Int? {
        let left = one.playlist.segments
        let right = other.playlist.segments
        for index in 0..<min(left.count, right.count) {
            let difference = right[index].startTime - left[index].startTime
            if difference.seconds.magnitude > Self.greatestDifference { return index }
        }
        return left.count == right.count ? nil : min(left.count, right.count) < right.count ? left.count : nil
    }
}

extension PresentationMember {
    /// The format of its pictures.
    fileprivate var video: VideoFormat? {
        for track in media.rules.analysis.tracks {
            if case .video(let format) = track.format { return format }
        }
        return nil
    }

    /// The earliest timestamp of the first segment; nil when that was not read.
    fileprivate var origin: MediaTime? {
        guard let first = media.rules.analysis.segments.first, first.isRead else { return nil }
        return first.tracks.map(\.start).min()
    }

    /// What the validator is given: sizes, and the formats in the spelling of the declarations that mean the same.
    var validated: PlaylistValidator.Member {
        let declared = entry.rendition.declared?.codecs ?? []
        let codecs = codecs.map { codec in declared.first { Self.isSame(codec, $0) } ?? codec }
        return PlaylistValidator.Member(
            uri: entry.uri,
            playlist: playlist,
            segmentSizes: media.sizes,
            codecs: codecs.isEmpty ? nil : codecs
        )
    }

    /// Letters of hexadecimal numbers may be of either case, and AAC-LC may hide HE-AAC.
    private static func isSame(_ found: String, _ declared: String) -> Bool {
        if found.lowercased() == declared.lowercased() { return true }
        return found == "mp4a.40.2" && (declared == "mp4a.40.5" || declared == "mp4a.40.29")
    }
}
