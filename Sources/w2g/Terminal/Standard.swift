import HLSKit
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Standard output and standard error, written at once and whole.
struct Standard: Sendable {
    static let output = Standard(descriptor: STDOUT_FILENO)
    static let error = Standard(descriptor: STDERR_FILENO)

    private let descriptor: Int32

    /// Writes a line.
    ///
    /// - Returns: Whether all of it was taken.
    @discardableResult
    func print(_ line: String) -> Bool {
        write(line + "\n")
    }

    /// Writes the path of a file as a line, in the very bytes of its name.
    ///
    /// - Returns: Whether all of it was taken.
    @discardableResult
    func print(path: String) -> Bool {
        FileName.bytes(path + "\n").withUnsafeBytes(write)
    }

    /// Writes a line for people, behind the program's name.
    ///
    /// It stays one line, whatever file names are in it, and cannot steer the terminal.
    func tell(_ message: String) {
        print("w2g: " + Self.printable(message))
    }

    /// The text with its control characters spelt out, and the bytes of names that are no UTF-8.
    static func printable(_ text: String) -> String {
        var printable = ""
        for scalar in FileName.readable(text).unicodeScalars {
            if scalar.properties.generalCategory == .control {
                printable += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            } else {
                printable.unicodeScalars.append(scalar)
            }
        }
        return printable
    }

    /// Writes text as it is.
    ///
    /// Nobody can be told when that fails.
    @discardableResult
    func write(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    /// Writes bytes as they are.
    ///
    /// - Returns: Whether all of them were taken.
    func write(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes(write)
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = systemWrite(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }

    /// Reads standard input to its end.
    ///
    /// - Returns: Nil when it cannot be read, or is longer than `limit` bytes.
    static func input(limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            var count = 0
            let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, initialized in
                count = systemRead(STDIN_FILENO, buffer.baseAddress, buffer.count)
                initialized = max(0, count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += piece
        }
        return nil
    }

    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// The columns of the terminal; 80 when it is none or does not tell.
    var columns: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
