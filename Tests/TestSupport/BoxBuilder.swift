/// Makes boxes out of fields, as small as files can be and still be told apart.
package enum BoxBuilder {
    package static func box(_ type: String, _ content: [UInt8]...) -> [UInt8] {
        let payload = content.flatMap(\.self)
        return u32(8 + payload.count) + Array(type.utf8) + payload
    }

    package static func full(_ type: String, version: UInt8 = 0, flags: Int = 0, _ content: [UInt8]...) -> [UInt8] {
        box(type, u32(Int(version) << 24 | flags) + content.flatMap(\.self))
    }

    package static func u16(_ value: Int) -> [UInt8] { bytes(value, 2) }
    package static func u32(_ value: Int) -> [UInt8] { bytes(value, 4) }
    package static func u64(_ value: Int) -> [UInt8] { bytes(value, 8) }

    package static func words(_ values: [Int]) -> [UInt8] { values.flatMap(u32) }

    /// A table of 32-bit numbers behind the number of its entries.
    package static func table(_ type: String, version: UInt8 = 0, _ rows: [[Int]]) -> [UInt8] {
        full(type, version: version, u32(rows.count), words(rows.flatMap(\.self)))
    }

    package static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    private static func bytes(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> ((count - 1 - $0) * 8)) }
    }

    // MARK: Movies

    package static func ftyp(_ brands: [String] = ["iso6"]) -> [UInt8] {
        box("ftyp", Array("isom".utf8), u32(512), brands.flatMap { Array($0.utf8) })
    }

    package static func moov(_ parts: [UInt8]...) -> [UInt8] {
        let clock = zeros(8) + u32(1_000) + u32(0)
        let header = full("mvhd", clock + zeros(16) + words(identityMatrix) + zeros(28))
        return box("moov", header + parts.flatMap(\.self))
    }

    /// The matrix that leaves pictures as they are.
    package static let identityMatrix = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]

    package static func mvex(_ tracks: [Int], duration: Int = 0, size: Int = 0, flags: Int = 0) -> [UInt8] {
        box("mvex", tracks.flatMap { full("trex", words([$0, 1, duration, size, flags])) })
    }

    package static let emptyTables =
        table("stts", []) + table("stsc", []) + full("stsz", u32(0), u32(0)) + table("stco", [])

    package static func trak(
        _ id: Int,
        handler: String = "vide",
        timescale: Int = 90_000,
        entry: [UInt8] = avc1(),
        edits: [[Int]] = [],
        matrix: [Int] = identityMatrix,
        userData: [UInt8] = [],
        tables: [UInt8] = emptyTables
    ) -> [UInt8] {
        let start = zeros(8) + u32(id) + zeros(8) + zeros(16)
        let header = full("tkhd", flags: 3, start + words(matrix) + u32(320 << 16) + u32(180 << 16))
        let clock = full("mdhd", zeros(8), u32(timescale), u32(0), u16(0x55C4), u16(0))
        let kind = full("hdlr", u32(0), Array(handler.utf8), zeros(13))
        let descriptions = full("stsd", u32(1), entry)
        let media = box("mdia", clock, kind, box("minf", box("stbl", descriptions, tables)))
        let other = userData.isEmpty ? [] : box("udta", userData)
        return box("trak", header, edits.isEmpty ? [] : box("edts", table("elst", edits)), media + other)
    }

    // MARK: Sample entries

    package static func visual(_ type: String, _ extensions: [UInt8]...) -> [UInt8] {
        let start = zeros(6) + u16(1) + zeros(16) + u16(320) + u16(180)
        return box(type, start + zeros(50) + extensions.flatMap(\.self))
    }

    package static func audio(
        _ type: String,
        channels: Int = 2,
        rate: Int = 48_000,
        _ extensions: [UInt8]...
    ) -> [UInt8] {
        let start = zeros(6) + u16(1) + zeros(8) + u16(channels) + u16(16) + zeros(4)
        return box(type, start + u32(rate << 16) + extensions.flatMap(\.self))
    }

    package static let avcC: [UInt8] = {
        let set = SampleUnits.h264SequenceSet()
        let picture = SampleUnits.h264PictureSet
        let sets = [0xE1] + u16(set.count) + set + [1] + u16(picture.count) + picture
        return box("avcC", [1, 0x4D, 0, 0x1E, 0xFF] + sets)
    }()

    package static func avc1(_ type: String = "avc1", _ extensions: [UInt8]...) -> [UInt8] {
        visual(type, avcC, extensions.flatMap(\.self))
    }

    package static func mp4a(_ type: String = "mp4a", _ extensions: [UInt8]...) -> [UInt8] {
        let specific: [UInt8] = [5, 2, 0x11, 0x90]
        let decoder: [UInt8] = [4, UInt8(13 + specific.count), 0x40, 0x15, 0, 0, 0] + u32(128_000) + u32(96_000)
        let stream: [UInt8] = [3, 0x80, 0x80, UInt8(3 + decoder.count + specific.count), 0, 1, 0]
        return audio(type, full("esds", stream + decoder + specific), extensions.flatMap(\.self))
    }

    // MARK: Fragments

    package static let moofIsBase = 0x2_0000

    package static func traf(
        _ id: Int,
        flags: Int = moofIsBase,
        fields: [Int] = [],
        time: Int?,
        _ runs: [UInt8]...
    ) -> [UInt8] {
        let decodeTime = time.map { full("tfdt", version: 1, u64($0)) } ?? []
        return box("traf", full("tfhd", flags: flags, words([id] + fields)), decodeTime, runs.flatMap(\.self))
    }

    package static func moof(_ number: Int, _ tracks: [UInt8]...) -> [UInt8] {
        box("moof", full("mfhd", u32(number)), tracks.flatMap(\.self))
    }

    /// A `moof` with one track and one run whose samples lie at the start of the `mdat` behind it.
    package static func fragment(
        _ number: Int,
        track: Int = 1,
        time: Int?,
        version: UInt8 = 0,
        flags: Int,
        samples: [[Int]],
        first: [Int] = [],
        data: Int
    ) -> [UInt8] {
        func make(_ offset: Int) -> [UInt8] {
            let fields = words([samples.count, offset] + first + samples.flatMap(\.self))
            return moof(number, traf(track, time: time, full("trun", version: version, flags: flags | 1, fields)))
        }
        return make(make(0).count + 8) + box("mdat", zeros(data))
    }
}
