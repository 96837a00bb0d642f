import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Writes the whole address into a request's line, as a proxy for plain HTTP wants it (RFC 9112 3.2.2).
///
/// The client library knows CONNECT alone, which many proxies allow to port 443 only. So the proxy is taken for the server,
/// and the address comes along in a field that ends here.
final class AbsoluteFormHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private static let field = "W2G-Absolute-Form"

    /// Turns a request to a server into one to a proxy.
    static func address(_ message: inout HTTPClientRequest, to address: WebAddress, through proxy: ProxySettings.Proxy)
    {
        let host = proxy.host.contains(":") ? "[\(proxy.host)]" : proxy.host
        message.url = "http://\(host):\(proxy.port)/"
        message.headers.add(name: field, value: address.requestURL)
        if !message.headers.contains(name: "Host") {
            let port = address.origin.port == 80 ? "" : ":\(address.origin.port)"
            message.headers.add(name: "Host", value: address.origin.host + port)
        }
        guard let credentials = proxy.credentials else { return }
        let value = "Basic " + Base64.encoded(Array(credentials.utf8))
        message.headers.replaceOrAdd(name: "Proxy-Authorization", value: value)
    }

    /// Puts the handler in front of the encoder of a connection; must be called on its event loop.
    static func add(to channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let encoder = try pipeline.handler(type: HTTPRequestEncoder.self)
        try pipeline.addHandler(AbsoluteFormHandler(), position: .after(encoder))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), let target = head.headers.first(name: Self.field) else {
            context.write(data, promise: promise)
            return
        }
        head.headers.remove(name: Self.field)
        head.uri = target
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}
