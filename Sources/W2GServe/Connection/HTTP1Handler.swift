import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Watches over an HTTP/1.1 connection: limits, timeouts, keep-alive, and the change to a WebSocket on any request.
///
/// Requests have no bodies here: only their heads go on to the routes. The parts that answer by routes are put into the
/// pipeline with the first request that is none for a WebSocket, so that a member of a room never has them.
final class HTTP1Handler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// The channel of requests and answers, for the task that answers by routes.
    typealias Routed = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// The handlers of HTTP/1.1 in front of this one.
    struct Companions {
        let arrivals: ArrivalHandler
        /// Under TLS.
        let joiner: WriteJoiner?
        let encoder: HTTPResponseEncoder
        let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    }

    /// What waits until all requests before it are answered.
    enum Pending {
        /// To answer this and close.
        case answer(ConnectionAnswer, HTTPRequestHead?)
        /// To become a WebSocket.
        case upgrade(HTTPRequestHead, RoomPath.Meaning)
    }

    let setup: ConnectionSetup
    let isSecure: Bool
    /// Told the channel with the first request for the routes, or nil when there is none.
    let routed: EventLoopPromise<Routed?>
    private var isRouted = false

    var timeouts: ConnectionTimeouts
    /// The handlers that leave with this one when the connection becomes a WebSocket.
    var companions: Companions?
    private var timer: Scheduled<Void>?

    /// How many requests went to the routes and are not answered.
    private var unanswered = 0
    /// When the socket has taken all of the latest answer.
    private var latestAnswer: EventLoopFuture<Void>?
    private var pending: Pending?
    /// Who waits for a response and wants to know when the client goes away.
    private var departure: DepartureWatch?
    private var hasDeparted = false
    /// A request whose body is being thrown away; it is answered behind that, so that the answer is not lost by a reset.
    private var ignoring: (head: HTTPRequestHead, body: IgnoredBody)?
    /// Whether the request that `pending` is about has come to its end.
    private var isPendingComplete = false
    private var closesAfterAnswers = false
    private var peer: ClientAddress.Peer?
    /// The bytes of all bodies so far.
    private var writtenBytes = 0
    /// Whether an answer waits for the end of what was read with its request.
    private var wantsFlush = false
    private var unflushedBytes = 0
    /// Bodies that may wait for the end of what was read, in bytes.
    private static let greatestUnflushed = 64 << 10
    private var isHTTP10 = false
    /// Whether the connection has given its last answer and only waits for the other side to take it.
    private var isLingering = false

    /// Makes the handler of one connection.
    init(setup: ConnectionSetup, isSecure: Bool, routed: EventLoopPromise<Routed?>) {
        self.setup = setup
        self.isSecure = isSecure
        self.routed = routed
        timeouts = ConnectionTimeouts(setup.configuration, now: routed.futureResult.eventLoop.now)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        schedule(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        timer?.cancel()
        timer = nil
        companions = nil
        if !isRouted { routed.succeed(nil) }
        isRouted = true
        depart()
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

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else {
            setup.logger.debug("connection error", metadata: ["error": "\(error)"])
            context.close(promise: nil)
            return
        }
        guard pending == nil, !isLingering, !closesAfterAnswers else { return }
        pending = .answer(ConnectionAnswer(error), nil)
        isPendingComplete = true
        resolve(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            closesAfterAnswers = true
            if unanswered == 0, pending == nil { closeWhenTaken(context) }
        case ChannelEvent.inputClosed:
            closesAfterAnswers = true
            depart()
            if unanswered == 0 { closeWhenTaken(context) }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }
}

// MARK: Requests

extension HTTP1Handler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard pending == nil, !isLingering, !closesAfterAnswers else { return }
            begin(head, context)
        case .body(let bytes):
            guard let head = ignoring?.head, ignoring?.body.ignore(bytes.readableBytes) == false else { return }
            ignoring = nil
            refuse(.bodyRefused, head, context)
        case .end:
            if let head = ignoring?.head, pending == nil {
                ignoring = nil
                route(head, context)
            }
            guard pending != nil else { return }
            isPendingComplete = true
            resolve(context)
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        isHTTP10 = head.version == .http1_0
        let isChunked = head.headers.contains(name: "Transfer-Encoding")
        let length = head.headers.first(name: "Content-Length")
        let body = IgnoredBody(ofMethod: head.method.rawValue, length: length, isChunked: isChunked)
        // RFC 9112 3.2: no host, or more than one, is an error since HTTP/1.1.
        let hosts = head.headers["Host"].count
        if let body, hosts == 1 || hosts == 0 && isHTTP10 {
            guard isChunked || length ?? "0" != "0" else { return route(head, context) }
            ignoring = (head, body)
        } else {
            refuse(body == nil ? .bodyRefused : .hostNotTold, head, context)
        }
    }

    /// Answers a request itself and closes; its body is not waited for.
    private func refuse(_ answer: ConnectionAnswer, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        timeouts.requested(context.eventLoop.now)
        pending = .answer(answer, head)
        isPendingComplete = true
        resolve(context)
    }

    private func route(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        timeouts.requested(context.eventLoop.now)
        if setup.rooms != nil, WebSocketHandshake.isAsked(by: head) {
            let meaning = RoomPath.read(String(RequestTarget(head.uri).path))
            if meaning != .elsewhere {
                pending = .upgrade(head, meaning)
                return
            }
        }
        // Behind a request that asks for another protocol the parser reads no more.
        if !head.isKeepAlive || head.headers.contains(name: "Upgrade") { closesAfterAnswers = true }
        unanswered += 1
        if unanswered == 1, give(immediateAnswerTo: head, context) { return }
        if !isRouted, !addRoutes(context) { return }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if wantsFlush { flushAnswers(context) }
        context.fireChannelReadComplete()
    }

    private func flushAnswers(_ context: ChannelHandlerContext) {
        wantsFlush = false
        unflushedBytes = 0
        context.flush()
    }

    /// Answers at once when nothing has to be waited for: neither for the answer nor for the client to take others.
    private func give(immediateAnswerTo request: HTTPRequestHead, _ context: ChannelHandlerContext) -> Bool {
        guard context.channel.isWritable, let immediate = setup.immediate else { return false }
        let peer = peer ?? ClientAddress.Peer(context.channel.remoteAddress)
        self.peer = peer
        guard let answer = immediate(request, peer, isSecure) else { return false }
        write(context: context, data: wrapOutboundOut(.head(answer.head)), promise: nil)
        if let body = answer.body {
            write(context: context, data: wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        let taken = context.eventLoop.makePromise(of: Void.self)
        taken.futureResult.whenComplete { result in
            if case .success = result { answer.onWritten(true) } else { answer.onWritten(false) }
        }
        write(context: context, data: wrapOutboundOut(.end(nil)), promise: taken)
        unflushedBytes += answer.body?.readableBytes ?? 0
        wantsFlush = true
        // Under TLS only what is flushed makes the channel unwritable, and more requests may follow at once.
        if unflushedBytes >= Self.greatestUnflushed { flushAnswers(context) }
        return true
    }

    private func addRoutes(_ context: ChannelHandlerContext) -> Bool {
        isRouted = true
        do {
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: isSecure))
            routed.succeed(try Routed(wrappingChannelSynchronously: context.channel))
            return true
        } catch {
            routed.fail(error)
            context.close(promise: nil)
            return false
        }
    }
}

