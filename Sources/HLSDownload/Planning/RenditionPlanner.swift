import HLSKit

/// Plans the files of one media playlist; it can be given more segments when the playlist grows.
struct RenditionPlanner: Sendable {
    private(set) var rendition: DownloadPlan.Rendition
    private let urls: ResourceURL
    /// What relative names are resolved against.
    private var base: String?
    private let keepsEncryption: Bool
    private let encryption: EncryptionChoice
    private let limits: DownloadLimits
    private(set) var filter: SegmentFilter
    /// The numbers that the playlist gives to the first planned segment; nil when they are those of its first one.
    private(set) var origin: (mediaSequence: Int, discontinuitySequence: Int)?
    private var keyIndices: [String: Int] = [:]
    private var sectionIndices: [DownloadPlan.Initialization: Int] = [:]
    /// Of all segments together.
    private(set) var duration = MediaDuration.zero
    /// The names of unknown tags that the folder's playlist does not have.
    private(set) var tagsLeftOut: Set<String> = []
    /// What was worked out for the segment before: the next one mostly has the same.
    private var last = Last()

    private struct Last: Sendable {
        var keys: [EncryptionKey]?
        var key: (index: Int, tag: EncryptionKey)?
        var map: MediaInitialization?
        var mapKeys: [EncryptionKey] = []
        var section: Int?
    }

    init(
        _ rendition: DownloadPlan.Rendition,
        urls: ResourceURL,
        base: String?,
        keepsEncryption: Bool,
        encryption: EncryptionChoice = EncryptionChoice(),
        filter: SegmentFilter = SegmentFilter(),
        limits: DownloadLimits
    ) {
        self.rendition = rendition
        self.urls = urls
        self.base = base
        self.keepsEncryption = keepsEncryption
        self.encryption = encryption
        self.filter = filter
        self.limits = limits
    }

    /// The planner as it was before it had any segments.
    var emptied: RenditionPlanner {
        var plain = rendition
        (plain.keys, plain.initializations, plain.segments, plain.duration) = ([], [], [], 0)
        return RenditionPlanner(
            plain,
            urls: urls,
            base: base,
            keepsEncryption: keepsEncryption,
            encryption: encryption,
            filter: SegmentFilter(filter.choice),
            limits: limits
        )
    }

    /// The planner of another playlist with the same content, before it has any segments.
    func emptied(at url: String) -> RenditionPlanner {
        var planner = emptied
        (planner.rendition.url, planner.base) = (url, url)
        return planner
    }

    /// Plans what follows from another playlist with the same content.
    mutating func move(to url: String) {
        (rendition.url, base) = (url, url)
        last = Last()
    }

    /// Plans those segments of a playlist that are wanted, behind those that are planned.
    ///
    /// - Throws: ``DownloadError``: `protected`, `notUsable`, `limitReached`.
    ///
    /// - Returns: Where the sequence numbers jump last, behind segments that are left out; nil when they do not.
    @discardableResult
    mutating func add(_ segments: some Sequence<MediaSegment>) throws(DownloadError) -> Journal.Restart? {
        guard !filter.isPassive else {
            for segment in segments { try add(segment) }
            return nil
        }
        var restart: Journal.Restart?
        for segment in segments {
            guard let wanted = filter.wanted(segment) else {
                // What lies behind the limit is not left out, but comes when more is wanted.
                guard !filter.hasReachedLimit else { continue }
                let next = segment.mediaSequence &+ 1
                restart = Journal.Restart(index: rendition.segments.count, sequence: next)
                continue
            }
            if rendition.segments.isEmpty { origin = (segment.mediaSequence, segment.discontinuitySequence) }
            try add(wanted)
        }
        return restart
    }

    /// Plans those segments of a whole playlist that are wanted.
    ///
    /// - Returns: As ``add(_:)`` does.
    mutating func plan(_ playlist: LongPlaylist) throws(DownloadError) -> Journal.Restart? {
        var restart: Journal.Restart?
        try playlist.forEachList { segments throws(DownloadError) in restart = try add(segments) ?? restart }
        return restart
    }

    // MARK: Advertisements

    /// Looks through a playlist before its segments are planned.
    mutating func survey(_ dateRanges: [DateRange], _ markers: [AdMarker], isEnded: Bool) {
        filter.survey(dateRanges, markers, isEnded: isEnded)
    }

