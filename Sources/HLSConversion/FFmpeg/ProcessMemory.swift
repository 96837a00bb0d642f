import CFFmpeg

/// A setting of the whole process, which a program may make and a library must not.
package enum ProcessMemory {
    /// Keeps the memory of a conversion small: freed blocks of 256 KiB and more go back to the system.
    package static func returnLargeBlocks() {
        w2g_return_blocks_of(256 << 10)
    }
}
