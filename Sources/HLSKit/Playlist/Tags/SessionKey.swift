/// A key of the media playlists that a client can load early: `#EXT-X-SESSION-KEY` (draft-pantos-hls-rfc8216bis 4.4.6.5).
public struct SessionKey: KeyTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .sessionKey }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }
}
