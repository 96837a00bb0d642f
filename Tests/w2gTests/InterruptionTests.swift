#if canImport(Glibc)
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Interruption")
struct InterruptionTests {
    /// A pipe that is full: whoever writes to it waits.
    private struct FullPipe {
        let pipe = Pipe()

        init() throws {
            // A description of its own, so that only this one does not wait.
            let path = "/proc/self/fd/\(pipe.fileHandleForWriting.fileDescriptor)"
            let descriptor = open(path, O_WRONLY | O_NONBLOCK)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            for size in [4_096, 1] {
                let bytes = [UInt8](repeating: UInt8(ascii: "\n"), count: size)
                while write(descriptor, bytes, size) > 0 {}
            }
        }
    }

    /// Whether a process has a handler for a signal.
    private static func handles(_ signal: Int32, process: Int32) throws -> Bool {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") })
        let mask = try #require(line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) })
        return mask >> UInt64(signal - 1) & 1 == 1
    }

    /// Waits for so long that a descriptor has something to read or its other end is closed.
    @discardableResult
    private static func wait(for descriptor: Int32, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }

    @Test(
        "the second signal ends the process at once, even if it waits for a terminal that nobody reads",
        arguments: [
            ["convert", "sample.mp4", "out"], ["one", "sample.mp4", "--host", "127.0.0.1", "--port", "0"],
        ]
    )
    func second(arguments: [String]) throws {
        let folder = try TestFolder()
        try folder.place("sample.mp4")
        // What is to be printed at the first signal, or before, is never printed: the process cannot end in another way.
        let (errors, output) = (try FullPipe(), Pipe())
        let process = Process()
        process.executableURL = try ProgramRun.program
        process.arguments = arguments
        process.currentDirectoryURL = folder.url
        process.environment = ["PATH": "/nonexistent", "LANG": "C"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors.pipe
        try process.run()
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        let descriptor = output.fileHandleForReading.fileDescriptor
        var patience = 60_000
        while try !Self.handles(SIGINT, process: process.processIdentifier) {
            patience -= 1
            try #require(patience > 0)
            Self.wait(for: descriptor, milliseconds: 10)
        }
        // Two that are pending at once count as one, so they are sent until the process has closed its output.
        var signals = 0
        repeat {
            signals += 1
            try #require(signals < 600, "the process goes on")
            kill(process.processIdentifier, SIGINT)
        } while !Self.wait(for: descriptor, milliseconds: 100)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 130)
    }
}
#endif
