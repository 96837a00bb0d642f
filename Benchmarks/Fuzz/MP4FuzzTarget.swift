/// Called by libFuzzer with one input: MP4 and packed audio, read in pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let problem = MP4Properties.broken(by: bytes) { fatalError(problem) }
    return 0
}
