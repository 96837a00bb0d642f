import Foundation
import HLSConversion
import TestSupport
import Testing

@Suite("Encrypted input")
struct EncryptedInputTests {
    private static let encryption = [
        ("encryption_scheme", "cenc-aes-ctr"), ("encryption_key", "76a6c65c5ea762046bd749a2e632ccbb"),
        ("encryption_kid", "a7e61c373e219033c21091fa607bf3b8"),
    ]

    /// Expects one sentence that names the film and says that it is encrypted, whoever reads it.
    private func expectRefusal(_ input: URL, in folder: TestFolder) async throws {
        let before = try folder.names()
        var asked = ConversionOptions()
        asked.videoEncoder = .copy
        asked.audioEncoder = .copy
        for options in [ConversionOptions(), .encoded, asked] {
            let error = await #expect(throws: ConversionError.self) {
                try await HLSConverter(options: options).convert(input, to: folder.file("out"))
            }
            #expect(error?.code == .inputNotUsable)
            #expect(error?.message.contains("is encrypted") == true, "\(error?.message ?? "")")
            #expect(error?.message.contains(input.lastPathComponent) == true)
            #expect(try folder.names() == before)
        }
    }

    @Test(
        "an MP4 whose samples are encrypted is refused",
        arguments: ["", "+frag_keyframe+empty_moov"],
        ["cenc", "cbcs"]
    )
    func mp4(flags: String, scheme: String) async throws {
        let folder = try TestFolder()
        let film = folder.file("film.mp4")
        var media = TestMedia()
        media.muxerOptions = Self.encryption + (flags.isEmpty ? [] : [("movflags", flags)])
        try media.write(to: film)
        var bytes = try Data(contentsOf: film)
        while let place = bytes.range(of: Data("schm\0\0\0\0cenc".utf8)) {
            bytes.replaceSubrange(place, with: Data("schm\0\0\0\0\(scheme)".utf8))
            if scheme == "cenc" { break }
        }
        try bytes.write(to: film)
        try await expectRefusal(film, in: folder)
    }

    @Test("a transport stream whose samples are encrypted, as HLS does it, is refused")
    func sampleAES() async throws {
        let folder = try TestFolder()
        let film = folder.file("film.ts")
        try TestMedia(format: "mpegts").write(to: film)
        var stream = try TransportPackets(film)
        stream.retype([0x1B: 0xDB, 0x0F: 0xCF])
        try stream.write(to: film)
        try await expectRefusal(film, in: folder)
    }

    @Test("a transport stream whose packets are scrambled is refused")
    func scrambled() async throws {
        let folder = try TestFolder()
        let film = folder.file("film.ts")
        try TestMedia(format: "mpegts").write(to: film)
        var stream = try TransportPackets(film)
        for index in stream.packets.indices
        where [TransportPackets.firstPID, TransportPackets.secondPID].contains(stream.packets[index].pid) {
            stream.packets[index].bytes[3] |= 0x80
            // The headers of PES packets stay clear.
            guard !stream.packets[index].startsUnit else { continue }
            for place in stream.packets[index].payload..<188 { stream.packets[index].bytes[place] ^= 0x5A }
        }
        try stream.write(to: film)
        try await expectRefusal(film, in: folder)
    }

    @Test("a Matroska film whose samples are encrypted is refused")
    func matroska() async throws {
        let folder = try TestFolder()
        let film = folder.file("film.mkv")
        try TestMedia(format: "matroska").write(to: film)
        // ContentEncodings { ContentEncoding { ContentEncodingType 1, ContentEncryption { algorithm AES, key } } }
        let key = EBML.element([0x47, 0xE2], Array(0..<16))
        let encryption = EBML.element([0x50, 0x35], EBML.element([0x47, 0xE1], [5]) + key)
        let encoding = EBML.element([0x62, 0x40], EBML.element([0x50, 0x33], [1]) + encryption)
        let clear = [UInt8](try Data(contentsOf: film))
        let path: [[UInt8]] = [[0x18, 0x53, 0x80, 0x67], [0x16, 0x54, 0xAE, 0x6B], [0xAE]]
        let encrypted = EBML.appending(EBML.element([0x6D, 0x80], encoding), at: path[...], in: clear[...])
        #expect(encrypted.count > clear.count)
        try Data(encrypted).write(to: film)
        try await expectRefusal(film, in: folder)
    }
}

/// Just enough of EBML (RFC 8794) to put an element into a file.
private enum EBML {
    static func element(_ id: [UInt8], _ content: [UInt8]) -> [UInt8] {
        id + [0x01] + (0..<7).map { UInt8(truncatingIfNeeded: content.count >> (48 - 8 * $0)) } + content
    }

    /// Appends an element to the content of every element of a path of identifiers.
    static func appending(_ new: [UInt8], at path: ArraySlice<[UInt8]>, in bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard let wanted = path.first else { return Array(bytes) + new }
        var output: [UInt8] = []
        var rest = bytes
        while let first = rest.first {
            let id = Array(rest.prefix(first.leadingZeroBitCount + 1))
            rest = rest.dropFirst(id.count)
            guard let lead = rest.first else { break }
            let width = lead.leadingZeroBitCount + 1
            let size = rest.prefix(width).dropFirst().reduce(Int(lead) & 0xFF >> width) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(width)
            let content = rest.prefix(size)
            output += element(id, id == wanted ? appending(new, at: path.dropFirst(), in: content) : Array(content))
            rest = rest.dropFirst(content.count)
        }
        return output
    }
}
