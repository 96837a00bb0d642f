import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// What all connections of a server share.
final class ConnectionSetup: Sendable {
    /// A handshake that was accepted.
    struct Upgrade {
        /// The fields of the answer 101.
        let headers: HTTPHeaders
        /// Where the member comes from.
        let address: String
        /// The handler of the WebSocket.
        let member: RoomMember
    }

    let responder: HTTPChannelHandler.Responder
    let immediate: ImmediateAnswer.Maker?
    let configuration: ConnectionConfiguration
    let rooms: RoomServer?
    let logger: Logger
    let onHandshake: HandshakeObserver?
    let limiter: AddressLimiter
    /// For the answers that the connection gives itself.
    let crossOrigin: CrossOrigin

    init(
        responder: @escaping HTTPChannelHandler.Responder,
        immediate: ImmediateAnswer.Maker?,
        configuration: ConnectionConfiguration,
        rooms: RoomServer?,
        logger: Logger,
        onHandshake: HandshakeObserver?
    ) {
        self.responder = responder
        self.immediate = immediate
        self.configuration = configuration
        self.rooms = rooms
        self.logger = logger
        self.onHandshake = onHandshake
        crossOrigin = CrossOrigin(rooms?.configuration.origins ?? [])
        limiter = AddressLimiter(
            maximum: configuration.maximumConnectionsPerAddress,
            trusted: configuration.trustedProxies
        )
    }

    /// Where a request comes from.
    func address(of channel: any Channel, _ head: HTTPRequestHead?) -> String {
        ClientAddress.text(
            peer: ClientAddress.Peer(channel.remoteAddress),
            forwardedFor: head?.headers["X-Forwarded-For"] ?? [],
            trusting: configuration.trustedProxies
        )
    }

    /// Judges a request to become a WebSocket; must be called on the channel's event loop.
    ///
    /// - Throws: What is answered instead.
    func upgrade(
        _ head: HTTPRequestHead,
        _ meaning: RoomPath.Meaning,
        channel: any Channel
    ) throws(ConnectionAnswer) -> Upgrade {
        guard let rooms, case .place(let path) = meaning else {
            throw ConnectionAnswer(status: .notFound, detail: "Not Found")
        }
        let handshake = try WebSocketHandshake(head)
        let address = address(of: channel, head)
        let origin = head.headers.first(name: "Origin")
        switch rooms.origins.verdict(origin: origin, host: head.headers.first(name: "Host")) {
        case .expected:
            break
        case .tolerated:
            rooms.logger.notice(
                "WebSocket from a page of another origin: name it with --origins if it is yours",
                metadata: ["origin": "\(LogText.escape(origin ?? ""))", "address": "\(LogText.escape(address))"]
            )
        case .refused:
            throw ConnectionAnswer(status: .forbidden, detail: "This origin may not open a WebSocket here")
        }
        guard !rooms.isStopped else {
            throw ConnectionAnswer(status: .serviceUnavailable, detail: "The server stops")
        }
        let member = RoomMember(path: path, address: address, channel: channel, server: rooms)
        return Upgrade(headers: handshake.headers, address: address, member: member)
    }
}
