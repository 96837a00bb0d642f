import HLSKit

/// Checks what a multivariant playlist declares against what was measured, and renditions against each other.
///
/// Bandwidths and codecs are checked by the validator, which is given the measured ones.
struct DeclarationRules {
    let playlist: MultivariantPlaylist
    let file: String
    let members: [PresentationMember]

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
            track.isVideo, let mean = track.frameRate, let least = track.intervals.least, least > .zero
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
}

extension PresentationMember {
    /// The format of its pictures.
    var video: VideoFormat? {
        for track in media.rules.analysis.tracks {
            if case .video(let format) = track.format { return format }
        }
        return nil
    }

    /// What the validator is given: sizes, and the formats in the spelling of the declarations that mean the same.
    var validated: PlaylistValidator.Member {
        let declared = entry.rendition.declared?.codecs ?? []
        let comparison = CodecComparison(
            isTransportStream: media.rendition.containers == [Container.transportStream.rawValue]
        )
        let codecs = codecs.map { codec in declared.first { comparison.isSame(codec, $0) } ?? codec }
        return PlaylistValidator.Member(
            uri: entry.uri,
            playlist: playlist,
            segmentSizes: media.sizes,
            codecs: codecs.isEmpty ? nil : codecs
        )
    }
}
