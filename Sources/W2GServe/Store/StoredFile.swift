import NIOCore
import Synchronization

/// The bytes of one file in one state, in memory.
final class StoredFile: Sendable {
    /// Where it really lies.
    let path: MediaPath
    let stamp: FileStamp
    let bytes: ByteBuffer
    /// Whether a later change cannot hide behind the same stamp.
    let isSettled: Bool
    let validators: Validators
    /// When it was compared with the disk for the last time and found the same: nanoseconds of the monotonic clock.
    let lastCheck: Atomic<UInt64>
    /// The folders on the way and the file, as paths for the system.
    private let steps: [[CChar]]

    /// Takes the bytes of a file.
    init(file: OpenFile, bytes: ByteBuffer, readAt now: Int64, checkedAt check: UInt64, root: RootFolder) {
        path = file.path
        stamp = file.stamp
        lastCheck = Atomic(check)
        self.bytes = bytes
        isSettled = file.stamp.isSettled(at: now)
        validators = Validators(stamp: file.stamp, readAt: now)
        steps = file.path.steps.map(root.systemPath)
    }

    /// Whether the file still lies there in this state, and no link is on the way.
    ///
    /// A few calls that ask the system without opening or reading; on a network disk they may block.
    var isCurrent: Bool {
        guard let file = steps.last, let now = FileStamp(path: file), now == stamp else { return false }
        return steps.dropLast().allSatisfy { FileStamp(path: $0)?.kind == .folder }
    }

    /// What it takes of a cache's memory, in bytes; about 1 KiB is for what is around the file's bytes.
    var cost: Int { bytes.readableBytes + 1_024 }
}
