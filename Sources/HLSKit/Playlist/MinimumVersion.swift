/// The least protocol version that a playlist needs, and why (draft-pantos-hls-rfc8216bis 8).
public struct MinimumVersion: Sendable, Hashable {
    /// One thing that needs a version.
    public struct Reason: Sendable, Hashable {
        /// The version that it needs.
        public let version: Int
        /// What needs it, such as `the IV attribute of #EXT-X-KEY`.
        public let feature: String
    }

    /// What needs more than version 1, each once, the most demanding first.
    public let reasons: [Reason]

    /// The least version, 1 to 13.
    public var version: Int { reasons.first?.version ?? 1 }

    fileprivate init(_ features: Set<Feature>) {
        reasons = features.map { Reason(version: $0.rawValue / 10, feature: $0.name) }
            .sorted { ($1.version, $0.feature) < ($0.version, $1.feature) }
    }
}

/// What needs a version: the version times ten, and a number.
private enum Feature: Int {
    case initializationVector = 20
    case decimalDuration = 30
    case byteRange = 40
    case iFramesOnly = 41
    case sampleAES = 50
    case keyFormat = 51
    case map = 52
    case mapForAll = 60
    case service = 70
    case variables = 80
    case skip = 90
    case skippedDateRanges = 100
    case queryParameter = 110
    case requirement = 120
    case instreamID = 130

    var name: String {
        switch self {
        case .initializationVector: "the IV attribute of #EXT-X-KEY"
        case .decimalDuration: "an #EXTINF duration with decimals"
        case .byteRange: "#EXT-X-BYTERANGE"
        case .iFramesOnly: "#EXT-X-I-FRAMES-ONLY"
        case .sampleAES: "the method SAMPLE-AES"
        case .keyFormat: "the attributes KEYFORMAT and KEYFORMATVERSIONS"
        case .map: "#EXT-X-MAP"
        case .mapForAll: "#EXT-X-MAP in a playlist without #EXT-X-I-FRAMES-ONLY"
        case .service: "a SERVICE value of INSTREAM-ID"
        case .variables: "#EXT-X-DEFINE"
        case .skip: "#EXT-X-SKIP"
        case .skippedDateRanges: "#EXT-X-SKIP with skipped date ranges"
        case .queryParameter: "the QUERYPARAM attribute of #EXT-X-DEFINE"
        case .requirement: "an attribute that starts with REQ-"
        case .instreamID: "INSTREAM-ID on other than closed captions"
        }
    }
}

extension MediaPlaylist {
    /// The least protocol version that the playlist needs, and why.
    public var minimumVersion: MinimumVersion {
        var features: Set<Feature> = []
        if isIFramesOnly { features.insert(.iFramesOnly) }
        noteDefinitions(definitions, in: &features)
        if let skip {
            features.insert(skip.recentlyRemovedDateRanges == nil ? .skip : .skippedDateRanges)
        }
        if segments.tables.maps.count > 1, segments.records.contains(where: { $0.flags.contains(.map) }) {
            features.insert(isIFramesOnly ? .map : .mapForAll)
        }
        for record in segments.records {
            if record.flags.contains(.range) { features.insert(.byteRange) }
            if record.flags.contains(.keys) { noteKeys(in: segments.text(record), &features) }
            // Whether there are decimals is a matter of spelling: 10.0 needs version 3 although it is whole.
            if !features.contains(.decimalDuration), segments.hasDecimalDuration(record) {
                features.insert(.decimalDuration)
            }
        }
        noteKeys(in: trailer[...], &features)
        if TextEditor(trailer, usesCRLF: usesCRLF).contains(.map) { features.insert(isIFramesOnly ? .map : .mapForAll) }
        return MinimumVersion(features)
    }

    private func noteKeys(in text: ArraySlice<UInt8>, _ features: inout Set<Feature>) {
        let span = text.span
        var scanner = PlaylistLineScanner()
        while let line = scanner.next(in: span) {
            guard case .tag(.key) = line.content else { continue }
            noteKey(EncryptionKey(attributes: AttributeList(bytes: span.array(line.value))).attributes, in: &features)
        }
    }
}

private func noteKey(_ attributes: AttributeList, in features: inout Set<Feature>) {
    if attributes.contains("IV") { features.insert(.initializationVector) }
    if attributes.contains("KEYFORMAT") || attributes.contains("KEYFORMATVERSIONS") { features.insert(.keyFormat) }
    if attributes["METHOD"] == EncryptionMethod.sampleAES { features.insert(.sampleAES) }
}

private func noteDefinitions(_ definitions: [VariableDefinition], in features: inout Set<Feature>) {
    if !definitions.isEmpty { features.insert(.variables) }
    if definitions.contains(where: { $0.queryParameter != nil }) { features.insert(.queryParameter) }
}

extension MediaSegments {
    func hasDecimalDuration(_ record: SegmentRecord) -> Bool {
        if record.duration % 1_000_000 != 0 { return true }
        let text = text(record)
        var scanner = PlaylistLineScanner()
        while let line = scanner.next(in: text.span) {
            if line.content == .tag(.segment) { return Numbers.decimal(text.span, line.value).hasPoint }
        }
        return false
    }
}

extension MultivariantPlaylist {
    /// The least protocol version that the playlist needs, and why.
    public var minimumVersion: MinimumVersion {
        var features: Set<Feature> = []
        noteDefinitions(definitions, in: &features)
        for key in sessionKeys { noteKey(key.attributes, in: &features) }
        for rendition in renditions {
            guard let instreamID = rendition.instreamID else { continue }
            if rendition.type != .closedCaptions {
                features.insert(.instreamID)
            } else if instreamID.hasPrefix("SERVICE") {
                features.insert(.service)
            }
        }
        let names = variants.flatMap(\.attributes.names) + iFrameVariants.flatMap(\.attributes.names)
        if names.contains(where: { $0.hasPrefix("REQ-") }) { features.insert(.requirement) }
        return MinimumVersion(features)
    }
}
