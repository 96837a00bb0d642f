/// Checks the URIs of a playlist of either kind, on lines and in attributes (RFC 3986 2).
struct URIRules {
    var found: DiagnosticCollector
    /// Whether URIs that are fetched without TLS are reported, instead of those that are none.
    let isAuthoring: Bool
    private var number = 0

    init(found: DiagnosticCollector, isAuthoring: Bool) {
        self.found = found
        self.isAuthoring = isAuthoring
    }

    mutating func diagnostics(in bytes: [UInt8]) -> [PlaylistDiagnostic] {
        let text = bytes.span
        var scanner = PlaylistLineScanner()
        while let line = scanner.next(in: text) {
            number += 1
            switch line.content {
            case .uri: check(line.text, nil, in: text)
            case .tag(let tag) where tag.valueForm == .attributes:
                var attributes = AttributeScanner(line.value)
                while let slot = attributes.next(in: text) {
                    if slot.isQuoted, Self.isURI(slot.name, in: text) { check(slot.content, tag, in: text) }
                }
            default: break
            }
        }
        return found.diagnostics
    }

    private mutating func check(_ range: Range<Int>, _ tag: PlaylistTag?, in text: Span<UInt8>) {
        if isAuthoring {
            // One is enough: the others are most likely the same.
            guard found.diagnostics.isEmpty, Self.isInsecure(range, in: text) else { return }
            found.report(.appleInsecureURL, line: number, tag: tag, subject: text.string(range.prefix(64)))
        } else if !Self.isWellFormed(range, in: text) {
            found.report(.malformedURI, line: number, tag: tag, subject: text.string(range.prefix(64)))
        }
    }

    private static func isURI(_ name: Range<Int>, in text: Span<UInt8>) -> Bool {
        switch name.count {
        case 3: text.equals("URI", from: name.lowerBound, to: name.upperBound)
        case 5: text.equals("X-URI", from: name.lowerBound, to: name.upperBound)
        case 10: text.equals("SERVER-URI", from: name.lowerBound, to: name.upperBound)
        case 11: text.equals("X-ASSET-URI", from: name.lowerBound, to: name.upperBound)
        case 12: text.equals("X-ASSET-LIST", from: name.lowerBound, to: name.upperBound)
        default: false
        }
    }

    private static func isInsecure(_ range: Range<Int>, in text: Span<UInt8>) -> Bool {
        range.count > 7 && text.equals("http://", from: range.lowerBound, to: range.lowerBound + 7)
    }

    /// Whether a text has the characters of a URI only; what a variable stands for is not known here.
    private static func isWellFormed(_ range: Range<Int>, in text: Span<UInt8>) -> Bool {
        for index in range {
            let byte = text[index]
            if byte == 0x7B, index + 1 < range.upperBound, text[index + 1] == 0x24 { return true }
            guard byte < 0x80, allowed[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 else { return false }
            if byte == 0x25 {
                guard index + 2 < range.upperBound, isHex(text[index + 1]), isHex(text[index + 2]) else { return false }
            }
        }
        return true
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
    }

    // A bit for each character: letters, digits, and - . _ ~ : / ? # [ ] @ ! $ & ' ( ) * + , ; = %.
    private static let allowed: [UInt64] = [0xAFFF_FFFA_0000_0000, 0x47FF_FFFE_AFFF_FFFF]
}
