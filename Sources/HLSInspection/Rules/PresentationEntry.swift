import HLSKit

/// A media playlist that a multivariant playlist names.
struct PresentationEntry {
    let uri: String
    /// The line of its first tag.
    let line: Int
    let rendition: InspectionReport.Rendition

    /// Every media playlist once, variants first.
    static func entries(of playlist: MultivariantPlaylist, _ lines: TagLines) -> [PresentationEntry] {
        var entries: [PresentationEntry] = []
        func add(_ rendition: InspectionReport.Rendition, line: Int) {
            guard !rendition.uri.isEmpty, !entries.contains(where: { $0.uri == rendition.uri }) else { return }
            entries.append(PresentationEntry(uri: rendition.uri, line: line, rendition: rendition))
        }
        for (index, variant) in playlist.variants.enumerated() {
            var rendition = InspectionReport.Rendition(uri: variant.uri, role: .variant)
            rendition.declared = InspectionReport.Declaration(
                bandwidth: variant.bandwidth,
                averageBandwidth: variant.averageBandwidth,
                codecs: variant.codecs?.entries,
                width: variant.resolution?.width,
                height: variant.resolution?.height,
                frameRate: variant.frameRate
            )
            add(rendition, line: lines.number(.streamInformation, index))
        }
        for (index, tag) in playlist.renditions.enumerated() {
            guard let uri = tag.uri else { continue }
            let role: InspectionReport.Rendition.Role =
                switch tag.type {
                case .audio: .audio
                case .subtitles: .subtitles
                default: .video
                }
            var rendition = InspectionReport.Rendition(uri: uri, role: role)
            rendition.name = tag.name.isEmpty ? nil : tag.name
            rendition.language = tag.language
            add(rendition, line: lines.number(.media, index))
        }
        for (index, variant) in playlist.iFrameVariants.enumerated() {
            var rendition = InspectionReport.Rendition(uri: variant.uri, role: .iFrames)
            rendition.declared = InspectionReport.Declaration(
                bandwidth: variant.bandwidth,
                averageBandwidth: variant.averageBandwidth,
                codecs: variant.codecs?.entries,
                width: variant.resolution?.width,
                height: variant.resolution?.height
            )
            add(rendition, line: lines.number(.iFrameStreamInformation, index))
        }
        return entries
    }
}

/// A media playlist of a presentation with what was found in it.
struct PresentationMember {
    let entry: PresentationEntry
    /// Its name in findings.
    let file: String
    let playlist: MediaPlaylist
    let media: RenditionResult

    /// The formats that were found, each once.
    var codecs: [String] {
        var codecs: [String] = []
        let all = media.rendition.video.map(\.codec) + media.rendition.audio.map(\.codec)
        for codec in all where !codecs.contains(codec) { codecs.append(codec) }
        return codecs
    }
}
