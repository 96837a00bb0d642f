import Dispatch
import Foundation
import HLSKit
import Synchronization
import TestSupport
import Testing

@testable import HLSConversion

@Suite("Rendition writer")
struct RenditionWriterTests {
    private static func configuration(_ type: ConversionOptions.PlaylistType) -> RenditionWriterState.Configuration {
        RenditionWriterState.Configuration(
            rule: .grid(interval: 1),
            playlistType: type,
            expectedTargetDuration: 1,
            segmentType: .transportStream,
            codings: [.aac],
            keepsSoundTail: true
        )
    }

    private static func outputFolder(_ folder: TestFolder) throws -> OutputFolder {
        try OutputFolder(
            path: folder.file("film").path(percentEncoded: false),
            fileExtension: "m3u8",
            options: ConversionOptions(),
            input: "film",
            keepsEarlierResult: false
        )
    }

    /// A frame of AAC with a header, a quarter of a second after the one before.
    private static func frame(_ number: Int) -> HLSConversion.AccessUnit {
        var bytes: [UInt8] = []
        let configuration = AudioSpecificConfiguration([0x11, 0x90])
        configuration.flatMap { ADTSHeader($0, payloadLength: 8) }?.write(to: &bytes)
        let time = MediaTime(seconds: Double(number) / 4)
        return HLSConversion.AccessUnit(
            bytes + Array(repeating: 7, count: 8),
            pts: time,
            dts: time,
            duration: MediaTime(seconds: 0.25),
            isKey: true
        )
    }

    @Test("nothing is written once the writer is abandoned, whichever thread is still alive")
    func abandoned() throws {
        let folder = try TestFolder()
        let output = try Self.outputFolder(folder)
        let cancellation = Cancellation()
        let (isInside, mayGoOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let writer = RenditionWriter(
            configuration: Self.configuration(.vod),
            folder: output,
            cancellation: cancellation
        ) { _ in
            // A worker that stands still in the middle of a segment, as on a slow disk.
            isInside.signal()
            mayGoOn.wait()
        } onPlaylist: {
        }
        let outcome = Mutex<Result<Void, any Error>?>(nil)
        let worker = DispatchGroup()
        DispatchQueue(label: "worker").async(group: worker) {
            let result = Result { for number in 0..<1_000 { try writer.write(Self.frame(number), track: 0) } }
            outcome.withLock { $0 = result }
        }
        isInside.wait()
        cancellation.cancel()
        DispatchQueue(label: "release").async { mayGoOn.signal() }
        writer.abandon()
        output.discard()
        worker.wait()
        #expect(throws: ConversionError.self) { try outcome.withLock { try $0?.get() } }
        #expect(throws: ConversionError.self) { try writer.write(Self.frame(1_000), track: 0) }
        #expect(throws: ConversionError.self) { try writer.finish() }
        #expect(try folder.names() == [])
    }

    @Test("the playlist of an event is appended to: it stays the same file, and never loses a line")
    func appends() throws {
        let folder = try TestFolder()
        let output = try Self.outputFolder(folder)
        let playlist = folder.file("film/film.m3u8").path(percentEncoded: false)
        let texts = Mutex<[(text: String, inode: UInt64)]>([])
        let writer = RenditionWriter(
            configuration: Self.configuration(.event),
            folder: output,
            cancellation: Cancellation()
        ) { _ in
            let text = FileSystem.contents(playlist).map { String(decoding: $0, as: UTF8.self) } ?? ""
            texts.withLock { $0.append((text, FileSystem.status(playlist)?.inode ?? 0)) }
        } onPlaylist: {
        }
        for number in 0..<40 { try writer.write(Self.frame(number), track: 0) }
        try writer.end(track: 0)
        try writer.finish()
        let seen = texts.withLock { $0 }
        let final = FileSystem.contents(playlist).map { String(decoding: $0, as: UTF8.self) } ?? ""
        #expect(seen.count == 10 && final.hasSuffix("stream_9.ts\n#EXT-X-ENDLIST\n"))
        // The first is written behind the first segment.
        #expect(seen[0].text.isEmpty)
        #expect(
            seen.dropFirst().allSatisfy { $0.inode == seen[1].inode }
                && FileSystem.status(playlist)?.inode == seen[1].inode
        )
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $1.text.hasPrefix($0.text) && $1.text.count > $0.text.count })
        #expect(seen.last.map { final.hasPrefix($0.text) } == true)
    }

    @Test(
        "AAC that changes its channels in the middle begins a segment behind EXT-X-DISCONTINUITY, with an init section",
        arguments: SegmentType.allCases
    )
    func changingSound(type: SegmentType) throws {
        let folder = try TestFolder()
        let output = try OutputFolder(
            path: folder.file("film").path(percentEncoded: false),
            fileExtension: "m3u8",
            options: ConversionOptions(),
            input: "film",
            segmentType: type,
            keepsEarlierResult: false
        )
        var configuration = Self.configuration(.vod)
        configuration.segmentType = type
        let writer = RenditionWriter(configuration: configuration, folder: output, cancellation: Cancellation()) { _ in
        } onPlaylist: {
        }
        for number in 0..<12 {
            var unit = Self.frame(number)
            if number >= 6 {
                var bytes: [UInt8] = []
                let mono = AudioSpecificConfiguration([0x11, 0x88])
                mono.flatMap { ADTSHeader($0, payloadLength: 8) }?.write(to: &bytes)
                let time = MediaTime(seconds: Double(number) / 4)
                unit = HLSConversion.AccessUnit(
                    bytes + Array(repeating: 9, count: 8),
                    pts: time,
                    dts: time,
                    duration: unit.duration,
                    isKey: true
                )
            }
            try writer.write(unit, track: 0)
        }
        try writer.end(track: 0)
        try writer.finish()
        let hls = try HLSFolder(folder.file("film/film.m3u8"))
        #expect(hls.discontinuities == [2] && hls.durations == [1, 0.5, 0.5, 1])
        if type == .fragmentedMP4 {
            #expect(CMAFReader(hls).problems == [])
            #expect(Set(hls.initializations).count == 2 && hls.initializations[1] != hls.initializations[2])
        }
    }
}
