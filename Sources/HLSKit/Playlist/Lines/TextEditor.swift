/// Changes lines of a text and leaves every other byte as it is.
struct TextEditor {
    private(set) var bytes: [UInt8]
    private let usesCRLF: Bool
    private let variables: PlaylistVariables

    /// Which lines an edit is about.
    enum Target: Equatable {
        case tag(PlaylistTag)
        /// Comments and unknown tags.
        case other
        case uri

        func matches(_ content: PlaylistLine.Content) -> Bool {
            switch content {
            case .blank: false
            case .comment, .unknownTag: self == .other
            case .tag(let tag): self == .tag(tag)
            case .uri: self == .uri
            }
        }

        /// Where a line belongs among others: in the order of the tags, with the URI last.
        var rank: Int {
            switch self {
            case .tag(let tag): Int(tag.rawValue) &* 2
            case .other: Int(PlaylistTag.segment.rawValue) &* 2 &- 1
            case .uri: Int(PlaylistTag.byteRange.rawValue) &* 2 &+ 1
            }
        }
    }

    /// One line, or for a variant its two.
    struct Rendered: Equatable {
        var line: [UInt8]
        var uri: [UInt8]?
    }

    private struct Place {
        var whole: Range<Int>
        var text: Range<Int>
        var uri: Range<Int>?
    }

    /// An editor of some lines; `variables` are those that the lines may refer to.
    init(_ bytes: [UInt8], usesCRLF: Bool, variables: PlaylistVariables = PlaylistVariables()) {
        self.bytes = bytes
        self.usesCRLF = usesCRLF
        self.variables = variables
    }

    /// Makes the lines of a target say `new` where they said `old`: what both begin and end with is left alone.
    mutating func replace<Value: Hashable>(
        _ target: Target,
        _ old: [Value],
        with new: [Value],
        _ render: (Value) -> Rendered
    ) {
        guard old != new else { return }
        let places = places(of: target)
        let count = min(old.count, places.count)
        var prefix = 0
        while prefix < min(count, new.count), old[prefix] == new[prefix] { prefix += 1 }
        var suffix = 0
        while suffix < min(count, new.count) - prefix, old[count - 1 - suffix] == new[new.count - 1 - suffix] {
            suffix += 1
        }
        let changed = new[prefix..<(new.count - suffix)]
        let stale = prefix..<(count - suffix)
        let added = changed.dropFirst(stale.count)
        if !added.isEmpty {
            let anchor =
                if prefix + stale.count > 0 { places[prefix + stale.count - 1].whole.upperBound } else if suffix > 0 {
                    places[stale.upperBound].whole.lowerBound
                } else { place(for: target) }
            insert(added.map(render), at: anchor)
        }
        for index in stale.reversed() {
            let offset = changed.startIndex + index - prefix
            if offset < changed.endIndex {
                overwrite(places[index], with: render(changed[offset]))
            } else {
                bytes.removeSubrange(places[index].whole)
            }
        }
    }

    /// Makes the last line of a tag say something else, adds it when there is none, or removes all when it is nil.
    mutating func set(_ tag: PlaylistTag, to line: [UInt8]?) {
        let places = places(of: .tag(tag))
        guard let line else {
            for place in places.reversed() { bytes.removeSubrange(place.whole) }
            return
        }
        if let last = places.last {
            overwrite(last, with: Rendered(line: line))
        } else {
            insert([Rendered(line: line)], at: place(for: .tag(tag)))
        }
    }

    /// Puts whole lines where the first line of some tags stands, in front of all others when there is none, and takes
    /// out the lines of these tags.
    mutating func replaceAll(_ tags: [PlaylistTag], with lines: [UInt8]) {
        let places = tags.flatMap { self.places(of: .tag($0)) }.sorted { $0.whole.lowerBound < $1.whole.lowerBound }
        for place in places.reversed() { bytes.removeSubrange(place.whole) }
        bytes.insert(contentsOf: lines, at: places.first?.whole.lowerBound ?? 0)
    }

    /// Whether there is a line of a tag.
    func contains(_ tag: PlaylistTag) -> Bool {
        !places(of: .tag(tag)).isEmpty
    }

    private mutating func overwrite(_ place: Place, with rendered: Rendered) {
        let rendered = keepingReferences(at: place, rendered)
        if let uri = rendered.uri, let range = place.uri { bytes.replaceSubrange(range, with: uri) }
        bytes.replaceSubrange(place.text, with: rendered.line)
        if let uri = rendered.uri, place.uri == nil {
            let end = place.text.lowerBound + rendered.line.count
            bytes.replaceSubrange(end..<end, with: newline + uri)
        }
    }

    /// The new line with the variables of the old one, wherever what they stand for is still what is said.
    private func keepingReferences(at place: Place, _ rendered: Rendered) -> Rendered {
        guard !variables.values.isEmpty else { return rendered }
        let span = bytes.span
        var result = rendered
        if let range = place.uri, variables.substituted(span, range) == rendered.uri { result.uri = span.array(range) }
        let names = span.extracting(place.text)
        guard names.contains(0x7B), let colon = rendered.line.firstIndex(of: 0x3A) else { return result }
        let old = AttributeList(bytes: span.array(place.text.lowerBound + colon + 1..<place.text.upperBound))
        let new = AttributeList(bytes: Array(rendered.line[(colon + 1)...]))
        result.line = Array(rendered.line[...colon]) + new.keepingReferences(of: old, variables).bytes
        return result
    }

    private mutating func insert(_ lines: [Rendered], at offset: Int) {
        var text: [UInt8] = []
        if offset > 0, bytes[offset - 1] != 0x0A { text += newline }
        for line in lines {
            text += line.line + newline
            if let uri = line.uri { text += uri + newline }
        }
        bytes.insert(contentsOf: text, at: offset)
    }

    private var newline: [UInt8] { usesCRLF ? [0x0D, 0x0A] : [0x0A] }

    private func places(of target: Target) -> [Place] {
        var places: [Place] = []
        let span = bytes.span
        var scanner = PlaylistLineScanner()
        var isWaiting = false
        while let line = scanner.next(in: span) {
            if isWaiting, line.content == .uri {
                places[places.count - 1].uri = line.text
                places[places.count - 1].whole = places[places.count - 1].whole.lowerBound..<line.end
                isWaiting = false
            } else if case .tag = line.content {
                isWaiting = false
            }
            guard target.matches(line.content) else { continue }
            places.append(Place(whole: line.start..<line.end, text: line.text))
            isWaiting = target == .tag(.streamInformation)
        }
        return places
    }

    /// Where a new line belongs: in front of the first that comes later in the order.
    private func place(for target: Target) -> Int {
        var pairsVariants = false
        if case .tag(let tag) = target { pairsVariants = tag.scope == .multivariant }
        let span = bytes.span
        var scanner = PlaylistLineScanner()
        var isWaiting = false
        while let line = scanner.next(in: span) {
            let other: Target? =
                switch line.content {
                case .tag(let tag): .tag(tag)
                // The URI of a variant goes with the line in front of it.
                case .uri: isWaiting ? .tag(.streamInformation) : .uri
                default: nil
                }
            if other != nil { isWaiting = pairsVariants && line.content == .tag(.streamInformation) }
            if let other, other.rank > target.rank { return line.start }
        }
        return bytes.count
    }
}
