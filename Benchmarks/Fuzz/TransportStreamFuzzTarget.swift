/// Called by libFuzzer with one input, whose first byte tells what is made of the others.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let problem = TransportStreamProperties.broken(by: bytes) { fatalError(problem) }
    return 0
}
