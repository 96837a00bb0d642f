extension SampleEntryReader {
    /// Reads how samples are encrypted (ISO/IEC 14496-12 8.12).
    mutating func readProtection(_ box: Box, _ entry: inout SampleEntry) {
        let children = log.children(of: box)
        var protection = SampleProtection()
        if let original = log.only("frma", of: children, in: box) {
            let type = log.read(original) { fields throws(FieldReader.EndOfData) in try fields.readType() }
            if let type {
                entry.codingType = type
                entry.codecString = SampleEntry.plainCodecString(type)
            }
        }
        if let scheme = log.only("schm", of: children, in: box, isMandatory: false) {
            protection.scheme = log.read(scheme) { fields throws(FieldReader.EndOfData) in
                _ = try fields.readVersionAndFlags()
                return try fields.readType()
            }
        }
        if let information = log.only("schi", of: children, in: box, isMandatory: false),
            let defaults = log.only("tenc", of: log.children(of: information), in: information, isMandatory: false)
        {
            _ = log.read(defaults) { fields throws(FieldReader.EndOfData) in
                try Self.readDefaults(&fields, &protection)
            }
        }
        entry.protection = protection
    }

    /// Reads a `tenc` box (ISO/IEC 23001-7 8.2).
    private static func readDefaults(
        _ fields: inout FieldReader,
        _ protection: inout SampleProtection
    ) throws(FieldReader.EndOfData) {
        let version = try fields.readVersionAndFlags().version
        try fields.skip(1)
        let pattern = try fields.read(UInt8.self)
        if version > 0 {
            protection.encryptedBlocks = pattern >> 4
            protection.clearBlocks = pattern & 15
        }
        protection.isProtected = try fields.read(UInt8.self) != 0
        protection.vectorSize = try fields.read()
        protection.keyID = try fields.readBytes(16)
        if protection.isProtected, protection.vectorSize == 0 {
            protection.constantVector = try fields.readBytes(Int(try fields.read(UInt8.self)))
        }
    }
}
