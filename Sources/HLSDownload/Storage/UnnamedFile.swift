#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A file for what need not be in memory; it has no name, and is gone when it is closed or the process ends.
final class UnnamedFile: Sendable {
    private let descriptor: Int32

    /// Makes a file in the folder for temporary ones; nil when that cannot be.
    init?() {
        // Where /tmp is in memory, /var/tmp is not.
        let folders = [getenv("TMPDIR").map { String(cString: $0) } ?? "", "/var/tmp", "/tmp"]
        for folder in folders where folder.hasPrefix("/") {
            var path = Array((folder + "/w2g-XXXXXX").utf8CString)
            let opened = mkstemp(&path)
            guard opened >= 0 else { continue }
            unlink(path)
            _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
            descriptor = opened
            return
        }
        return nil
    }

    deinit {
        close(descriptor)
    }

    /// Writes all of some bytes; false when there is no room.
    func write(_ bytes: [UInt8], at offset: Int) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = pwrite(
                    descriptor,
                    bytes.baseAddress.map { $0 + done },
                    bytes.count - done,
                    off_t(offset + done)
                )
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }

    /// Reads some bytes; nil when they are not all there.
    func read(_ count: Int, at offset: Int) -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let more = pread(descriptor, buffer.baseAddress.map { $0 + done }, count - done, off_t(offset + done))
                if more < 0, errno == EINTR { continue }
                guard more > 0 else { return }
                done += more
            }
        }
        return bytes.count == count ? bytes : nil
    }
}
