import NIOCore

/// A message on its way to a member, as the queue of a slow one has to know it.
struct RoomMessage {
    /// The WebSocket frame.
    let frame: ByteBuffer
    /// The player state that it sets, if it does.
    var state: Envelope.PlayerState?
    /// Whether it may not be dropped: it introduces its sender.
    var isEssential = false
    /// Who sends it; nil for the server.
    var sender: RoomMember?
}
