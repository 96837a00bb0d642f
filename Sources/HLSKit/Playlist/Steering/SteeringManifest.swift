/// What a content steering server answers: which pathways to prefer (draft-pantos-hls-rfc8216bis 7.2).
public struct SteeringManifest: Sendable, Hashable {
    /// Seconds until the manifest is to be loaded again; 300 when the manifest does not say.
    public var timeToLive: Int
    /// Where to load it from then; nil means from the same place.
    public var reloadURI: String?
    /// The pathways, the most preferred first.
    public var pathwayPriority: [String]
    /// Pathways to make of others.
    public var pathwayClones: [PathwayClone]

    /// Describes a manifest.
    public init(
        timeToLive: Int = 300,
        reloadURI: String? = nil,
        pathwayPriority: [String],
        pathwayClones: [PathwayClone] = []
    ) {
        self.timeToLive = timeToLive
        self.reloadURI = reloadURI
        self.pathwayPriority = pathwayPriority
        self.pathwayClones = pathwayClones
    }

    /// Reads a manifest; throws when it is no JSON, not of version 1, or has no pathways.
    public init(parsing bytes: [UInt8]) throws(PlaylistError) {
        let document = try JSONValue(parsing: bytes, section: "7.2")
        guard document["VERSION"]?.duration == 1 else {
            throw PlaylistError(.malformedJSON, "VERSION is not 1: no other is defined.", section: "7.2")
        }
        guard let priority = document["PATHWAY-PRIORITY"]?.strings, !priority.isEmpty else {
            throw PlaylistError(.malformedJSON, "PATHWAY-PRIORITY is missing or empty: list pathways.", section: "7.2")
        }
        timeToLive = max(0, document["TTL"]?.duration?.roundedSeconds ?? 300)
        reloadURI = document["RELOAD-URI"]?.string
        pathwayPriority = priority
        pathwayClones = (document["PATHWAY-CLONES"]?.array ?? []).compactMap(PathwayClone.init)
    }

    /// Reads a manifest; throws when it is no JSON, not of version 1, or has no pathways.
    public init(parsing text: String) throws(PlaylistError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// The manifest as JSON.
    public var text: String {
        var members = [
            JSONValue.Member(name: "VERSION", value: .number("1")),
            JSONValue.Member(name: "TTL", value: .number("\(timeToLive)")),
        ]
        if let reloadURI { members.append(JSONValue.Member(name: "RELOAD-URI", value: .string(reloadURI))) }
        members.append(
            JSONValue.Member(name: "PATHWAY-PRIORITY", value: .array(pathwayPriority.map(JSONValue.string)))
        )
        if !pathwayClones.isEmpty {
            members.append(JSONValue.Member(name: "PATHWAY-CLONES", value: .array(pathwayClones.map(\.json))))
        }
        return JSONValue.object(members).text
    }
}

/// A pathway made of another one by changing its URIs (draft-pantos-hls-rfc8216bis 7.3).
public struct PathwayClone: Sendable, Hashable {
    /// The pathway to make it of.
    public var baseID: String
    /// The name of the new pathway.
    public var id: String
    /// The host that replaces that of each URI.
    public var host: String?
    /// Query parameters that are set in each URI, in the order of their names.
    public var parameters: [String: String]
    /// URIs of variants, by their stable ID.
    public var variantURIs: [String: String]
    /// URIs of renditions, by their stable ID.
    public var renditionURIs: [String: String]

    /// Describes a clone.
    public init(
        baseID: String,
        id: String,
        host: String? = nil,
        parameters: [String: String] = [:],
        variantURIs: [String: String] = [:],
        renditionURIs: [String: String] = [:]
    ) {
        self.baseID = baseID
        self.id = id
        self.host = host
        self.parameters = parameters
        self.variantURIs = variantURIs
        self.renditionURIs = renditionURIs
    }

