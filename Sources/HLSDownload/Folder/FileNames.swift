/// The names of the files of a download; all of them are ours, none comes from a playlist.
enum FileNames {
    private static let segmentPrefix = "stream_"

    static func segment(_ number: Int, in folder: String) -> String { join(folder, segmentPrefix + "\(number)") }
    static func initialization(_ number: Int, in folder: String) -> String { join(folder, "init_\(number)") }
    static func key(_ number: Int, in folder: String) -> String { join(folder, "key_\(number)") }

    static func join(_ folder: String, _ name: String) -> String {
        folder.isEmpty ? name : folder + "/" + name
    }

    /// The number of a segment that ``segment(_:in:)`` has named; nil for other files.
    static func segmentNumber(_ file: String) -> Int? {
        let name = stem(last(file))
        guard name.hasPrefix(segmentPrefix), let number = Int(name.dropFirst(segmentPrefix.utf8.count)),
            segment(number, in: "") == name
        else { return nil }
        return number
    }

    /// The folder of a file; empty when there is none.
    static func folder(of file: String) -> String {
        file.utf8.lastIndex(of: 0x2F).map { String(file[..<$0]) } ?? ""
    }

    /// The name without its extension.
    static func stem(_ file: String) -> String {
        guard let dot = file.utf8.lastIndex(of: 0x2E) else { return file }
        return String(file[..<dot])
    }

    /// The name without its folder.
    static func last(_ file: String) -> String {
        guard let slash = file.utf8.lastIndex(of: 0x2F) else { return file }
        return String(file[file.utf8.index(after: slash)...])
    }

    /// Whether a name is one that a download may have given: at most one folder deep, of plain characters.
    static func isOwn(_ file: some Collection<UInt8>) -> Bool {
        var (slashes, length) = (0, 0)
        for byte in file {
            switch byte {
            case 0x61...0x7A, 0x30...0x39, 0x2D, 0x5F: length += 1
            case 0x2E where length > 0: length += 1
            case 0x2F where length > 0 && slashes == 0: (slashes, length) = (1, 0)
            default: return false
            }
            guard length <= 100 else { return false }
        }
        return length > 0
    }

    /// A plain name for a rendition made of words of the playlist, such as `audio-en-2`: small letters, digits, hyphens.
    static func folder(_ words: [String?]) -> String {
        var name = ""
        for word in words {
            guard let word else { continue }
            let plain = word.lowercased().unicodeScalars
                .map { ("a"..."z").contains($0) || ("0"..."9").contains($0) ? Character($0) : "-" }
            for character in (name.isEmpty ? "" : "-") + String(plain) where name.utf8.count < 40 {
                if character != "-" || (!name.isEmpty && name.last != "-") { name.append(character) }
            }
        }
        while name.last == "-" { name.removeLast() }
        return name.isEmpty ? "stream" : name
    }
}

/// What two addresses of one stream have in common although host, token and query changed.
enum SourceIdentity {
    /// The path of a URL: hosts are interchangeable, and what stands in queries expires.
    static func of(_ url: String) -> String {
        var rest = Substring(url)
        if let end = rest.utf8.firstIndex(where: { $0 == 0x3F || $0 == 0x23 }) { rest = rest[..<end] }
        if let colon = rest.utf8.firstIndex(of: 0x3A), rest[colon...].utf8.starts(with: "://".utf8) {
            rest = rest[rest.utf8.index(colon, offsetBy: 3)...]
            guard let slash = rest.utf8.firstIndex(of: 0x2F) else { return "/" }
            rest = rest[slash...]
        }
        return String(rest)
    }

    /// What the texts of a playlist have in common although hosts, folders and tokens of its names changed.
    static func of(text: [UInt8]) -> String {
        let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
        let names = lines.filter { !$0.hasPrefix("#") }.map { lastComponent(String($0)) }
        return "text " + String(Checksum.of(names.joined(separator: "\n")), radix: 16)
    }

    /// The last part of a URL's path.
    static func lastComponent(_ url: String) -> String {
        FileNames.last(of(url))
    }
}
