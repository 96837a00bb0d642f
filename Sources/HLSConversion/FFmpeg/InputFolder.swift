import CFFmpeg

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The files that a local playlist may name: those of its own folder, and no others.
///
/// Owns what is open of them. Used by the one thread that demuxes.
final class InputFolder {
    private let root: String
    private let isCancelled: @Sendable () -> Bool
    private var sources: [UnsafeMutablePointer<AVIOContext>: InputSource] = [:]

    /// - Parameter playlist: The path of the playlist.
    init(of playlist: String, isCancelled: @escaping @Sendable () -> Bool) {
        let path = FileSystem.realPath(playlist)
        root = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "/"
        self.isCancelled = isCancelled
    }

    /// Makes a demuxer open files of the folder.
    func attach(to context: UnsafeMutablePointer<AVFormatContext>) {
        context.pointee.opaque = Unmanaged.passUnretained(self).toOpaque()
        context.pointee.io_open = { context, target, url, flags, _ in
            guard let folder = InputFolder.of(context), let url, flags & AVIO_FLAG_WRITE == 0,
                let opened = folder.open(String(cString: url))
            else { return w2g_error_from_errno(EPERM) }
            target?.pointee = opened
            return 0
        }
        context.pointee.io_close2 = { context, opened in
            if let opened { InputFolder.of(context)?.sources[opened] = nil }
            return 0
        }
    }

    private static func of(_ context: UnsafeMutablePointer<AVFormatContext>?) -> InputFolder? {
        context?.pointee.opaque.map { Unmanaged<InputFolder>.fromOpaque($0).takeUnretainedValue() }
    }

    private func open(_ url: String) -> UnsafeMutablePointer<AVIOContext>? {
        let named = url.hasPrefix("file:") ? String(url.dropFirst(5)) : url
        let path = FileSystem.realPath(named)
        guard path.hasPrefix(root), let source = try? InputSource(path: path, isCancelled: isCancelled),
            let context = source.context
        else { return nil }
        sources[context] = source
        return context
    }
}
