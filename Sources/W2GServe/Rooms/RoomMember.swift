import Logging
import NIOCore

/// One WebSocket of one member: the last handler of its channel.
///
/// It is `@unchecked Sendable` because what is not constant is used on the channel's event loop only. Others hold it to
/// compare it, to read its constants, and to have its methods run on `eventLoop`.
final class RoomMember: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How far the connection is.
    enum Phase: Equatable {
        /// Waits until it is known whether its id is free; nothing is read.
        case waiting
        /// Takes part.
        case joined
        /// Has sent a Close frame and waits for the other side's.
        case closing(until: NIODeadline)
        /// Waits for the end of the stream; all that comes is thrown away.
        case lingering(until: NIODeadline)
        /// Over.
        case closed
    }

    /// How many bytes are given to the socket in one go.
    static let flushThreshold = 64 * 1024

    let id: UInt64
    let roomName: String
    /// Where the member comes from, for the log.
    let address: String
    let channel: any Channel
    let eventLoop: any EventLoop
    let server: RoomServer
    let relay: LoopRelay

    /// The room, once there is one.
    var room: Room?
    /// Whether the member has told the room who it is, and has not said goodbye since.
    var isIntroduced = false
    /// Whether the member has said goodbye to the room itself.
    var hasTakenLeave = false

    var phase = Phase.waiting
    var context: ChannelHandlerContext?
    var reader: WebSocketFrameReader
    var heartbeat: Heartbeat
    /// For messages.
    var limiter: RateLimiter
    /// For all else that costs by its number: control frames and small fragments.
    var frameLimiter: RateLimiter
    var queue: MemberQueue

    /// What was received and not read yet, because the member waits or sends too fast.
    var held = ByteBuffer()
    /// Until when nothing is read, because the member sends too fast.
    var throttledUntil: NIODeadline?
    /// Until when a sign of life is awaited, because somebody else comes with the same id.
    var probedUntil: NIODeadline?
    /// The members that have to take what waits for them before this one is read again.
    var awaited: Set<RoomMember> = []
    /// The members that are not read until this one has taken what waits for it.
    var waitingSenders: Set<RoomMember> = []
    /// How many bytes were on their way out at the last look.
    var bytesOnTheWay = 0

    var isWritable = true
    var unflushedBytes = 0
    /// A Ping that is answered when there is room for it.
    var unansweredPing: ByteBuffer?

    var timer: Scheduled<Void>?
    var timerDeadline = NIODeadline.distantFuture

    /// Makes the handler; must be called on the channel's event loop.
    init(path: RoomPath, address: String, channel: any Channel, server: RoomServer) {
        let configuration = server.configuration
        let now = NIODeadline.now()
        id = path.id
        roomName = path.room
        self.address = address
        self.channel = channel
        eventLoop = channel.eventLoop
        self.server = server
        relay = server.relay(for: channel.eventLoop)
        reader = WebSocketFrameReader(maximumMessageSize: configuration.maximumMessageSize)
        heartbeat = Heartbeat(
            interval: TimeAmount(configuration.pingInterval),
            patience: TimeAmount(configuration.pongPatience),
            now: now
        )
        limiter = RateLimiter(
            perSecond: configuration.messagesPerSecond,
            burst: configuration.messageBurst,
            now: now
        )
        frameLimiter = limiter
        queue = MemberQueue(
            maximumBytes: configuration.maximumQueuedBytes,
            maximumMessages: configuration.maximumQueuedMessages
        )
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        isWritable = context.channel.isWritable
        server.open(self)
        if phase == .waiting { stopReading() }
        armTimer()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(reason: "connection lost")
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(reason: "connection lost")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        server.logger.debug("socket error", metadata: ["id": "\(id)", "error": "\(error)"])
        end(reason: "connection lost")
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            close(.goingAway)
        case ChannelEvent.inputClosed:
            leave(reason: "connection lost")
            finish()
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// The id is free, or has become free: the member takes part from now on.
    func admit() {
        takePlace()
        guard phase == .joined else { return }
        readOn()
    }

    /// The room's messages come from now on, those that were kept for the member first.
    func takePlace() {
        if phase == .waiting { phase = .joined }
    }
}

extension RoomMember: Hashable {
    static func == (left: RoomMember, right: RoomMember) -> Bool { left === right }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
