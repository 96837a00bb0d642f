import Dispatch

/// Called by libFuzzer with one input, which stands for changes of a stream.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        if let problem = await InspectionProperties.broken(by: bytes) { fatalError(problem) }
        done.signal()
    }
    done.wait()
    return 0
}
