import HLSKit

/// One request: an initialization section, or a run of segments that lie one behind the other in one resource.
struct WorkItem: Sendable, Hashable {
    enum Content: Sendable, Hashable {
        case section(Int)
        case segments(Range<Int>)
    }

    /// The index of the rendition.
    var track: Int
    var content: Content
}

/// A file that is to be written.
struct PlannedFile: Sendable {
    enum Role: Sendable, Hashable {
        case section(Int)
        case segment(Int)
    }

    var role: Role
    /// The name without extension.
    var stem: String
    var expectedExtension: String
    var protection: DownloadPlan.Protection?
    /// The number of bytes when it is one of several slices of what comes; nil for all that comes.
    var length: Int?
    var limit: Int
    var kind: DownloadPlan.Rendition.Kind
    /// What tells a file of the same stream apart from one of another: see ``FileIdentity``.
    var identity: UInt64

    var isSection: Bool {
        if case .section = role { true } else { false }
    }
}

/// What a file is made of, as far as that stays when addresses change hosts and tokens.
enum FileIdentity {
    static func of(_ segment: DownloadPlan.Segment, _ rendition: DownloadPlan.Rendition) -> UInt64 {
        of("segment \(segment.sequence) \(segment.duration)", segment.url, segment.range, segment.protection, rendition)
    }

    static func of(_ section: DownloadPlan.Initialization, _ rendition: DownloadPlan.Rendition) -> UInt64 {
        of("section", section.url, section.range, section.protection, rendition)
    }

    private static func of(
        _ what: String,
        _ url: String,
        _ range: DownloadPlan.Range?,
        _ protection: DownloadPlan.Protection?,
        _ rendition: DownloadPlan.Rendition
    ) -> UInt64 {
        var text = what + " " + SourceIdentity.lastComponent(url)
        if let range { text += " \(range.start)+\(range.length)" }
        if let protection, protection.key < rendition.keys.count {
            let key = rendition.keys[protection.key]
            text += " \(key.method) \(protection.vector) " + (key.file == nil ? "decrypted" : "kept")
        }
        return Checksum.of(text)
    }
}

extension DownloadPlan.Rendition {
    func file(_ role: PlannedFile.Role, limits: DownloadLimits) -> PlannedFile {
        switch role {
        case .section(let index):
            let section = initializations[index]
            return PlannedFile(
                role: role,
                stem: FileNames.stem(section.file),
                expectedExtension: "mp4",
                protection: section.protection,
                length: section.range?.length,
                limit: limits.sectionBytes,
                kind: kind,
                identity: FileIdentity.of(section, self)
            )
        case .segment(let index):
            let segment = segments[index]
            let stem = FileNames.stem(segment.file)
            return PlannedFile(
                role: role,
                stem: stem,
                expectedExtension: String(segment.file.dropFirst(stem.count + 1)),
                protection: segment.protection,
                length: segment.range?.length,
                limit: limits.segmentBytes(lasting: segment.duration),
                kind: kind,
                identity: FileIdentity.of(segment, self)
            )
        }
    }

    /// The request of an item, and the files that what comes is cut into.
    func job(_ content: WorkItem.Content, limits: DownloadLimits) -> (ResourceRequest, [PlannedFile]) {
        let (url, ranges, files): (String, [DownloadPlan.Range], [PlannedFile]) =
            switch content {
            case .section(let index):
                (
                    initializations[index].url, initializations[index].range.map { [$0] } ?? [],
                    [file(.section(index), limits: limits)]
                )
            case .segments(let indices):
                (
                    indices.first.map { segments[$0].url } ?? "", indices.compactMap { segments[$0].range },
                    indices.map { file(.segment($0), limits: limits) }
                )
            }
        let length = ranges.reduce(0) { $0 + $1.length }
        var request = ResourceRequest(
            url: url,
            kind: .segment,
            range: ranges.first.map { ByteRange(length: length, start: $0.start) }
        )
        request.playlist = self.url
        return (request, files)
    }
}
