/// The assets of an interstitial, as the document at `X-ASSET-LIST` lists them (draft-pantos-hls-rfc8216bis D.2).
public struct AssetList: Sendable, Hashable {
    /// One asset.
    public struct Asset: Sendable, Hashable {
        /// The absolute URI of its playlist.
        public var uri: String
        /// How long it lasts.
        public var duration: MediaDuration

        /// Describes an asset.
        public init(uri: String, duration: MediaDuration) {
            self.uri = uri
            self.duration = duration
        }
    }

    /// When the user may skip, instead of what the date range says (D.3).
    public struct SkipControl: Sendable, Hashable {
        /// When the button appears, from the start; nil means at once.
        public var offset: MediaDuration?
        /// How long it stays; nil means to the end.
        public var duration: MediaDuration?
        /// Which label it has.
        public var labelID: String?

        /// Describes a skip button.
        public init(offset: MediaDuration? = nil, duration: MediaDuration? = nil, labelID: String? = nil) {
            self.offset = offset
            self.duration = duration
            self.labelID = labelID
        }
    }

    /// The assets in playing order; empty when there is nothing to play.
    public var assets: [Asset]
    /// When the user may skip.
    public var skipControl: SkipControl?

    /// Describes a list.
    public init(assets: [Asset], skipControl: SkipControl? = nil) {
        self.assets = assets
        self.skipControl = skipControl
    }

    /// Reads a list; throws when it is no JSON, or has no array of assets with URI and duration.
    public init(parsing bytes: [UInt8]) throws(PlaylistError) {
        let document = try JSONValue(parsing: bytes, section: "D.2")
        guard let list = document["ASSETS"]?.array else {
            throw PlaylistError(.malformedJSON, "ASSETS is missing: list the assets.", section: "D.2")
        }
        assets = []
        for asset in list {
            guard let uri = asset["URI"]?.string, let duration = asset["DURATION"]?.duration else {
                throw PlaylistError(.malformedJSON, "An asset has no URI or no DURATION: add it.", section: "D.2")
            }
            assets.append(Asset(uri: uri, duration: duration))
        }
        skipControl = document["SKIP-CONTROL"].map {
            SkipControl(
                offset: $0["OFFSET"]?.duration,
                duration: $0["DURATION"]?.duration,
                labelID: $0["LABEL-ID"]?.string
            )
        }
    }

    /// Reads a list; throws when it is no JSON, or has no array of assets with URI and duration.
    public init(parsing text: String) throws(PlaylistError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// The list as JSON.
    public var text: String {
        let list = assets.map { asset in
            JSONValue.object([
                JSONValue.Member(name: "URI", value: .string(asset.uri)),
                JSONValue.Member(name: "DURATION", value: Self.number(asset.duration)),
            ])
        }
        var members = [JSONValue.Member(name: "ASSETS", value: .array(list))]
        if let skipControl {
            var control: [JSONValue.Member] = []
            if let offset = skipControl.offset { control.append(.init(name: "OFFSET", value: Self.number(offset))) }
            if let duration = skipControl.duration {
                control.append(.init(name: "DURATION", value: Self.number(duration)))
            }
            if let labelID = skipControl.labelID { control.append(.init(name: "LABEL-ID", value: .string(labelID))) }
            members.append(JSONValue.Member(name: "SKIP-CONTROL", value: .object(control)))
        }
        return JSONValue.object(members).text
    }

    private static func number(_ duration: MediaDuration) -> JSONValue {
        var text: [UInt8] = []
        duration.write(to: &text)
        return .number(String(decoding: text, as: UTF8.self))
    }
}
