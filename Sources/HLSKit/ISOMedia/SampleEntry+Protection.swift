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

extension SampleProtection {
    /// Appends how samples are encrypted: a `sinf` box with the type of the samples when they are decrypted.
    func write(to writer: inout FieldWriter, codingType: BoxType) {
        writer.box("sinf") { writer in
            writer.box("frma") { $0.write(codingType) }
            if let scheme {
                writer.fullBox("schm") { writer in
                    writer.write(scheme)
                    writer.write(UInt32(0x1_0000))  // scheme_version 1.0
                }
            }
            guard let keyID, keyID.count == 16 else { return }
            writer.box("schi") { writer in
                let hasPattern = encryptedBlocks > 0 || clearBlocks > 0
                writer.fullBox("tenc", version: hasPattern ? 1 : 0) { writer in
                    writer.write(UInt8(0))
                    writer.write(encryptedBlocks << 4 | clearBlocks & 15)
                    writer.write(UInt8(isProtected ? 1 : 0))
                    writer.write(vectorSize)
                    writer.write(keyID)
                    guard isProtected, vectorSize == 0 else { return }
                    writer.write(UInt8(clamping: constantVector.count))
                    writer.write(constantVector)
                }
            }
        }
    }
}