    init?(_ json: JSONValue) {
        guard let baseID = json["BASE-ID"]?.string, let id = json["ID"]?.string else { return nil }
        let replacement = json["URI-REPLACEMENT"]
        self.init(
            baseID: baseID,
            id: id,
            host: replacement?["HOST"]?.string,
            parameters: Self.strings(replacement?["PARAMS"]),
            variantURIs: Self.strings(replacement?["PER-VARIANT-URIS"]),
            renditionURIs: Self.strings(replacement?["PER-RENDITION-URIS"])
        )
    }

    var json: JSONValue {
        var replacement: [JSONValue.Member] = []
        if let host { replacement.append(JSONValue.Member(name: "HOST", value: .string(host))) }
        for (name, values) in [
            ("PARAMS", parameters), ("PER-VARIANT-URIS", variantURIs), ("PER-RENDITION-URIS", renditionURIs),
        ] where !values.isEmpty {
            let members = values.sorted { $0.key < $1.key }.map {
                JSONValue.Member(name: $0.key, value: .string($0.value))
            }
            replacement.append(JSONValue.Member(name: name, value: .object(members)))
        }
        return .object([
            JSONValue.Member(name: "BASE-ID", value: .string(baseID)),
            JSONValue.Member(name: "ID", value: .string(id)),
            JSONValue.Member(name: "URI-REPLACEMENT", value: .object(replacement)),
        ])
    }

    private static func strings(_ json: JSONValue?) -> [String: String] {
        Dictionary(
            (json?.members ?? []).compactMap { member in member.value.string.map { (member.name, $0) } },
            uniquingKeysWith: { $1 }
        )
    }
}

extension PathwayClone {
    /// The absolute URI that the clone has for a variant or rendition of the base pathway (7.3).
    ///
    /// - Parameters:
    ///   - uri: The absolute URI in the base pathway.
    ///   - stableVariantID: The stable ID of the variant.
    ///   - stableRenditionID: The stable ID of the rendition.
    public func uri(for uri: String, stableVariantID: String? = nil, stableRenditionID: String? = nil) -> String {
        if let stableVariantID, let own = variantURIs[stableVariantID] { return own }
        if let stableRenditionID, let own = renditionURIs[stableRenditionID] { return own }
        return PlaylistURL.replacing(uri, host: host, parameters: parameters)
    }
}

extension MultivariantPlaylist {
    /// The playlist with the variants and renditions of a pathway clone added (7.3).
    ///
    /// Groups of the base pathway are cloned with the name of the new pathway behind theirs.
    public func adding(_ clone: PathwayClone) -> MultivariantPlaylist {
        var result = self
        func groupName(_ name: String?) -> String? { name.map { "\($0)_\(clone.id)" } }
        let base = variants.filter { ($0.pathwayID ?? ".") == clone.baseID }
        let bases = iFrameVariants.filter { ($0.pathwayID ?? ".") == clone.baseID }
        var groups: Set<[String]> = []
        for variant in base {
            for (type, group) in [("AUDIO", variant.audio), ("VIDEO", variant.video), ("SUBTITLES", variant.subtitles)]
            {
                if let group { groups.insert([type, group]) }
            }
        }
        for rendition in renditions where groups.contains([rendition.type.rawValue, rendition.groupID]) {
            var copy = rendition
            copy.groupID = "\(rendition.groupID)_\(clone.id)"
            copy.uri = rendition.uri.map {
                clone.uri(
                    for: PlaylistURL.resolve($0, against: url),
                    stableRenditionID: rendition.stableRenditionID
                )
            }
            result.renditions.append(copy)
        }
        for variant in base {
            var copy = variant
            copy.pathwayID = clone.id
            copy.audio = groupName(variant.audio)
            copy.video = groupName(variant.video)
            copy.subtitles = groupName(variant.subtitles)
            copy.uri = clone.uri(
                for: PlaylistURL.resolve(variant.uri, against: url),
                stableVariantID: variant.stableVariantID
            )
            result.variants.append(copy)
        }
        for variant in bases {
            var copy = variant
            copy.pathwayID = clone.id
            copy.video = groupName(variant.video)
            copy.uri = clone.uri(
                for: PlaylistURL.resolve(variant.uri, against: url),
                stableVariantID: variant.stableVariantID
            )
            result.iFrameVariants.append(copy)
        }
        return result
    }
}
