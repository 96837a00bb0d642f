/// Apple's rules of formats, profiles and levels (HLS Authoring Specification, 1.1 to 1.37, 2.2 to 2.6).
extension MultivariantAuthoringRules {
    static func hasVideo(_ variant: Variant) -> Bool {
        variant.resolution != nil || videoCodec(of: variant) != nil
    }

    static func videoCodec(of variant: Variant) -> String? {
        variant.codecs?.entries.first { CodecKind($0) == .video }
    }

    /// Checks the formats of one variant, and whether sound and video are apart.
    mutating func checkStreams(of variant: Variant, _ line: Int) {
        let codecs = variant.codecs?.entries ?? []
        for codec in codecs {
            switch CodecKind(codec) {
            case .video: checkVideo(codec, line)
            case .audio:
                if !Self.audioFormats.contains(String(codec.prefix(4))) {
                    found.report(.appleAudioFormat, line: line, subject: codec)
                }
            case .text, .unknown: break
            }
        }
        if variant.subtitles != nil, !codecs.isEmpty, !codecs.contains(where: { CodecKind($0) == .text }) {
            found.report(.appleSubtitleCodec, line: line)
        }
        guard variant.audio == nil, Self.hasVideo(variant) else { return }
        if let video = variant.video, groupSizes[[MediaType.video.rawValue, video]] ?? 0 > 1 {
            found.report(.appleVideoAngles, line: line)
        }
        guard let sound = codecs.first(where: { CodecKind($0) == .audio }) else { return }
        let isMultichannel = ["ac-3", "ec-3"].contains(sound.prefix(4))
        if isMultichannel {
            found.report(.appleMultichannel, line: line, subject: sound)
        } else {
            found.report(.appleSeparateAudio, line: line)
        }
    }

    private mutating func checkVideo(_ codec: String, _ line: Int) {
        let name = codec.prefix(4)
        if ["avc3", "hev1", "dvhe"].contains(name) {
            found.report(.appleSampleEntry, line: line, subject: codec)
        } else if !["avc1", "hvc1", "dvh1", "dav1", "av01", "mjpg"].contains(name) {
            found.report(.appleVideoFormat, line: line, subject: codec)
        }
        let profile = VideoProfile(codec)
        if ["dvh1", "dvhe", "dav1"].contains(name) {
            guard let number = profile?.profile, let level = profile?.level else { return }
            if ![5, 10, 20].contains(number) || level > 9 {
                found.report(.appleDolbyVision, line: line, subject: codec)
            }
        } else if let profile, profile.level > profile.greatestLevel {
            found.report(.appleVideoProfile, line: line, subject: codec)
        }
    }

    /// What some devices need among the formats.
    mutating func checkFormats(_ videos: [Variant]) {
        let codecs = videos.compactMap(Self.videoCodec)
        guard codecs.count == videos.count else { return }
        if !codecs.contains(where: { $0.hasPrefix("avc") }) { found.report(.appleH264, line: 1) }
        let profiles = codecs.compactMap(VideoProfile.init)
        for (family, name) in [(VideoProfile.Family.h264, "H.264"), (.hevc, "HEVC")] {
            let own = profiles.filter { $0.family == family }
            if !own.isEmpty, !own.contains(where: \.isForAll) {
                found.report(.appleCompatibleLevel, line: 1, subject: name)
            }
        }
    }

    /// What no device plays without: AAC, when there is sound at all.
    mutating func checkSound() {
        let codecs = playlist.variants.flatMap { $0.codecs?.entries ?? [] }
        let isSound = codecs.contains { CodecKind($0) == .audio }
        let isAAC = codecs.contains { ["mp4a.40.2", "mp4a.40.5", "mp4a.40.29"].contains($0) }
        if isSound, !isAAC { found.report(.appleStereo, line: 1) }
        let names = Set(codecs.map { $0.prefix(4) })
        if names.contains("ec-3"), !names.contains("ac-3") { found.report(.appleDolbyDigital, line: 1) }
    }

    private static let audioFormats: Set<String> = ["mp4a", "ac-3", "ec-3", "alac", "fLaC", "apac"]
}

/// The profile and level that a format of video names.
private struct VideoProfile {
    enum Family {
        case h264
        case hevc
        case dolbyVision
        case av1
    }

    var family: Family
    var profile: Int
    /// In the numbers of the format: tens for H.264, thirties for HEVC.
    var level: Int
    var isHighTier = false

    init?(_ codec: String) {
        let fields = codec.split(separator: ".")
        guard fields.count > 1 else { return nil }
        switch fields[0] {
        case "avc1", "avc3":
            guard fields[1].utf8.count == 6, let profile = Int(fields[1].prefix(2), radix: 16),
                let level = Int(fields[1].suffix(2), radix: 16)
            else { return nil }
            (self.family, self.profile, self.level) = (.h264, profile, level)
        case "hvc1", "hev1":
            guard fields.count > 3, let profile = Int(fields[1].drop { !$0.isNumber }),
                let level = Int(fields[3].dropFirst())
            else { return nil }
            (self.family, self.profile, self.level) = (.hevc, profile, level)
            isHighTier = fields[3].first == "H"
        case "dvh1", "dvhe", "dav1":
            guard fields.count > 2, let profile = Int(fields[1]), let level = Int(fields[2]) else { return nil }
            (self.family, self.profile, self.level) = (.dolbyVision, profile, level)
        case "av01":
            guard fields.count > 2, let profile = Int(fields[1]), let level = Int(fields[2].prefix(2)) else {
                return nil
            }
            (self.family, self.profile, self.level) = (.av1, profile, level)
        default: return nil
        }
    }

    /// H.264 5.2, HEVC 5.1, Dolby Vision 9, AV1 6.2.
    var greatestLevel: Int {
        switch family {
        case .h264: 52
        case .hevc: 153
        case .dolbyVision: 9
        case .av1: 18
        }
    }

    /// Whether every device plays it: H.264 up to High 4.1, HEVC up to Main 10, 4.0, Main tier.
    var isForAll: Bool {
        switch family {
        case .h264: profile <= 100 && level <= 41
        case .hevc: profile <= 2 && level <= 120 && !isHighTier
        case .dolbyVision, .av1: false
        }
    }
}
