import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Watches over a stream of HTTP/2: its header's size, no request body, and the time that the client takes.
final class HTTP2StreamHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// What a field adds to the size of a header besides its characters (RFC 9113 6.5.2).
    private static let fieldOverhead = 32

    private let setup: ConnectionSetup
    private let connection: HTTP2ConnectionHandler
    private var timeouts: ConnectionTimeouts
    private var timer: Scheduled<Void>?
    private var head: HTTPRequest?
    private var body: IgnoredBody?
    private var isRefused = false
    /// Who waits for the response and wants to know when the client gives it up.
    private var departure: DepartureWatch?
    private var hasDeparted = false
    /// The bytes of the answer that are on their way through NIO.
    private var unsentBytes = 0

    init(setup: ConnectionSetup, connection: HTTP2ConnectionHandler, now: NIODeadline) {
        self.setup = setup
        self.connection = connection
        timeouts = ConnectionTimeouts(setup.configuration, now: now)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        schedule(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        depart()
    }

    func channelInactive(context: ChannelHandlerContext) {
        depart()
        context.fireChannelInactive()
    }

    private func depart() {
        hasDeparted = true
        departure?.onDeparture()
        departure = nil
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let watch = event as? DepartureWatch else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        departure = watch
        if hasDeparted { depart() }
        promise?.succeed()
    }

    // MARK: The request

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        switch unwrapInboundIn(data) {
        case .head(let request):
            head = request
            body = IgnoredBody(ofMethod: request.method.rawValue, length: request.headerFields[.contentLength])
            connection.requested(context.eventLoop.now)
            if isTooLarge(request) {
                refuse(.headerTooLarge, context)
            } else if body == nil {
                refuse(.bodyRefused, context)
            }
        case .body(let bytes):
            if body?.ignore(bytes.readableBytes) != true { refuse(.bodyRefused, context) }
        case .end:
            // Only now it is sure that there is no long body.
            guard let head else { return }
            self.head = nil
            timeouts.requested(context.eventLoop.now)
            context.fireChannelRead(wrapInboundOut(.head(head)))
            context.fireChannelRead(data)
        }
    }

    private func isTooLarge(_ request: HTTPRequest) -> Bool {
        let (limits, fields) = (setup.configuration, request.headerFields)
        guard fields.count <= limits.maximumHeaderCount else { return true }
        let size = fields.reduce(request.path?.utf8.count ?? 0) {
            $0 + $1.name.rawName.utf8.count + $1.value.utf8.count + Self.fieldOverhead
        }
        return size > limits.maximumHeaderSize
    }

    private func refuse(_ answer: ConnectionAnswer, _ context: ChannelHandlerContext) {
        isRefused = true
        let request = head
        head = nil
        let body = answer.body
        var fields: HTTPFields = [.contentType: "application/json", .contentLength: "\(body.readableBytes)"]
        setup.crossOrigin.apply(to: &fields, origin: request?.headerFields[.origin])
        note(request, answer.status, context.channel)
        let response = HTTPResponse(status: .init(code: Int(answer.status.code)), headerFields: fields)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if request?.method != .head { context.write(wrapOutboundOut(.body(body)), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        // The stream ends with the body, which is thrown away: a reset at once would take the answer from the client.
        let channel = context.channel
        timer?.cancel()
        timer = context.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }

    private func note(_ request: HTTPRequest?, _ status: HTTPResponseStatus, _ channel: any Channel) {
        var head = HTTPRequestHead(
            version: .http2,
            method: HTTPMethod(rawValue: request?.method.rawValue ?? ""),
            uri: request?.path ?? ""
        )
        for value in request?.headerFields[values: .forwardedFor] ?? [] {
            head.headers.add(name: "X-Forwarded-For", value: value)
        }
        setup.onHandshake?(head, status, setup.address(of: channel, head))
    }

    // MARK: The answer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .body(let bytes) = unwrapOutboundIn(data) else {
            context.write(data, promise: promise)
            return
        }
        let count = bytes.readableBytes
        unsentBytes += count
        let sent = promise ?? context.eventLoop.makePromise()
        sent.futureResult.assumeIsolated().whenComplete { _ in self.unsentBytes -= count }
        context.write(data, promise: sent)
    }

    // MARK: Time

    private func schedule(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: timeouts.nextLook(context.eventLoop.now)) {
            let (handler, context) = bound.value
            handler.timeCame(context)
        }
    }

    private func timeCame(_ context: ChannelHandlerContext) {
        // The streams of a connection share its socket: while that moves, none of them is given up.
        let taken = context.channel.parent.map { connection.takenBytes(of: $0) } ?? 0
        switch timeouts.check(context.eventLoop.now, taken: taken, unsent: unsentBytes) {
        case .wait: schedule(context)
        case .close, .refuse: context.close(promise: nil)
        }
    }
}
