import CFFmpeg

/// Finds encoders and muxers by name, and names near ones when there is none.
enum CodecNames {
    static func encoder(_ name: String, type: AVMediaType) throws(ConversionError) -> UnsafePointer<AVCodec> {
        let kind = type == AVMEDIA_TYPE_VIDEO ? "video" : "audio"
        if let codec = avcodec_find_encoder_by_name(name) {
            if codec.pointee.type == type { return codec }
            throw ConversionError(.invalidOption, "'\(name)' is an encoder, but no \(kind) encoder: name another")
        }
        throw ConversionError(
            .invalidOption,
            "there is no \(kind) encoder '\(name)'"
                + suggestion(for: name, first: encoders(ofCoding: name, type: type), among: encoders(of: type))
        )
    }

    static func muxer(_ name: String) throws(ConversionError) -> UnsafePointer<AVOutputFormat> {
        if let format = av_guess_format(name, nil, nil) { return UnsafePointer(format) }
        throw ConversionError(
            .invalidOption,
            "there is no format '\(name)'"
                + suggestion(for: name, first: muxer(ofExtension: name), among: ["hls"] + muxers())
        )
    }

    private static func encoders(of type: AVMediaType) -> [String] {
        var names: [String] = []
        var state: UnsafeMutableRawPointer?
        while let codec = av_codec_iterate(&state) {
            if codec.pointee.type == type, av_codec_is_encoder(codec) != 0, let name = codec.pointee.name {
                names.append(String(cString: name))
            }
        }
        return names
    }

    /// The encoders of a coding, such as libx264 of h264: those that need no graphics card, the libraries made for it first.
    private static func encoders(ofCoding name: String, type: AVMediaType) -> [String] {
        let aliases = ["avc": "h264", "h265": "hevc", "x264": "h264", "x265": "hevc"]
        let coding = name.lowercased()
        guard let id = avcodec_descriptor_get_by_name(aliases[coding] ?? coding)?.pointee.id else { return [] }
        var names: [String] = []
        var state: UnsafeMutableRawPointer?
        while let codec = av_codec_iterate(&state) {
            let hardware = UInt32(AV_CODEC_CAP_HARDWARE) | UInt32(AV_CODEC_CAP_HYBRID)
            guard codec.pointee.id == id, codec.pointee.type == type, av_codec_is_encoder(codec) != 0,
                UInt32(bitPattern: codec.pointee.capabilities) & hardware == 0, let name = codec.pointee.name
            else { continue }
            names.append(String(cString: name))
        }
        return names.sorted { ($0.hasPrefix("lib") ? 0 : 1, $0) < ($1.hasPrefix("lib") ? 0 : 1, $1) }
    }

    /// The format of files with an extension, such as matroska of mkv.
    private static func muxer(ofExtension name: String) -> [String] {
        guard let format = av_guess_format(nil, "x." + name, nil), let name = format.pointee.name else { return [] }
        return [String(cString: name)]
    }

    private static func muxers() -> [String] {
        var names: [String] = []
        var state: UnsafeMutableRawPointer?
        while let format = av_muxer_iterate(&state) {
            if let name = format.pointee.name { names.append(String(cString: name)) }
        }
        return names
    }

    /// The names that differ least from what was typed, behind those that mean the same, as the end of a sentence.
    static func suggestion(for name: String, first: [String] = [], among names: [String]) -> String {
        let typed = name.lowercased()
        guard !typed.isEmpty else { return "" }
        let near =
            names
            .filter { !first.contains($0) }
            .map { (name: $0, distance: $0.contains(typed) ? 1 : editDistance(Array(typed.utf8), Array($0.utf8))) }
            .filter { $0.distance <= max(2, typed.utf8.count / 3) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .map(\.name)
        let best = (first + near).prefix(4)
        return best.isEmpty ? "" : "; near it are " + best.joined(separator: ", ")
    }

    /// The number of bytes to insert, remove or replace (Levenshtein).
    private static func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var row = Array(0...second.count)
        for (line, byte) in first.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in second.enumerated() {
                let replaced = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[second.count]
    }
}
