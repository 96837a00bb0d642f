#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Why a file cannot be served.
enum StoreFailure: Error, Equatable {
    /// There is no such file, or none that may be served.
    case notFound
    /// It may be there in a moment: descriptors are short, or it is being written in place.
    case busy
    /// Reading failed; the number of the system's error.
    case inputOutput(CInt)

    /// Sorts an error of the system.
    init(_ number: CInt) {
        switch number {
        case ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP, EACCES, EPERM, ENXIO, ENODEV, EISDIR, EINVAL: self = .notFound
        case EMFILE, ENFILE, ENOMEM, EAGAIN: self = .busy
        default: self = .inputOutput(number)
        }
    }
}
