import Foundation

/// A server of the program, running until it is told to stop.
final class ServerRun {
    /// The server said something else than what was expected, or nothing.
    struct NotRunning: Error {
        let said: String
    }

    /// Its address, such as `http://127.0.0.1:4711`.
    let address: String
    var processIdentifier: Int32 { process.processIdentifier }
    private let process = Process()
    private let errors = Pipe()
    private var said = Data()

    /// Starts the program and waits until it has told its address.
    ///
    /// - Parameter descriptors: How many files and sockets it may have open at once; nil for what this process may.
    init(
        _ arguments: [String],
        in folder: URL,
        host: String = "127.0.0.1",
        name: String? = nil,
        descriptors: Int? = nil
    ) throws {
        process.executableURL = try ProgramRun.program
        if let name {
            let link = folder.appending(path: name)
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: ProgramRun.program)
            process.executableURL = link
        }
        process.arguments = arguments + ["--host", host, "--port", "0"]
        if let descriptors, let program = process.executableURL?.path(percentEncoded: false) {
            let script = "ulimit -n \(descriptors); exec \"$0\" \"$@\""
            process.arguments = ["-c", script, program] + (process.arguments ?? [])
            process.executableURL = URL(filePath: "/bin/sh")
        }
        process.currentDirectoryURL = folder
        process.environment = ["PATH": "/nonexistent", "LANG": "C"]
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        var text = ""
        while true {
            let chunk = errors.fileHandleForReading.availableData
            said += chunk
            text = String(decoding: said, as: UTF8.self)
            if let found = text.firstMatch(of: /(https?:\/\/[^\/]+:\d+)\/video\/.*\n/) {
                address = String(found.1)
                return
            }
            guard !chunk.isEmpty else { break }
        }
        process.waitUntilExit()
        throw NotRunning(said: text)
    }

    deinit {
        if process.isRunning { process.terminate() }
    }

    /// Waits until it has said this on standard error.
    func wait(for words: String) throws { try wait { $0.contains(words) } }

    /// Waits until what it has said on standard error is as wanted.
    func wait(_ isReached: (String) -> Bool) throws {
        while !isReached(String(decoding: said, as: UTF8.self)) {
            let chunk = errors.fileHandleForReading.availableData
            guard !chunk.isEmpty else { throw NotRunning(said: String(decoding: said, as: UTF8.self)) }
            said += chunk
        }
    }

    /// Sends it a signal.
    func signal(_ number: Int32) { kill(processIdentifier, number) }

    /// How many bytes of memory it holds that are not of files; Linux tells.
    func anonymousMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(processIdentifier)/status", encoding: .utf8)
        guard let kilobytes = status.firstMatch(of: /RssAnon:\s*(\d+) kB/).flatMap({ Int($0.1) }) else {
            throw NotRunning(said: status)
        }
        return kilobytes << 10
    }

    /// Asks it to stop.
    ///
    /// - Returns: How it ended, and all that it said on standard error.
    func stop(with number: Int32 = SIGTERM) -> (status: Int32, said: String) {
        signal(number)
        said += errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }
}
