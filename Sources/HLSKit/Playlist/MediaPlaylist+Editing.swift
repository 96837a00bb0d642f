extension MediaPlaylist {
    mutating func set(_ tag: PlaylistTag, to value: Int?) {
        set(tag, line: value.map { SegmentLines.integer(tag, $0) })
    }

    mutating func set(_ tag: PlaylistTag, _ value: Bool, _ oldValue: Bool) {
        guard value != oldValue else { return }
        set(tag, line: value ? SegmentLines.bare(tag) : nil)
    }

    /// Sets the line of a tag that speaks of the whole playlist, wherever it stands.
    mutating func set(_ tag: PlaylistTag, line: [UInt8]?) {
        if let line {
            if TextEditor(trailer, usesCRLF: usesCRLF).contains(tag) {
                Self.edit(&trailer, usesCRLF, variables) { $0.set(tag, to: line) }
            } else if let index = lastSegment(with: tag) {
                segments.edit(at: index) { $0.set(tag, to: line) }
            } else if tag == .endList {
                Self.edit(&trailer, usesCRLF, variables) { $0.set(tag, to: line) }
            } else {
                Self.edit(&header, usesCRLF, variables) { $0.set(tag, to: line) }
            }
        } else {
            Self.edit(&header, usesCRLF, variables) { $0.set(tag, to: nil) }
            Self.edit(&trailer, usesCRLF, variables) { $0.set(tag, to: nil) }
            while let index = lastSegment(with: tag) { segments.edit(at: index) { $0.set(tag, to: nil) } }
        }
    }

    mutating func replaceInHeader<Tag: AttributeTag>(_ tag: PlaylistTag, _ old: [Tag], with new: [Tag]) {
        Self.edit(&header, usesCRLF, variables) {
            $0.replace(.tag(tag), old, with: new) { TextEditor.Rendered(line: $0.lineBytes) }
        }
    }

    mutating func replaceInTrailer<Tag: AttributeTag>(_ tag: PlaylistTag, _ old: [Tag], with new: [Tag]) {
        Self.edit(&trailer, usesCRLF, variables) {
            $0.replace(.tag(tag), old, with: new) { TextEditor.Rendered(line: $0.lineBytes) }
        }
    }

    /// Makes assigned segments those of this playlist.
    mutating func adoptSegments() {
        let base = MediaSegments.Base(
            mediaSequence: mediaSequence,
            discontinuitySequence: discontinuitySequence,
            skippedSegments: max(0, skip?.count ?? 0)
        )
        if ownSegments.base != base { ownSegments.base = base }
        adoptOrphans()
        guard ownSegments.variables != variables || ownSegments.usesCRLF != usesCRLF else { return }
        // Their lines may use variables that this playlist does not have.
        let values = Array(ownSegments)
        ownSegments = MediaSegments()
        ownSegments.base = base
        ownSegments.variables = variables
        ownSegments.usesCRLF = usesCRLF
        for segment in values { ownSegments.append(segment) }
    }

    /// Takes in the lines of the whole playlist that no segment holds any more.
    private mutating func adoptOrphans() {
        guard !ownSegments.orphans.isEmpty else { return }
        let orphans = ownSegments.orphans
        ownSegments.orphans = []
        let span = orphans.span
        var scanner = PlaylistLineScanner()
        var tail: [UInt8] = []
        while let line = scanner.next(in: span) {
            guard case .tag(let tag) = line.content else { continue }
            // Behind the segments that are left as before: in front of them, a variable would take the place of theirs.
            if tag.isInHeader, ownSegments.isEmpty {
                header.endLine(usesCRLF: usesCRLF)
                header += span.array(line.start..<line.end)
            } else {
                tail += span.array(line.start..<line.end)
                tail.endLine(usesCRLF: usesCRLF)
            }
        }
        if !tail.isEmpty { trailer.insert(contentsOf: tail, at: 0) }
    }

    private static func edit(
        _ text: inout [UInt8],
        _ usesCRLF: Bool,
        _ variables: PlaylistVariables,
        _ change: (inout TextEditor) -> Void
    ) {
        var editor = TextEditor(text, usesCRLF: usesCRLF, variables: variables)
        change(&editor)
        text = editor.bytes
    }

    private func lastSegment(with tag: PlaylistTag) -> Int? {
        segments.records.indices.reversed().first { index in
            segments.records[index].flags.contains(.playlistTags)
                && TextEditor(Array(segments.text(segments.records[index])), usesCRLF: false).contains(tag)
        }
    }
}

extension MediaSegments {
    /// Changes lines that say nothing of the segment itself.
    mutating func edit(at index: Int, _ change: (inout TextEditor) -> Void) {
        let segment = segment(at: index)
        var editor = TextEditor(Array(text(records[index])), usesCRLF: usesCRLF, variables: variables)
        change(&editor)
        rewrite(at: index, editor.bytes, start: segment.byteRange?.start)
    }
}
