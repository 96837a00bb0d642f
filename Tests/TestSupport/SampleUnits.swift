package import HLSKit

/// Makes access units of every codec, as small as they can be and still be told apart.
package enum SampleUnits {
    package static let codecs: [ElementaryStream.Codec] = [
        .h264, .hevc, .mpeg2Video, .mpeg1Video, .aac, .aacLATM, .mpeg1Audio, .mpeg2Audio, .ac3, .enhancedAC3, .opus,
        .timedMetadata,
    ]

    /// The unit with a number; a video unit is a random access point when the number divides by ten.
    package static func unit(_ codec: ElementaryStream.Codec, number: Int, length: Int) -> [UInt8] {
        let isKey = number % 10 == 0
        switch codec {
        case .h264: return h264(number: number, isKey: isKey, length: length)
        case .hevc: return hevc(number: number, isKey: isKey, length: length)
        case .mpeg1Video, .mpeg2Video:
            return mpegVideo(isKey: isKey, isMPEG2: codec == .mpeg2Video, length: length)
        case .aac: return adts(length: length)
        case .aacLATM: return loas(length: length)
        case .mpeg1Audio: return mpegAudio([0xFF, 0xFB, 0x90, 0x40])
        case .mpeg2Audio: return mpegAudio([0xFF, 0xF5, 0x84, 0xC0])
        case .ac3: return padded([0x0B, 0x77, 0, 0, 0x08, 0x40, 0x43], to: 256)
        case .enhancedAC3:
            let words = max(8, length / 2) - 1
            return padded([0x0B, 0x77, UInt8(words >> 8), UInt8(words & 255), 0x35, 0x80, 0], to: words * 2 + 2)
        case .opus:
            var bytes: [UInt8] = []
            OpusControlHeader.write(packetLength: length, to: &bytes)
            return padded(bytes + [0xFC], to: bytes.count + length)
        default: return padded(Array("ID3".utf8), to: length)
        }
    }

    /// Random access as a demuxer tells it.
    package static func isRandomAccess(_ codec: ElementaryStream.Codec, number: Int) -> Bool {
        !codec.isVideo || number % 10 == 0
    }

    package static func padded(_ bytes: [UInt8], to length: Int) -> [UInt8] {
        bytes + repeatElement(0x5A, count: max(0, length - bytes.count))
    }

    package static func joined(_ units: [[UInt8]]) -> [UInt8] {
        units.flatMap { [0, 0, 0, 1] + $0 }
    }

    // MARK: H.264

    package static let h264PictureSet: [UInt8] = {
        var writer = BitWriter()
        for _ in 0..<2 { writer.writeGolomb(0) }
        writer.write(0, 2)
        for _ in 0..<3 { writer.writeGolomb(0) }
        return writer.nalUnit(header: [0x68])
    }()

    /// Main profile, 320x180, 25 frames a second, frames or fields.
    package static func h264SequenceSet(framesOnly: Bool = true, width: UInt32 = 20, orderType: UInt32 = 0) -> [UInt8] {
        var writer = BitWriter()
        for value in [77, 0, 30] as [UInt32] { writer.write(value, 8) }
        writer.writeGolomb(0)
        writer.writeGolomb(0)  // four bits of frame number
        writer.writeGolomb(orderType)
        if orderType == 0 { writer.writeGolomb(0) }
        writer.writeGolomb(1)
        writer.write(0, 1)
        writer.writeGolomb(width - 1)
        writer.writeGolomb(framesOnly ? 11 : 5)
        writer.write(framesOnly ? 1 : 0, 1)
        if !framesOnly { writer.write(0, 1) }
        writer.write(1, 1)
        writer.write(1, 1)
        for value in [0, 0, 0, framesOnly ? 6 : 3] as [UInt32] { writer.writeGolomb(value) }
        writer.write(1, 1)  // VUI: square samples, BT.709, 25 frames a second
        writer.write(1, 1)
        writer.write(1, 8)
        writer.write(0, 1)
        writer.write(1, 1)
        writer.write(5, 3)
        writer.write(0b01, 2)
        for _ in 0..<3 { writer.write(1, 8) }
        writer.write(0, 1)
        writer.write(1, 1)
        writer.write(1, 32)
        writer.write(50, 32)
        writer.write(0b1_0000, 5)
        return writer.nalUnit(header: [0x67])
    }

    /// The fields of a slice header that tell pictures apart.
    package struct Slice {
        package var first: UInt32 = 0
        package var frameNumber: UInt32 = 0
        package var order: UInt32? = 0
        package var refreshID: UInt32?
        package var referenceIDC: UInt8 = 3
        package var field: UInt32?
        package var pictureSet: UInt32 = 0

        package init(
            first: UInt32 = 0,
            frameNumber: UInt32 = 0,
            order: UInt32? = 0,
            refreshID: UInt32? = nil,
            referenceIDC: UInt8 = 3,
            field: UInt32? = nil,
            pictureSet: UInt32 = 0
        ) {
            self.first = first
            self.frameNumber = frameNumber
            self.order = order
            self.refreshID = refreshID
            self.referenceIDC = referenceIDC
            self.field = field
            self.pictureSet = pictureSet
        }
    }

    package static func h264Slice(_ slice: Slice, framesOnly: Bool = true, length: Int = 40) -> [UInt8] {
        var writer = BitWriter()
        writer.writeGolomb(slice.first)
        writer.writeGolomb(slice.refreshID == nil ? 5 : 7)
        writer.writeGolomb(slice.pictureSet)
        writer.write(slice.frameNumber, 4)
        if !framesOnly {
            writer.write(slice.field == nil ? 0 : 1, 1)
            if let field = slice.field { writer.write(field, 1) }
        }
        if let refreshID = slice.refreshID { writer.writeGolomb(refreshID) }
        if let order = slice.order { writer.write(order, 4) }
        let header = slice.referenceIDC << 5 | (slice.refreshID == nil ? 1 : 5)
        return writer.nalUnit(header: [header], payload: Array(repeating: 0x5A, count: max(1, length)))
    }

    package static func h264(number: Int, isKey: Bool, length: Int) -> [UInt8] {
        var units: [[UInt8]] = [[0x09, 0xF0]]
        if isKey { units += [h264SequenceSet(), h264PictureSet] }
        let place = UInt32(number % 10)
        let slice = Slice(
            frameNumber: place,
            order: place * 2 & 15,
            refreshID: isKey ? UInt32(number / 10 % 2) : nil
        )
        return joined(units + [h264Slice(slice, length: length)])
    }

    // MARK: Other video

    /// Parameter sets of 320x180 at 25 frames a second, as libx265 writes them.
    package static let hevcSets: [[UInt8]] = [
        [64, 1, 12, 1, 255, 255, 1, 96, 0, 0, 3, 0, 144, 0, 0, 3, 0, 0, 3, 0, 60, 149, 148, 9],
        [
            66, 1, 1, 1, 96, 0, 0, 3, 0, 144, 0, 0, 3, 0, 0, 3, 0, 60, 160, 10, 8, 12, 31, 62, 89, 89, 82, 147, 11, 192,
            90, 2, 0, 0, 3, 0, 2, 0, 0, 3, 0, 50, 16,
        ],
        [68, 1, 192, 115, 193, 9],
    ]

    package static func hevc(number: Int, isKey: Bool, length: Int, hasDelimiter: Bool = true) -> [UInt8] {
        var units: [[UInt8]] = hasDelimiter ? [[70, 1, 0x50]] : []
        if isKey { units += hevcSets }
        // Two slices: only the first one begins a picture.
        units.append(padded([isKey ? 19 << 1 : 1 << 1, 1, 0x80], to: max(4, length)))
        units.append(padded([isKey ? 19 << 1 : 1 << 1, 1, 0x40], to: 30))
        return joined(units)
    }

    /// 720x576 at 25 frames a second.
    package static let sequenceHeader: [UInt8] = [0, 0, 1, 0xB3, 0x2D, 0x02, 0x40, 0x33, 0x02, 0x71, 0xA0, 0x38]

    /// `structure` is 3 for frames, 1 and 2 for fields.
    package static func mpegVideo(isKey: Bool, isMPEG2: Bool, length: Int, structure: UInt8 = 3) -> [UInt8] {
        var bytes: [UInt8] = []
        if isKey {
            bytes += sequenceHeader
            if isMPEG2 { bytes += [0, 0, 1, 0xB5, 0x14, 0x8A, 0x00, 0x01, 0x00, 0x00] }
            bytes += [0, 0, 1, 0xB8, 0x00, 0x08, 0x00, 0x40]
        }
        bytes += [0, 0, 1, 0x00, 0x00, isKey ? 0x0F : 0x17, 0xFF, 0xF8]
        if isMPEG2 { bytes += [0, 0, 1, 0xB5, 0x8F, 0xFF, 0xF0 | structure, 0x41, 0x80] }
        for slice in 1...3 { bytes += padded([0, 0, 1, UInt8(slice), 0x22], to: 5 + max(0, length) / 3) }
        return bytes
    }

    // MARK: Sound

    package static func adts(length: Int) -> [UInt8] {
        guard let configuration = AudioSpecificConfiguration([0x11, 0x90]),
            let header = ADTSHeader(configuration, payloadLength: min(length, 8_000))
        else { return [] }
        var bytes: [UInt8] = []
        header.write(to: &bytes)
        return padded(bytes, to: header.frameLength)
    }

    /// A frame of silence that decoders take: AAC-LC, 48 kHz, stereo (ISO/IEC 14496-3 4.4.2.1).
    package static func silence() -> [UInt8] {
        var writer = BitWriter()
        writer.write(0b001_0000_0, 8)  // a pair of channels without a common window
        for _ in 0..<2 { writer.write(0, 8 + 11 + 3) }  // no band of either has a coefficient
        writer.write(0b111, 3)
        let payload = writer.bytes
        guard let configuration = AudioSpecificConfiguration([0x11, 0x90]),
            let header = ADTSHeader(configuration, payloadLength: payload.count)
        else { return [] }
        var bytes: [UInt8] = []
        header.write(to: &bytes)
        return bytes + payload
    }

    /// AAC-LC, 48 kHz, stereo.
    package static func loas(length: Int) -> [UInt8] {
        var writer = BitWriter()
        writer.write(0b001, 3)  // another configuration, version 0, the same framing
        writer.write(0, 6 + 4 + 3)
        writer.write(0x1190, 16)
        writer.write(0, 3)
        writer.write(0xFF, 8)
        writer.write(0, 2)
        let body = padded(writer.bytes, to: min(max(length, 8), 8_000))
        return [0x56, 0xE0 | UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    }

    package static func mpegAudio(_ header: [UInt8]) -> [UInt8] {
        padded(header, to: MPEGAudioHeader(header.span)?.frameLength ?? 4)
    }
}
