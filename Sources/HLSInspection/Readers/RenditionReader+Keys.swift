import HLSKit

extension RenditionReader {
    /// What the tags of a segment say of its encryption, with the key where one is needed.
    mutating func segmentKey(of index: Int) async throws(InspectionError) -> SegmentKey {
        let plan = plans[index]
        let isNew = index == 0 || plans[index - 1].keys != plan.keys
        let key = try await segmentKey(plan.keys, vector: plan.vector)
        guard isNew else { return key.0 }
        if let (rule, message) = key.1 {
            found.add(rule, segment: index, line: plan.lines.key, message)
        }
        return key.0
    }

    /// What keys mean, and what is to be told of them.
    private mutating func segmentKey(
        _ all: [EncryptionKey],
        vector: [UInt8]
    ) async throws(InspectionError) -> (SegmentKey, (MediaRule, String)?) {
        guard !all.isEmpty else { return (.clear, nil) }
        let methods = all.map(\.method.rawValue).joined(separator: ", ")
        guard let key = all.first(where: { $0.method == .aes128 && SegmentKey.isIdentity($0) }) else {
            if all.allSatisfy({ SegmentKey.sampleMethods.contains($0.method) }) {
                let message =
                    "from here on samples are encrypted with \(methods): times and containers are checked, "
                    + "not what is in the samples"
                return (.samplesEncrypted, (.encryptedSegment, message))
            }
            let message =
                "from here on segments are encrypted with \(methods) and not looked into: "
                + "inspect the stream before it is encrypted"
            return (.closed, (.encryptedSegment, message))
        }
        guard let uri = key.uri else { return (.closed, nil) }
        switch try await keys.key(at: PlaylistURL.resolve(uri, against: playlistURL)) {
        case .bytes(let bytes):
            // Another length is told by the validator.
            guard vector.count == SegmentDecryptor.blockBytes else { return (.closed, nil) }
            return (.whole(key: bytes, vector: vector), nil)
        case .missing:
            return (.closed, (.keyMissing, "the key \(uri) does not exist or may not be read: put it there"))
        case .wrongLength(let count):
            let message = "the key \(uri) has \(count) bytes: a key of AES-128 has 16"
            return (.closed, (.keyLength, message))
        case .unreachable:
            let message =
                "from here on segments are encrypted with AES-128 and not looked into, since the key \(uri) cannot be "
                + "read: put a copy of it beside the playlist"
            return (.closed, (.encryptedSegment, message))
        }
    }

    // MARK: Sections

    /// Reads the section that a segment needs, when it is another one than before.
    mutating func readInitialization(of index: Int) async throws(InspectionError) {
        let plan = plans[index]
        guard plan.map != section else { return }
        section = plan.map
        closeReader()
        initialization = .none
        guard let map = plan.map else { return }
        initialization = .unusable
        let vector = map.keys.first { $0.method == .aes128 }?.initializationVector?.bytes ?? plan.vector
        let (key, _) = try await segmentKey(map.keys, vector: vector)
        // What is wrong with the key is told of the segment.
        if case .closed = key { return }
        guard let bytes = try await sectionBytes(map, key, index) else { return }
        use(bytes, map, index)
    }

    /// Reads the tables at the start of a transport stream whose I-frames are ranges without any
    /// (draft-pantos-hls-rfc8216bis 4.4.3.6).
    mutating func readTables(of index: Int) async throws(InspectionError) {
        let plan = plans[index]
        guard depth == .iFrames, plan.map == nil, plan.url != tablesURL else { return }
        if tablesURL != nil {
            closeReader()
            initialization = .none
            tablesURL = nil
        }
        guard plan.keys.isEmpty, let start = plan.range?.start, start > 0 else { return }
        tablesURL = plan.url
        let range = ByteRange(length: min(start, SegmentStart.byteCount), start: 0)
        var bytes: [UInt8] = []
        do throws(InspectionError) {
            try await loader.load(plan.url, range: range) { chunk in
                for place in 0..<chunk.count { bytes.append(chunk[place]) }
                return bytes.count < range.length
            }
        } catch {
            // Other failures are found again in the segment.
            if error.code == .cancelled { throw error }
        }
        let tables = SegmentStart.tablePackets(in: bytes)
        guard !tables.isEmpty else { return }
        closeReader()
        initialization = .tables(tables)
    }

    private mutating func sectionBytes(
        _ map: InitializationPlan,
        _ key: SegmentKey,
        _ index: Int
    ) async throws(InspectionError) -> [UInt8]? {
        var bytes: [UInt8] = []
        do {
            try await loader.load(map.url, range: map.range) { chunk in
                for place in 0..<min(chunk.count, Initialization.limit - bytes.count) { bytes.append(chunk[place]) }
                return bytes.count < Initialization.limit
            }
        } catch {
            switch error.code {
            case .notFound, .notUsable, .inputOutput, .unreachable:
                found.add(
                    .initializationMissing,
                    segment: index,
                    line: plans[index].lines.map,
                    "the section \(map.file) does not exist or may not be read: put the file there, or correct EXT-X-MAP"
                )
                return nil
            default: throw error
            }
        }
        guard case .whole(let key, let vector) = key else { return bytes }
        var decryptor = SegmentDecryptor(key: key, vector: vector)
        return decryptor.push(bytes.span) + decryptor.finish().bytes
    }

    private mutating func use(_ bytes: [UInt8], _ map: InitializationPlan, _ index: Int) {
        switch SegmentStart(bytes).content {
        case .fragmentedMP4:
            let file = MP4File(bytes)
            for problem in file.problems {
                let (rule, advice) = MediaRule.finding(for: problem)
                found.add(
                    rule,
                    severity: problem.severity == .error ? .error : .warning,
                    section: problem.rule,
                    segment: index,
                    position: problem.offset + (map.range?.start ?? 0),
                    file: map.file,
                    "\(problem.boxes)\(problem.message): \(advice)"
                )
            }
            if let movie = file.movie {
                initialization = .movie(movie)
                return
            }
        case .transportStream:
            initialization = .tables(bytes)
            return
        case .webVTT:
            initialization = .subtitleHeader(WebVTTText(bytes).header)
            return
        default: break
        }
        found.add(
            .initializationUnusable,
            segment: index,
            line: plans[index].lines.map,
            "the section \(map.file) is no init segment: let EXT-X-MAP name one"
        )
    }
}
