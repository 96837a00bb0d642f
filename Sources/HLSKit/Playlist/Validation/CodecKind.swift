/// What a format of CODECS is a format of (RFC 6381, registered at mp4ra.org).
enum CodecKind: Hashable {
    case video
    case audio
    case text
    case unknown

    init(_ codec: String) {
        self = Self.kinds[String(codec.prefix(4))] ?? (codec == "opus" ? .audio : .unknown)
    }

    private static let kinds: [String: CodecKind] = {
        var kinds: [String: CodecKind] = [:]
        let names: [(CodecKind, String)] = [
            (.video, "avc1 avc3 hvc1 hev1 dvh1 dvhe dav1 dva1 dvav av01 vp08 vp09 mp4v vvc1 vvi1 s263 mjpg"),
            (.audio, "mp4a ac-3 ec-3 ac-4 alac fLaC apac Opus dtsc dtse dtsh dtsl dtsx mha1 mhm1"),
            (.text, "wvtt stpp"),
        ]
        for (kind, list) in names {
            for name in list.split(separator: " ") { kinds[String(name)] = kind }
        }
        return kinds
    }()
}
