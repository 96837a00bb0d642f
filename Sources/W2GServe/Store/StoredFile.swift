import NIOCore
import Synchronization

/// The bytes of one file in one state, in memory.
final class StoredFile: Sendable {
    /// The path that it is requested by.
    let path: MediaPath
    let stamp: FileStamp
    let bytes: ByteBuffer
    /// Whether a later change cannot hide behind the same stamp.
    let isSettled: Bool
    let validators: Validators
    /// The bytes as they can be compressed; nil for what is not text.
    let text: CompressibleText?
    /// When it was compared with the disk for the last time and found the same: nanoseconds of the monotonic clock.
    let lastCheck: Atomic<UInt64>
    private let root: RootFolder
    /// Where it really lies.
    private let place: RootFolder.Place
    /// The folders on the way and the file, as paths for the system.
    private let steps: [[CChar]]

    /// Takes the bytes of a file.
    init(file: OpenFile, bytes: ByteBuffer, readAt now: Int64, checkedAt check: UInt64, root: RootFolder) {
        path = file.path
        place = file.place
        self.root = root
        stamp = file.stamp
        lastCheck = Atomic(check)
        self.bytes = bytes
        text = ServedType(file.path)?.isText ?? false ? CompressibleText(bytes) : nil
        isSettled = file.stamp.isSettled(at: now)
        validators = Validators(stamp: file.stamp, readAt: now)
        steps = place.names.steps.map(place.systemPath)
    }

    /// Whether the file still lies there in this state, and no link is on the way but those that led there.
    ///
    /// A few calls that ask the system without opening or reading; on a network disk they may block.
    var isCurrent: Bool {
        guard let file = steps.last, let now = FileStamp(path: file), now == stamp else { return false }
        guard steps.dropLast().allSatisfy({ FileStamp(path: $0)?.kind == .folder }) else { return false }
        return place == root.place(withoutLinks: path) || place == root.place(of: path)
    }

    /// What it takes of a cache's memory, in bytes; about 1 KiB is for what is around the file's bytes, and a text may be kept
    /// in gzip too.
    var cost: Int { bytes.readableBytes + (text == nil ? 0 : bytes.readableBytes / 4) + 1_024 }
}
