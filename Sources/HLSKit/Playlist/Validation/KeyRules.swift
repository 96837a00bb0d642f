/// Checks one key, of segments or of the session (4.4.4.4).
enum KeyRules {
    static func check(_ key: some KeyTag, line: Int, _ found: inout DiagnosticCollector) {
        if key.method == .none {
            if key.attributes.names.count > 1 { found.report(.keyNoneWithAttributes, line: line, tag: .key) }
            return
        }
        if key.uri == nil { found.report(.keyWithoutURI, line: line, tag: .key) }
        if [.sampleAESCTR, .aes256GCM].contains(key.method), key.attributes.contains("IV") {
            let subject = key.method.rawValue
            found.report(.initializationVectorNotAllowed, line: line, tag: .key, subject: subject)
        } else if let vector = key.initializationVector, vector.bytes.count != 16 {
            found.report(.wrongIVLength, line: line, tag: .key)
        }
        if let versions = key.keyFormatVersions {
            let numbers = versions.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
            if !numbers.allSatisfy({ Int(String(Substring($0))).map { $0 > 0 } ?? false }) {
                found.report(.malformedKeyVersions, line: line, tag: .key)
            }
        }
    }
}

/// The keys in force while the lines of a playlist are read, as far as maps need them.
struct DeclaredKeys {
    private var lacking: Set<String> = []

    /// Takes in a key: it replaces that of its format, and `NONE` ends all.
    mutating func declare(_ key: EncryptionKey) {
        if key.method == .none { return lacking.removeAll() }
        let format = key.keyFormat ?? "identity"
        if key.method == .aes128, key.initializationVector == nil {
            if lacking.count < SegmentTables.maximumKeys { lacking.insert(format) }
        } else {
            lacking.remove(format)
        }
    }

    /// Whether a key applies that a map cannot be decrypted with: AES-128 without a vector.
    var lackVector: Bool { !lacking.isEmpty }
}

extension DiagnosticCollector {
    /// Compares the version that a playlist declares with what it needs (6.2.1, 8).
    mutating func checkVersion(_ declared: Int?, minimum: MinimumVersion, line: Int) {
        let declared = declared ?? 1
        for reason in minimum.reasons where reason.version > declared {
            let need = "\(reason.feature) needs version \(reason.version), not \(declared)"
            report(.versionTooLow, line: max(1, line), tag: .version, subject: need)
        }
        if declared > minimum.version {
            report(.versionTooHigh, line: line, tag: .version, subject: "\(minimum.version)")
        }
    }
}
