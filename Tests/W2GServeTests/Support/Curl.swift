import Foundation
import TestSupport

/// The program `curl`, where there is one that speaks HTTP/2: a client that shares no code with the server.
enum Curl {
    /// Where the program is; nil when tests have to do without.
    static let path: String? = {
        let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/curl" }
        guard let path = places.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else { return nil }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["--version"]
        let output = Pipe()
        process.standardOutput = output
        guard (try? process.run()) != nil else { return nil }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.contains("HTTP2") ? path : nil
    }()

    /// What came of a call.
    struct Answer: Sendable {
        /// The exit code of the program; zero when it has got everything.
        var exit: Int32
        var head: String
        var body: Data
    }

    /// Asks for something over HTTP/2, with the certificate of the fixtures trusted.
    ///
    /// - Parameter folder: Where the body grows in the file `body` while it comes.
    static func ask(_ url: String, _ arguments: [String] = [], in folder: TestFolder? = nil) async throws -> Answer {
        guard let path else { throw TimedOut(what: "curl") }
        let folder = try folder ?? TestFolder()
        let (head, body) = (folder.file("head"), folder.file("body"))
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments =
            [
                "-q", "--silent", "--http2", "--noproxy", "*", "--max-time", "600", "--path-as-is",
                "--cacert", Fixtures.url("localhost.pem").path(percentEncoded: false),
                "--dump-header", head.path(percentEncoded: false), "--output", body.path(percentEncoded: false),
            ] + arguments + [url]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let exit = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        return Answer(
            exit: exit,
            head: String(decoding: (try? Data(contentsOf: head)) ?? Data(), as: UTF8.self),
            body: (try? Data(contentsOf: body)) ?? Data()
        )
    }
}
