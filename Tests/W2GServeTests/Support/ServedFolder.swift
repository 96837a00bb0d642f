import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import TestSupport

@testable import W2GServe

/// A folder of videos and a server for it, for one test.
struct ServedFolder: Sendable {
    let folder: TestFolder
    let port: Int
    let server: W2GServer
    /// Asks the server to stop, as a signal does; it also stops by itself behind the test.
    let stop: @Sendable () async -> Void

    /// The folder that is served; what lies beside it in `folder` must never be seen.
    var videos: URL { folder.file("videos") }

    /// Serves on a free port of this host until `body` returns.
    ///
    /// There is one finished video, `film`.
    static func run(
        _ change: (inout W2GServer.Configuration, TestFolder) throws -> Void = { _, _ in },
        _ body: @escaping @Sendable (ServedFolder) async throws -> Void
    ) async throws {
        let folder = try TestFolder()
        try FileManager.default.createDirectory(at: folder.file("videos"), withIntermediateDirectories: false)
        try put("film/film.m3u8", film(segments: 2), in: folder)
        try put("film/stream_0.ts", String(repeating: "0123456789", count: 100), in: folder)
        var configuration = W2GServer.Configuration(videosDirectory: folder.file("videos").path(percentEncoded: false))
        configuration.port = 0
        configuration.connections = .patient
        configuration.rooms = .patient
        configuration.stopPatience = .milliseconds(200)
        try change(&configuration, folder)
        let running = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Int.self)
        let server = try W2GServer(configuration: configuration) { running.succeed($0) }
        let group = ServiceGroup(configuration: .init(services: [server], logger: server.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                do {
                    try await group.run()
                } catch {
                    running.fail(error)
                    throw error
                }
            }
            let port = try await running.futureResult.get()
            let served = ServedFolder(folder: folder, port: port, server: server) {
                await group.triggerGracefulShutdown()
            }
            do {
                try await body(served)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// A playlist of segments of two seconds.
    static func film(segments: Int, isEnded: Bool = true) -> String {
        let lines = (0..<segments).map { "#EXTINF:2,\nstream_\($0).ts\n" }.joined()
        return "#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + lines + (isEnded ? "#EXT-X-ENDLIST\n" : "")
    }

    private static func put(_ name: String, _ text: String, in folder: TestFolder) throws {
        let file = folder.file("videos").appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        // By rename, as everything that we write.
        try Data(text.utf8).write(to: file, options: .atomic)
    }

    /// Puts a file of text into the served folder.
    func put(_ name: String, _ text: String) throws { try Self.put(name, text, in: folder) }

    /// Makes a file a minute old: of what was written this second no time is told, as it may be written again in it.
    func age(_ name: String) throws {
        let path = videos.appending(path: name).path(percentEncoded: false)
        let date = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -60)]
        try FileManager.default.setAttributes(date, ofItemAtPath: path)
    }

    /// Asks until two answers have the same entity tag: a file that was touched just now gets another for each reading.
    func settled(_ path: String) async throws -> (head: String, body: String) {
        var answer = try await ask(path)
        let end = NIODeadline.now() + .patience
        while NIODeadline.now() < end {
            let next = try await ask(path)
            if field("ETag", of: next.head) == field("ETag", of: answer.head) { return next }
            answer = next
        }
        throw TimedOut(what: path)
    }

    /// The log in the file `log` once all of these words are in it.
    ///
    /// A client may have its answer before the line about it is written.
    func log(with words: String...) async throws -> String {
        var text = ""
        try await waitUntil("\(words) in the log") {
            server.configuration.log?.flush()
            text = try String(contentsOf: folder.file("log"), encoding: .utf8)
            return words.allSatisfy(text.contains)
        }
        return text
    }

    /// Waits until the metrics are as expected: what is counted may be so a moment late.
    func waitForMetrics(_ isReached: (String) -> Bool) async throws {
        try await waitUntil("metrics") { isReached(server.routes.metrics.text()) }
    }

    /// Waits until the rooms have as many members as wanted; those who have read their 101 are members.
    func waitForMembers(_ isReached: (Int) -> Bool) async throws {
        try await waitUntil("members") { isReached(server.rooms.memberCount) }
    }

    /// Asks for something on a connection of its own.
    func ask(
        _ path: String,
        method: String = "GET",
        _ fields: [String] = []
    ) async throws -> (head: String, body: String) {
        let client = try await RawClient.connect(port: port)
        let lines = ["\(method) \(path) HTTP/1.1", "Host: x"] + fields
        try await client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        let answer = method == "HEAD" ? (head: try await client.head(), body: "") : try await client.response()
        try await client.close()
        return answer
    }
}

/// One field of an answer's head; nil when it is not there.
func field(_ name: String, of head: String) -> String? {
    head.components(separatedBy: "\r\n").dropFirst().first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
        .map { String($0.dropFirst(name.count + 1)).trimmingCharacters(in: .whitespaces) }
}

/// The status of an answer's head.
func status(_ head: String) -> Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }
