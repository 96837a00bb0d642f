import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import NIOTLS
import TestSupport
import Testing

@testable import HLSDownload

@Suite("Versions of HTTP")
struct VersionTests {
    @Test("a server that speaks HTTP/2 alone is asked again with that", arguments: [false, true])
    func http2Only(closesOthers: Bool) async throws {
        let channel = try await Self.server(closesOthers: closesOthers)
        let url = "https://127.0.0.1:\(channel.localAddress?.port ?? 0)/index.m3u8"
        var configuration = TransferConfiguration.quick
        configuration.allowsInvalidCertificates = true
        configuration.retries = .init(0)
        let body = try await HTTPFetcher.withFetcher(configuration, root: url) { fetcher in
            try await fetcher.data(ResourceRequest(url: url, kind: .playlist), limit: 1_000).bytes
        }
        #expect(body == Array("/index.m3u8".utf8))
        try await channel.close()
    }

    /// A server that sends the path of a request back.
    private static func server(closesOthers: Bool) async throws -> any Channel {
        let certificates = try NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.certificate.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.privateKey.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.applicationProtocols = ["h2"]
        let context = try NIOSSLContext(configuration: configuration)
        return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLServerHandler(context: context))
                    if closesOthers { try pipeline.addHandler(OtherVersionCloser()) }
                }
                .flatMap {
                    channel.configureHTTP2Pipeline(
                        mode: .server,
                        connectionConfiguration: .init(),
                        streamConfiguration: .init()
                    ) { stream in
                        stream.eventLoop.makeCompletedFuture {
                            let pipeline = stream.pipeline.syncOperations
                            try pipeline.addHandler(HTTP2FramePayloadToHTTP1ServerCodec())
                            try pipeline.addHandler(PathEcho())
                        }
                    }
                }
                .map { _ in }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }
}

/// Closes connections for which no version was agreed on.
private final class OtherVersionCloser: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(nil)? = event as? TLSUserEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}

private final class PathEcho: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        let length = "\(head.uri.utf8.count)"
        let response = HTTPResponseHead(version: .http2, status: .ok, headers: ["Content-Length": length])
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: head.uri)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