    /// Takes in the date ranges of a playlist whose new segments are planned next.
    mutating func note(_ dateRanges: [DateRange]) {
        filter.note(dateRanges)
    }

    /// Takes in the markers of segments that are planned already.
    mutating func pass(_ segments: some Sequence<MediaSegment>) {
        for segment in segments { _ = filter.wanted(segment) }
    }

    private mutating func add(_ segment: MediaSegment) throws(DownloadError) {
        guard rendition.segments.count < limits.segments else {
            throw DownloadError(
                .limitReached,
                "'\(ResourceURL.short(rendition.url))' has more than \(limits.segments) segments"
            )
        }
        var planned = DownloadPlan.Segment(
            url: "",
            sequence: segment.mediaSequence,
            duration: segment.duration.seconds,
            isDiscontinuity: segment.isDiscontinuity,
            isGap: segment.isGap,
            file: ""
        )
        if segment.isGap {
            planned.url = PlaylistURL.resolve(segment.uri, against: base)
        } else {
            planned.url = try urls.resolved(segment.uri, against: base)
            planned.range = try Self.range(segment.byteRange)
            if let (index, key) = try keyIndex(of: encryption.keys(of: segment, kind: rendition.kind)) {
                planned.protection = try protection(index, key, segment)
            }
        }
        planned.initialization = try sectionIndex(of: segment)
        let name = FileNames.segment(rendition.segments.count, in: rendition.folder)
        planned.file = name + "." + expectedExtension(of: planned)
        append(planned, segment)
    }

    private mutating func append(_ planned: DownloadPlan.Segment, _ segment: MediaSegment) {
        rendition.segments.append(planned, SegmentDetails(segment))
        if !segment.otherLines.isEmpty { tagsLeftOut.formUnion(UnknownTags.leftOut(segment.otherLines)) }
        count(segment.duration)
    }

    private mutating func count(_ segment: MediaDuration) {
        duration = duration + MediaDuration(microseconds: max(0, segment.microseconds))
        rendition.duration = duration.seconds
    }

    /// Plans a segment that was lost before it could be fetched.
    mutating func addLost(sequence: Int, duration: Double) {
        let name = FileNames.segment(rendition.segments.count, in: rendition.folder)
        rendition.segments.append(
            DownloadPlan.Segment(
                url: "",
                sequence: sequence,
                duration: duration,
                isDiscontinuity: false,
                isGap: true,
                file: name + "."
                    + (rendition.segments.last.map { String($0.file.split(separator: ".").last ?? "ts") } ?? "ts")
            )
        )
        count(MediaDuration(seconds: duration))
    }

    /// Takes over the segments of an earlier recording, as the folder's own playlist tells them.
    ///
    /// - Parameter sections: Sections of the stream that the folder has already, with their files.
    mutating func adopt(_ segments: MediaSegments, knowing sections: [DownloadPlan.Initialization]) {
        filter.followsOthers = true
        func file(_ uri: String) -> String { FileNames.join(rendition.folder, FileNames.last(uri)) }
        for segment in segments {
            var planned = DownloadPlan.Segment(
                url: "",
                sequence: segment.mediaSequence,
                duration: segment.duration.seconds,
                isDiscontinuity: segment.isDiscontinuity,
                isGap: segment.isGap,
                file: file(segment.uri)
            )
            if let map = segment.map {
                let name = file(map.uri)
                let known = rendition.initializations.lastIndex { $0.file == name }
                if known == nil {
                    var section = sections.first { $0.file == name }
                    rendition.initializations.append(section ?? DownloadPlan.Initialization(url: "", file: name))
                    section?.file = ""
                    if let section { sectionIndices[section] = rendition.initializations.count - 1 }
                }
                planned.initialization = known ?? rendition.initializations.count - 1
            }
            if let key = segment.keys.first, let uri = key.uri {
                let name = file(uri)
                let known = rendition.keys.lastIndex { $0.file == name }
                if known == nil {
                    rendition.keys.append(DownloadPlan.Key(url: "", method: key.method.rawValue, file: name))
                }
                planned.protection = DownloadPlan.Protection(
                    key: known ?? rendition.keys.count - 1,
                    vector: Hexadecimal.lowercaseText(key.initializationVector?.bytes ?? [])
                )
            }
            append(planned, segment)
        }
    }

