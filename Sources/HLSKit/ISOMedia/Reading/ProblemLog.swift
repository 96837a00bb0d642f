/// Collects problems up to a limit, so that a hostile file cannot fill the memory with them.
struct ProblemLog {
    private(set) var problems: [MP4Problem] = []

    /// All problems so far, taken ones included.
    private var count = 0

    private static let limit = 1_000

    mutating func add(_ kind: MP4Problem.Kind, offset: Int, path: [BoxType] = []) {
        guard count < Self.limit else { return }
        count += 1
        problems.append(MP4Problem(kind: kind, offset: offset, path: path))
    }

    /// Gives out the problems that came since the last time.
    mutating func takeProblems() -> [MP4Problem] {
        defer { problems = [] }
        return problems
    }

    mutating func add(_ kind: MP4Problem.Kind, in box: Box) {
        add(kind, offset: box.offset, path: box.path)
    }

    /// Tells entries that a table states and does not have.
    mutating func check(_ table: EntryTable, in box: Box) {
        guard table.count < table.stated else { return }
        add(.truncatedTable(stated: table.stated, present: table.count), in: box)
    }

    /// Reads the fields of a box, and tells when they break off.
    mutating func read<Value>(
        _ box: Box,
        _ body: (inout FieldReader) throws(FieldReader.EndOfData) -> Value
    ) -> Value? {
        var fields = box.fields
        do throws(FieldReader.EndOfData) {
            return try body(&fields)
        } catch {
            add(.truncatedFields, in: box)
            return nil
        }
    }

    /// The boxes inside a box, so many bytes behind its header; only direct ones.
    mutating func children(of box: Box, skipping skipped: Int = 0) -> [Box] {
        var children: [Box] = []
        var bytes = box.bytes
        var position = box.payload.lowerBound + skipped
        let end = box.payload.upperBound
        while position < end {
            guard children.count < Self.greatestChildCount else {
                add(.tooManyBoxes, in: box)
                break
            }
            // QuickTime ends lists of boxes with four zero bytes.
            bytes.load(position..<min(end, position + BoxHeader.greatestLength))
            if end - position == 4, (position..<end).allSatisfy({ bytes[$0] == 0 }) { break }
            guard let header = BoxHeader(FieldReader(bytes, in: position..<end)) else {
                add(.trailingBytes(end - position), offset: box.base + position, path: box.path)
                break
            }
            let path = box.path + [header.type]
            guard let size = header.size, size >= UInt64(header.length) else {
                add(.invalidSize(header.size ?? 0), offset: box.base + position, path: path)
                break
            }
            let isWhole = size <= UInt64(end - position)
            if !isWhole {
                let kind = MP4Problem.Kind.truncatedBox(size: size, available: end - position)
                add(kind, offset: box.base + position, path: path)
            }
            let next = isWhole ? position + Int(size) : end
            children.append(
                Box(
                    type: header.type,
                    offset: box.base + position,
                    bytes: bytes,
                    base: box.base,
                    payload: position + header.length..<next,
                    path: path
                )
            )
            position = next
        }
        return children
    }

    private static let greatestChildCount = 4_096
    /// What is not a table is much shorter.
    private static let greatestContent = 1 << 20

    /// Whether the content of a box may be taken into memory; tells when it may not.
    mutating func isReadable(_ box: Box) -> Bool {
        guard box.payload.count > Self.greatestContent else { return true }
        add(.boxTooLarge(box.payload.count), in: box)
        return false
    }

    /// The one box of a type; tells when it is missing or there twice.
    mutating func only(_ type: BoxType, of children: [Box], in parent: Box, isMandatory: Bool = true) -> Box? {
        let found = children.filter { $0.type == type }
        if found.count > 1 { add(.duplicateBox(type), in: found[1]) }
        if found.isEmpty, isMandatory { add(.missingBox(type), in: parent) }
        return found.first
    }
}
