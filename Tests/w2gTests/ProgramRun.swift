import Foundation

/// One run of the program, as a shell would start it.
struct ProgramRun {
    let status: Int32
    let output: String
    let error: String

    /// The program that was built beside the tests.
    static var program: URL {
        get throws {
            var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            // On Linux the tests lie beside the program; in a bundle they lie deeper.
            for _ in 0..<5 {
                let candidate = folder.appending(path: "w2g")
                if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
                folder.deleteLastPathComponent()
            }
            throw CocoaError(.fileNoSuchFile)
        }
    }

    /// Runs a script of the shell that calls the program as `$PROGRAM`, for arguments that are no text.
    init(script: String, in folder: URL) throws {
        let environment = ["PATH": "/usr/bin:/bin", "LANG": "C", "PROGRAM": try Self.program.path]
        try self.init(URL(filePath: "/bin/sh"), ["-c", script], in: folder, environment: environment)
    }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - environment: Replaces the environment, which is English and without a path.
    ///   - name: Another name to start the program by.
    ///   - signal: Sent when the first line of standard error is there.
    init(
        _ arguments: [String],
        in folder: URL,
        environment: [String: String] = ["PATH": "/nonexistent", "LANG": "C"],
        name: String? = nil,
        signal: Int32? = nil
    ) throws {
        var program = try Self.program
        if let name {
            let link = folder.appending(path: name)
            try? FileManager.default.createSymbolicLink(at: link, withDestinationURL: program)
            program = link
        }
        try self.init(program, arguments, in: folder, environment: environment, signal: signal)
    }

    private init(
        _ executable: URL,
        _ arguments: [String],
        in folder: URL,
        environment: [String: String],
        signal: Int32? = nil
    ) throws {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = environment
        let (outputPipe, errorPipe) = (Pipe(), Pipe())
        process.standardOutput = outputPipe
        process.standardError = errorPipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        var errorData = Data()
        if let signal {
            errorData = errorPipe.fileHandleForReading.availableData
            kill(process.processIdentifier, signal)
        }
        errorData += errorPipe.fileHandleForReading.readDataToEndOfFile()
        let outputData = outputPipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        status = process.terminationStatus
        output = String(decoding: outputData, as: UTF8.self)
        error = String(decoding: errorData, as: UTF8.self)
    }
}
