import HLSKit
import Synchronization
import Testing

@testable import HLSDownload

@Suite("A spool")
struct SpoolTests {
    private func bytes(_ number: Int) -> [UInt8] {
        Array(repeating: UInt8(truncatingIfNeeded: number), count: number * 7_919 % 400) + Array("\(number)".utf8)
    }

    @Test("gives back what was put in, in any order, and keeps little of it in memory")
    func pages() {
        let spool = Spool(residentPages: 3)
        for number in 0..<20_000 {
            #expect(spool.append(bytes(number), at: number))
            // What was put in last, and long ago.
            if number % 64 == 0 { #expect(spool[number / 2][...] == bytes(number / 2)[...]) }
        }
        #expect(spool.count == 20_000 && spool[20_000].isEmpty && spool[-1].isEmpty)
        for number in 0..<20_000 {
            #expect(Array(spool[number]) == bytes(number))
            let other = number * 7_919 % 20_000
            #expect(Array(spool[other]) == bytes(other))
        }
        #expect(spool.residentBytes < 100_000 && !spool.hasFailed)
    }

    @Test("keeps all in memory when there is no file to be had, until there is one")
    func memory() {
        let hasRoom = Mutex(false)
        let spool = Spool(residentPages: 3) { hasRoom.withLock { $0 } ? UnnamedFile() : nil }
        for number in 0..<2_000 { #expect(spool.append(bytes(number), at: number)) }
        let length = (0..<2_000).reduce(0) { $0 + bytes($1).count }
        #expect(spool.residentBytes > length)
        for number in 0..<2_000 { #expect(Array(spool[number]) == bytes(number)) }
        hasRoom.withLock { $0 = true }
        for number in 2_000..<6_000 { #expect(spool.append(bytes(number), at: number)) }
        for number in 0..<6_000 { #expect(Array(spool[number]) == bytes(number)) }
        #expect(!spool.hasFailed && spool.residentBytes < 100_000)
    }

    @Test("takes byte strings of any length, and none in a place that is taken")
    func odd() {
        let spool = Spool(residentPages: 2)
        let strings =
            [[], Array(repeating: 1, count: 100_000), [], [2], Array(repeating: 3, count: 16_384), []] as [[UInt8]]
        for (index, string) in (strings + strings).enumerated() { #expect(spool.append(string, at: index)) }
        #expect(!spool.append([9], at: 3) && !spool.append([9], at: 13))
        for (index, string) in (strings + strings).enumerated() { #expect(Array(spool[index]) == string) }
        #expect(Array(spool.joined) == Array((strings + strings).joined()))
    }

    @Test("is read while it grows")
    func together() async {
        let spool = Spool(residentPages: 2)
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<5_000 { _ = spool.append(bytes(number), at: number) }
            for task in 0..<4 {
                group.addTask {
                    (0..<5_000).allSatisfy { number in
                        let place = (number * 31 + task) % 5_000
                        return Array(spool[place]) == bytes(place)
                    }
                }
            }
            for number in 5_000..<10_000 { _ = spool.append(bytes(number), at: number) }
            for await isRight in group { #expect(isRight) }
        }
    }
}

@Suite("Numbers and byte strings")
struct ByteCodingTests {
    @Test("are read as they were written, and behind the end there is nothing")
    func coding() {
        var writer = ByteWriter()
        let numbers = [0, 1, -1, 63, 64, -64, -65, 1 << 40, .max, .min]
        for number in numbers { writer.append(number) }
        writer.append("text".utf8)
        writer.append(EmptyCollection<UInt8>())
        writer.append(7 as UInt8)
        var reader = ByteReader(writer.bytes[...])
        #expect(numbers.map { _ in reader.number() } == numbers)
        #expect(reader.string() == "text" && reader.block().isEmpty && reader.byte() == 7 && reader.isAtEnd)
        #expect(reader.number() == 0 && reader.block().isEmpty && reader.byte() == 0)
        // What is cut off, or says that it is longer than it is, reads as less.
        var cut = ByteReader([200, 1, 65])
        #expect(cut.string() == "A" && cut.isAtEnd)
        var endless = ByteReader(Array(repeating: 0xFF, count: 30)[...])
        _ = endless.number()
        #expect(endless.isAtEnd)
    }

    @Test("hold the details of segments")
    func details() {
        var details = SegmentDetails()
        var writer = ByteWriter()
        details.write(to: &writer)
        #expect(writer.bytes.isEmpty)
        details.title = "片"
        details.programDateTime = MediaDate(microsecondsSince1970: -1, utcOffset: -3_600)
        details.bitrate = 800
        details.dateRanges = [
            DateRange(id: "a"), DateRange(attributes: AttributeList(bytes: [0xFF, 0x3D, 0x22])),
        ]
        details.otherLines = ["#EXT-X-CUE-OUT:30", ""]
        details.write(to: &writer)
        var reader = ByteReader(writer.bytes[...])
        #expect(SegmentDetails(&reader) == details)
        var plain = SegmentDetails()
        plain.dateRanges = [DateRange(id: "b")]
        writer = ByteWriter()
        plain.write(to: &writer)
        reader = ByteReader(writer.bytes[...])
        #expect(SegmentDetails(&reader) == plain)
    }
}