// MARK: Answers

extension HTTP1Handler {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where isHTTP10 || (closesAfterAnswers && unanswered == 1 && pending == nil):
            if isHTTP10 { head.version = .http1_0 }
            let closes = closesAfterAnswers && unanswered == 1 && pending == nil
            head.headers.replaceOrAdd(name: "Connection", value: closes ? "close" : "keep-alive")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .head:
            context.write(data, promise: promise)
        case .body(let bytes):
            writtenBytes &+= bytes.readableBytes
            context.write(data, promise: promise)
        case .end:
            departure = nil
            unanswered -= 1
            guard unanswered == 0 else {
                context.write(data, promise: promise)
                return
            }
            timeouts.answered(context.eventLoop.now)
            let taken = promise ?? context.eventLoop.makePromise()
            latestAnswer = taken.futureResult
            if pending != nil {
                context.writeAndFlush(data, promise: taken)
                resolve(context)
            } else if closesAfterAnswers {
                context.writeAndFlush(data, promise: taken)
                closeWhenTaken(context)
            } else {
                context.write(data, promise: taken)
            }
        }
    }

    /// Closes when the socket has taken all that was written: closing throws away what still waits.
    private func closeWhenTaken(_ context: ChannelHandlerContext) {
        let channel = context.channel
        guard let latestAnswer else {
            channel.close(promise: nil)
            return
        }
        latestAnswer.whenComplete { _ in channel.close(promise: nil) }
    }

    /// Does what is pending once its turn has come.
    private func resolve(_ context: ChannelHandlerContext) {
        guard isPendingComplete, unanswered == 0, let pending else { return }
        switch pending {
        case .answer(let answer, let head):
            give(answer, to: head, context)
        case .upgrade(let head, let meaning):
            do throws(ConnectionAnswer) {
                let upgrade = try setup.upgrade(head, meaning, channel: context.channel)
                setup.onHandshake?(head, .switchingProtocols, upgrade.address)
                become(upgrade, context)
            } catch {
                give(error, to: head, context)
            }
        }
    }

    /// Answers, and closes when the other side has taken it or some time has passed.
    private func give(_ answer: ConnectionAnswer, to request: HTTPRequestHead?, _ context: ChannelHandlerContext) {
        isLingering = true
        var head = answer.head
        setup.crossOrigin.apply(to: &head.headers, origin: request?.headers.first(name: "Origin"))
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if request?.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        }
        let taken = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: taken)
        setup.onHandshake?(request, answer.status, setup.address(of: context.channel, request))
        // What the other side still sends is read and thrown away: a reset would take the answer from it.
        context.close(mode: .output, promise: nil)
        // Until then the time for writing counts, as there may be answers in front of this one.
        let channel = context.channel
        timeouts.answered(context.eventLoop.now)
        if timer == nil { schedule(context) }
        taken.futureResult.assumeIsolated().whenComplete { _ in
            self.timer?.cancel()
            self.timer = channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
        }
    }

    private func schedule(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: timeouts.nextLook(context.eventLoop.now)) {
            let (handler, context) = bound.value
            handler.timeCame(context)
        }
    }

    private func timeCame(_ context: ChannelHandlerContext) {
        timer = nil
        let buffered = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        let unsent = buffered + SocketQueue.byteCount(of: context.channel)
        switch timeouts.check(context.eventLoop.now, taken: writtenBytes - unsent, unsent: unsent) {
        case .wait:
            schedule(context)
        case .close:
            context.close(promise: nil)
        case .refuse where isLingering:
            context.close(promise: nil)
        case .refuse:
            pending = .answer(.timedOut, nil)
            isPendingComplete = true
            resolve(context)
        }
    }
}
