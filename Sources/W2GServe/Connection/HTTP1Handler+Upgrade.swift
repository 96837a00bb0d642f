import NIOCore
import NIOHTTP1

/// How a connection leaves HTTP and becomes a WebSocket.
extension HTTP1Handler {
    /// Answers 101 and puts the room's handler in the place of HTTP's.
    ///
    /// The answer leaves only when the member is in its room: whoever has read it misses nothing that is said from then on.
    func become(_ upgrade: ConnectionSetup.Upgrade, _ context: ChannelHandlerContext) {
        guard let companions else { return }
        let head = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: upgrade.headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        let channel = context.channel
        let pipeline = context.pipeline.syncOperations
        // The decoder goes last: it hands what has come behind the request to the handler behind it.
        pipeline.removeHandler(self, promise: nil)
        pipeline.removeHandler(companions.encoder, promise: nil)
        if let joiner = companions.joiner { pipeline.removeHandler(joiner, promise: nil) }
        pipeline.removeHandler(companions.arrivals, promise: nil)
        do {
            try pipeline.addHandler(upgrade.member, position: .after(companions.decoder))
            channel.flush()
        } catch {
            channel.close(promise: nil)
        }
        pipeline.removeHandler(companions.decoder, promise: nil)
    }
}
