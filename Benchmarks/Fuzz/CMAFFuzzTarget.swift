/// Called by libFuzzer with one input, whose first byte chooses between writing CMAF and turning transport streams into it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let mode = bytes.first else { return 0 }
    let rest = Array(bytes.dropFirst())
    let problem = mode & 3 == 0 ? CMAFProperties.broken(by: rest) : TransmuxingProperties.broken(by: rest)
    if let problem { fatalError(problem) }
    return 0
}
