import HLSKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The command line as text that loses nothing: the names in it may be any bytes.
enum ProgramArguments {
    /// The name that the program was called by, and what stands behind it.
    static let all: [String] = (0..<Int(CommandLine.argc)).compactMap { index in
        CommandLine.unsafeArgv[index].map {
            FileName.text(cString: UnsafeBufferPointer(start: $0, count: strlen($0)))
        }
    }

    /// What stands behind the program's name.
    static let options = Array(all.dropFirst())
}
