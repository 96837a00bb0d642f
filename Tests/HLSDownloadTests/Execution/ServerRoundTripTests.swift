import Foundation
import HLSDownload
import HLSInspection
import HLSKit
import TestSupport
import Testing

@Suite("Downloading from a server that misbehaves")
struct ServerRoundTripTests {
    private func configuration() -> HLSDownloader.Configuration {
        var configuration = HLSDownloader.Configuration()
        configuration.workers = 4
        configuration.transfer.retryDelay = .milliseconds(1)
        configuration.transfer.maximumRetryDelay = .milliseconds(5)
        configuration.transfer.connectTimeout = .seconds(300)
        configuration.transfer.stallTimeout = .seconds(300)
        return configuration
    }

    @Test("brings every byte home, and the inspection finds nothing")
    func roundTrip() async throws {
        let media = try SampleMedia.transportStream(segments: 8)
        let folder = try TestFolder()
        try await TestServer.run { server in
            for (index, bytes) in media.enumerated() { server.put("/a\(index).ts", bytes) }
            server.put("/index.m3u8", Array(SampleMedia.playlist(media.indices.map { "a\($0).ts" }).utf8))
            server.script("/a1.ts", .fault(.truncated(after: 5_000)))
            server.script("/a2.ts", .status(503), .status(500))
            server.script("/index.m3u8", .status(502))
            let result = try await HLSDownloader(configuration: configuration())
                .download(server.url("/index.m3u8"), to: folder.file("film"))
            #expect(result.segments == 8)
        }
        for (index, bytes) in media.enumerated() {
            #expect([UInt8](try Data(contentsOf: folder.file("film/stream_\(index).ts"))) == bytes)
        }
        let report = try await HLSInspector().inspect(folder.file("film").path)
        #expect(report.findings.isEmpty)
    }

    @Test("goes on after a token has expired in the middle")
    func expiredToken() async throws {
        let media = try SampleMedia.transportStream(segments: 6)
        let folder = try TestFolder()
        try await TestServer.run { server in
            for (index, bytes) in media.enumerated() where index < 3 { server.put("/a\(index).ts", bytes) }
            for index in 3..<6 { server.script("/a\(index).ts", .status(403)) }
            server.put("/index.m3u8", Array(SampleMedia.playlist(media.indices.map { "a\($0).ts" }).utf8))
            let downloader = HLSDownloader(configuration: configuration())
            let error = await #expect(throws: DownloadError.self) {
                try await downloader.download(server.url("/index.m3u8") + "?token=old", to: folder.file("film"))
            }
            #expect(error?.code == .incomplete)
            for (index, bytes) in media.enumerated() { server.put("/a\(index).ts", bytes) }
            let result = try await downloader.download(
                server.url("/index.m3u8") + "?token=new",
                to: folder.file("film")
            )
            #expect(result.fetchedSegments == 3)
        }
        for (index, bytes) in media.enumerated() {
            #expect([UInt8](try Data(contentsOf: folder.file("film/stream_\(index).ts"))) == bytes)
        }
    }
}
