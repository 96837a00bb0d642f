/// The extensions of the files that a download writes: one byte each where a name would take sixteen.
enum FileExtension: String, Sendable, CaseIterable {
    case ts, m4s, mp4, aac, mp3, ac3, ec3, vtt, key, m3u8

    /// The extension of a file's name; nil when no download writes such files.
    init?(of file: String) {
        guard let dot = file.utf8.lastIndex(of: 0x2E) else { return nil }
        self.init(rawValue: String(file[file.utf8.index(after: dot)...]))
    }
}
