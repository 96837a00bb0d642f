/// Called by libFuzzer with one input: a playlist, or a JSON document.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if bytes.first == 0x7B {
        if let manifest = try? SteeringManifest(parsing: bytes) {
            precondition((try? SteeringManifest(parsing: manifest.text)) == manifest, "a manifest changed")
        }
        if let list = try? AssetList(parsing: bytes) {
            precondition((try? AssetList(parsing: list.text)) == list, "an asset list changed")
        }
    }
    if let problem = PlaylistProperties.broken(by: bytes) { fatalError(problem) }
    return 0
}
