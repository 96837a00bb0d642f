import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One connection of the test server: writes answers byte by byte, so that they can be wrong.
final class TestConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let server: TestServer
    private var isBusy = false
    private var timer: RepeatedTask?

    init(server: TestServer) {
        self.server = server
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        isBusy = true
        let (request, answer, bytes, type, tag) = server.answer(head)
        var response = Response(request: request, answer: answer, resource: bytes, type: type, tag: tag)
        response.isHead = head.method == .HEAD
        send(response, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        if isBusy { server.finished() }
        isBusy = false
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func send(_ response: Response, _ context: ChannelHandlerContext) {
        let body = response.isHead ? [] : response.body
        switch response.answer.fault {
        case .silent: return
        case .closed: context.close(promise: nil)
        case .raw(let bytes): write(bytes, context, closes: true)
        case .truncated(let count): write(response.head + body.prefix(count), context, closes: true)
        case .stalled(let count): write(response.head + body.prefix(count), context, ends: false)
        case .reset(let count):
            write(response.head + body.prefix(count), context, ends: false)
            reset(context)
        case .endless: endless(response.head, context)
        case .drip(let count, let perSecond): drip(response.head, body, count, perSecond, context)
        case .wrongLength, .ignoresRange, .wrongContentRange, nil:
            write(response.head + (response.answer.isChunked ? Self.chunked(body) : body), context)
        }
    }

    private func write(
        _ bytes: [UInt8],
        _ context: ChannelHandlerContext,
        ends: Bool = true,
        closes: Bool = false
    ) {
        if ends {
            isBusy = false
            server.finished()
        }
        let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)))
        let channel = context.channel
        if closes { written.whenComplete { _ in channel.close(promise: nil) } }
    }

    /// Without lingering, what is closed is reset; a little later, so that what was written arrives.
    private func reset(_ context: ChannelHandlerContext) {
        let channel = context.channel
        context.eventLoop.scheduleTask(in: .milliseconds(20)) {
            guard let options = channel as? any SocketOptionProvider else { return }
            options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
        }
    }

    private func endless(_ head: [UInt8], _ context: ChannelHandlerContext) {
        write(head, context, ends: false)
        let block = ByteBuffer(bytes: Self.chunk([UInt8](repeating: 0x47, count: 65_536)))
        let channel = context.channel
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(1)) { _ in
            if channel.isWritable { channel.writeAndFlush(block, promise: nil) }
        }
    }

    private func drip(
        _ head: [UInt8],
        _ body: [UInt8],
        _ count: Int,
        _ perSecond: Int,
        _ context: ChannelHandlerContext
    ) {
        write(head, context, ends: false)
        dripOn(body[...], count, .nanoseconds(1_000_000_000 / Int64(max(1, perSecond))), context.channel)
    }

    private func dripOn(_ body: ArraySlice<UInt8>, _ count: Int, _ pause: TimeAmount, _ channel: any Channel) {
        guard isBusy else { return }
        channel.writeAndFlush(ByteBuffer(bytes: body.prefix(count)), promise: nil)
        if body.count > count {
            channel.eventLoop.assumeIsolated().scheduleTask(in: pause) {
                self.dripOn(body.dropFirst(count), count, pause, channel)
            }
        } else {
            isBusy = false
            server.finished()
        }
    }

    private static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + [0x0D, 0x0A]
    }

    private static func chunked(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 10_000) {
            output += chunk(Array(bytes[start..<min(start + 10_000, bytes.count)]))
        }
        return output + Array("0\r\n\r\n".utf8)
    }
}

extension TestConnection {
    /// An answer as bytes.
    private struct Response {
        let answer: TestAnswer
        private(set) var head: [UInt8] = []
        private(set) var body: [UInt8]
        var isHead = false

        init(request: TestRequest, answer: TestAnswer, resource: [UInt8]?, type: String, tag: String) {
            self.answer = answer
            let whole = answer.body ?? resource ?? []
            var (status, fields) = (answer.status, answer.headers)
            body = whole
            if !fields.contains(where: { $0.name == "Content-Type" }) { fields.append(("Content-Type", type)) }
            let isResource = answer.body == nil && status == 200
            if isResource, !answer.isPlain {
                fields += [
                    ("ETag", tag), ("Last-Modified", "Wed, 01 Jan 2020 00:00:00 GMT"), ("Accept-Ranges", "bytes"),
                ]
            }
            if isResource, !Self.ignoresRange(answer), let range = request.range,
                answer.isPlain || request.header("If-Range").map({ $0 == tag }) ?? true
            {
                (status, body) = Self.part(of: whole, range, &fields, answer)
            }
            var length: Int? = body.count
            switch answer.fault {
            case .wrongLength(let wrong): length = wrong
            case .endless: length = nil
            default: if answer.isChunked { length = nil }
            }
            fields.append(length.map { ("Content-Length", "\($0)") } ?? ("Transfer-Encoding", "chunked"))
            let lines = fields.map { "\($0.name): \($0.value)\r\n" }.joined()
            head = Array(
                "HTTP/1.1 \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n\(lines)\r\n".utf8
            )
        }

        private static func ignoresRange(_ answer: TestAnswer) -> Bool {
            if case .ignoresRange = answer.fault { true } else { false }
        }

        private static func part(
            of whole: [UInt8],
            _ range: (first: Int, last: Int?),
            _ fields: inout [(name: String, value: String)],
            _ answer: TestAnswer
        ) -> (Int, [UInt8]) {
            guard range.first < whole.count else {
                fields.append(("Content-Range", "bytes */\(whole.count)"))
                return (416, [])
            }
            let last = min(range.last ?? .max, whole.count - 1)
            guard last >= range.first else { return (400, []) }
            var text: String? = "bytes \(range.first)-\(last)/\(whole.count)"
            if case .wrongContentRange(let wrong) = answer.fault { text = wrong }
            if let text { fields.append(("Content-Range", text)) }
            return (206, Array(whole[range.first...last]))
        }
    }
}
