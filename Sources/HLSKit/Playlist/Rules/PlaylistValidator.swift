public struct PlaylistValidator {
    public init() {}
    public func diagnostics(of p: Playlist) -> [PlaylistDiagnostic] { [] }
}
