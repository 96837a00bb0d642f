import HLSKit
import NIOConcurrencyHelpers

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Where lines of logs go: standard error or a file, gathered and written in pieces by whoever calls ``flush()``.
public final class LogOutput: Sendable {
    private struct State {
        var lines: [UInt8] = []
        /// Lines that found no room because the disk does not keep up.
        var lost = 0
    }

    /// What waits for the disk at most, in bytes.
    private static let limit = 16 << 20

    /// Whether it is a file, which can be opened anew.
    package var isFile: Bool { path != nil }
    private let path: String?
    private let state = NIOLockedValueBox(State())
    /// The open file, and the right to write to it: held while a piece is written, so that pieces keep their order.
    private let file: NIOLockedValueBox<Int32>

    /// Writes to standard error.
    public init() {
        path = nil
        file = NIOLockedValueBox(STDERR_FILENO)
    }

    /// Appends to a file, which is made when it is not there.
    ///
    /// - Throws: ``ServeError`` with the code `logNotWritable`.
    public init(path: String) throws(ServeError) {
        self.path = path
        file = NIOLockedValueBox(try Self.open(path))
    }

    deinit {
        flush()
        if path != nil { file.withLockedValue { _ = close($0) } }
    }

    /// Adds a line; does not wait for the disk.
    func write(_ line: String) {
        state.withLockedValue { state in
            guard state.lines.count + line.utf8.count < Self.limit else {
                state.lost += 1
                return
            }
            state.lines.append(contentsOf: line.utf8)
            state.lines.append(0x0A)
        }
    }

    /// Writes what was gathered; blocks.
    public func flush() {
        file.withLockedValue { descriptor in
            var (lines, lost) = state.withLockedValue { state in
                let taken = (state.lines, state.lost)
                state.lines = []
                state.lost = 0
                return taken
            }
            guard !lines.isEmpty || lost > 0 else { return }
            // On a terminal a progress bar may stand in the line: it is drawn anew behind these.
            if path == nil, isatty(descriptor) == 1 { lines = Array("\r\u{1B}[K".utf8) + lines }
            if lost > 0 { lines += Array("\(lost) lines were lost: the disk does not keep up\n".utf8) }
            var written = 0
            while written < lines.count {
                let count = lines.withUnsafeBytes { bytes in
                    #if canImport(Darwin)
                    Darwin.write(descriptor, bytes.baseAddress?.advanced(by: written), lines.count - written)
                    #elseif canImport(Glibc)
                    Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), lines.count - written)
                    #else
                    Musl.write(descriptor, bytes.baseAddress?.advanced(by: written), lines.count - written)
                    #endif
                }
                if count < 0, errno == EINTR { continue }
                // A full disk must not stop the film.
                guard count > 0 else { return }
                written += count
            }
        }
    }

    /// Opens the file of this name anew, after it was moved away; keeps the old one when that fails.
    public func reopen() {
        guard let path else { return }
        flush()
        guard let fresh = try? Self.open(path) else { return }
        file.withLockedValue { descriptor in
            close(descriptor)
            descriptor = fresh
        }
    }

    private static func open(_ path: String) throws(ServeError) -> Int32 {
        #if canImport(Darwin)
        let descriptor = Darwin.open(FileName.cString(path), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        #elseif canImport(Glibc)
        let descriptor = Glibc.open(FileName.cString(path), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        #else
        let descriptor = Musl.open(FileName.cString(path), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        #endif
        guard descriptor >= 0 else {
            throw ServeError(
                .logNotWritable,
                "the log '\(path)' cannot be written: \(String(cString: strerror(errno))): give another file"
            )
        }
        return descriptor
    }
}
