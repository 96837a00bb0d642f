import HLSKit

/// Chooses among the keys of a segment the one that this program can use.
enum KeyChoice {
    /// The key that decrypts a segment; nil when it is not encrypted.
    ///
    /// - Parameter ofAnyFormat: Whether the key itself is known, so that the form in which it is sent does not matter.
    /// - Throws: ``DownloadError`` with the code `protected` when none can be used.
    static func key(
        among keys: [EncryptionKey],
        ofAnyFormat: Bool = false
    ) throws(DownloadError) -> (key: EncryptionKey, cipher: SegmentCipher)? {
        let keys = keys.filter { $0.method != .none }
        guard !keys.isEmpty else { return nil }
        for key in keys where ofAnyFormat || isIdentity(key) {
            if let cipher = SegmentCipher(key.method) { return (key, cipher) }
        }
        throw refusal(of: keys)
    }

    /// Whether a key format is that of bare keys (draft-pantos-hls-rfc8216bis 4.4.4.4).
    private static func isIdentity(_ key: EncryptionKey) -> Bool {
        key.keyFormat.map { $0.isEmpty || $0.lowercased() == "identity" } ?? true
    }

    private static func refusal(of keys: [EncryptionKey]) -> DownloadError {
        let systems = keys.compactMap(\.keyFormat).filter { $0.lowercased() != "identity" }
        let methods = Array(Set(keys.map(\.method.rawValue))).sorted().joined(separator: ", ")
        if let system = systems.first {
            return DownloadError(
                .protected,
                "the stream is protected by \(name(of: system)) (\(methods)): such streams cannot be downloaded"
            )
        }
        return DownloadError(
            .protected,
            "the samples of the stream are encrypted with \(methods): only AES-128 and AES-256-GCM can be decrypted"
        )
    }

    /// What people call a system of digital rights management.
    private static func name(of keyFormat: String) -> String {
        switch keyFormat.lowercased() {
        case "com.apple.streamingkeydelivery": "FairPlay"
        case "com.microsoft.playready", "urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95": "PlayReady"
        case "urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed", "com.widevine": "Widevine"
        default: "the key format '\(keyFormat)'"
        }
    }
}
