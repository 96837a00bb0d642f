extension MediaPlaylist {
    /// Comments and unknown tags in front of the last tag of the header, a line each.
    package var headerOtherLines: [String] { OtherLines.of(header) }

    /// Comments and unknown tags behind the last segment, a line each.
    package var trailingOtherLines: [String] { OtherLines.of(trailer) }
}

extension MultivariantPlaylist {
    /// Comments and unknown tags, a line each.
    package var otherLines: [String] { OtherLines.of(bytes) }
}

/// Finds the lines of a text that the specification does not define.
private enum OtherLines {
    static func of(_ text: [UInt8]) -> [String] {
        var lines: [String] = []
        let span = text.span
        var scanner = PlaylistLineScanner()
        while let line = scanner.next(in: span) {
            switch line.content {
            case .comment, .unknownTag: lines.append(span.string(line.text))
            case .blank, .tag, .uri: break
            }
        }
        return lines
    }
}
