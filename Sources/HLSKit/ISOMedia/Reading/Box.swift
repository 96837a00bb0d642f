/// A box within the bytes of the top-level box that it belongs to (ISO/IEC 14496-12 4.2).
struct Box {
    let type: BoxType
    /// Where the box begins, in bytes from the start of the file.
    let offset: Int
    /// The bytes of the top-level box.
    let bytes: ByteWindow
    /// Where these bytes begin in the file.
    let base: Int
    /// What stands behind the header, in `bytes`.
    let payload: Range<Int>
    /// The boxes around this one, and this one.
    let path: [BoxType]

    var fields: FieldReader { FieldReader(bytes, in: payload) }

    var content: [UInt8] { bytes[payload] }
}

/// The start of a box: its size and type (ISO/IEC 14496-12 4.2).
struct BoxHeader {
    /// The most bytes that a header has: long size and extended type.
    static let greatestLength = 32

    var type: BoxType
    /// The bytes of the box with its header; nil when it goes on to the end of the file.
    var size: UInt64?
    var length: Int

    /// Reads the header that the bytes begin with.
    ///
    /// - Returns: Nil when they end before it does.
    init?(_ fields: FieldReader) {
        var fields = fields
        let start = fields.position
        do throws(FieldReader.EndOfData) {
            let word = try fields.read(UInt32.self)
            type = try fields.readType()
            size = word == 1 ? try fields.read(UInt64.self) : word == 0 ? nil : UInt64(word)
            if type == "uuid" { try fields.skip(16) }
        } catch {
            return nil
        }
        length = fields.position - start
    }
}