    // MARK: Keys

    private mutating func keyIndex(of keys: [EncryptionKey]) throws(DownloadError) -> (Int, EncryptionKey)? {
        if last.keys == keys { return last.key.map { ($0.index, $0.tag) } }
        let key = try newKeyIndex(of: keys)
        last.keys = keys
        last.key = key.map { ($0.0, $0.1) }
        return key
    }

    private mutating func newKeyIndex(of keys: [EncryptionKey]) throws(DownloadError) -> (Int, EncryptionKey)? {
        guard let (key, cipher) = try KeyChoice.key(among: keys, ofAnyFormat: encryption.key != nil) else { return nil }
        let url: String
        if let given = encryption.key {
            try given.check(for: cipher)
            url = given.url
        } else if let uri = key.uri {
            url = try urls.resolved(uri, against: base)
        } else {
            throw DownloadError(.notUsable, "a segment is encrypted, but the playlist names no key for it")
        }
        let identity = cipher.rawValue + " " + url
        if let index = keyIndices[identity] { return (index, key) }
        let index = rendition.keys.count
        try checkCount(index, "keys")
        let file = keepsEncryption ? FileNames.key(index, in: rendition.folder) + ".key" : nil
        rendition.keys.append(DownloadPlan.Key(url: url, method: cipher.rawValue, file: file))
        keyIndices[identity] = index
        return (index, key)
    }

    private func protection(
        _ index: Int,
        _ key: EncryptionKey,
        _ segment: MediaSegment
    ) throws(DownloadError) -> DownloadPlan.Protection {
        guard key.method == .aes128 else { return DownloadPlan.Protection(key: index, vector: "") }
        let vector = encryption.vector ?? segment.initializationVector(of: key)
        guard vector.count == 16 else {
            throw DownloadError(
                .notUsable,
                "the initialization vector of a key has \(vector.count) bytes instead of 16"
            )
        }
        return DownloadPlan.Protection(key: index, vector: Hexadecimal.lowercaseText(vector))
    }

    // MARK: Sections

    private mutating func sectionIndex(of segment: MediaSegment) throws(DownloadError) -> Int? {
        guard let map = segment.map else { return nil }
        if last.map == map, last.mapKeys == segment.mapKeys { return last.section }
        var section = DownloadPlan.Initialization(url: try urls.resolved(map.uri, against: base), file: "")
        section.range = try Self.range(map.byteRange.map { ByteRange(length: $0.length, start: $0.start ?? 0) })
        if let (index, key) = try newKeyIndex(of: segment.mapKeys) {
            section.protection = try protection(index, key, segment)
        }
        let index: Int
        if let known = sectionIndices[section] {
            index = known
        } else {
            index = rendition.initializations.count
            try checkCount(index, "initialization sections")
            sectionIndices[section] = index
            section.file = FileNames.initialization(index, in: rendition.folder) + ".mp4"
            rendition.initializations.append(section)
        }
        (last.map, last.mapKeys, last.section) = (map, segment.mapKeys, index)
        return index
    }

    private func checkCount(_ count: Int, _ what: String) throws(DownloadError) {
        guard count < limits.keysOrSections else {
            throw DownloadError(
                .limitReached,
                "'\(ResourceURL.short(rendition.url))' has more than \(limits.keysOrSections) \(what)"
            )
        }
    }

    private static func range(_ range: ByteRange?) throws(DownloadError) -> DownloadPlan.Range? {
        guard let range else { return nil }
        guard let start = range.start, range.end != nil, start >= 0, range.length > 0 else {
            throw DownloadError(.notUsable, "the playlist has a byte range that is none")
        }
        return DownloadPlan.Range(start: start, length: range.length)
    }

    private func expectedExtension(of segment: DownloadPlan.Segment) -> String {
        let name = SourceIdentity.lastComponent(segment.url).lowercased()
        let own = name.utf8.lastIndex(of: 0x2E).map { String(name[name.utf8.index(after: $0)...]) }
        switch own {
        case "ts", "aac", "mp3", "ac3", "ec3", "vtt", "m4s": return own ?? "ts"
        case "webvtt": return "vtt"
        default: return segment.initialization != nil ? "m4s" : rendition.kind == .subtitles ? "vtt" : "ts"
        }
    }
}
