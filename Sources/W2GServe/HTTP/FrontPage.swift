import Crypto
import HLSKit
import HTTPTypes
import Hummingbird
import NIOCore

/// The page at `/`: the videos, a player for the chosen one, and what to type into the clients.
///
/// It is plain HTML without anything from elsewhere. Its one script corrects the addresses: only the browser knows below which
/// path, and at which host, a proxy shows the page.
struct FrontPage: Sendable {
    private let trustedProxies: TrustedProxies
    private let policy: String

    private static let style = """
        :root{color-scheme:light dark;--line:#8884}
        body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
        h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
        video{width:100%;max-height:75vh;background:#000;border-radius:.5rem}
        ul{list-style:none;padding:0}li a{display:block;padding:.6rem .2rem;border-bottom:1px solid var(--line)}
        a{text-decoration:none}a[aria-current]{font-weight:bold}
        dt{font-size:.85rem;opacity:.75}dd{margin:0 0 .8rem}
        code{font-size:1rem;user-select:all}.note{font-size:.85rem;opacity:.75}
        """

    private static let script = """
        const base = new URL(".", location.href);
        for (const element of document.querySelectorAll("code[data-path]")) {
          const url = new URL(element.dataset.path, base);
          if (element.dataset.path.startsWith("ws/")) url.protocol = base.protocol === "https:" ? "wss:" : "ws:";
          element.textContent = url.href;
        }
        """

    /// Makes the page.
    ///
    /// - Parameter trustedProxies: Who may say that a client uses TLS.
    init(trustedProxies: TrustedProxies) {
        self.trustedProxies = trustedProxies
        let (style, script) = (Self.hash(Self.style), Self.hash(Self.script))
        policy =
            "default-src 'none'; style-src '\(style)'; script-src '\(script)'; media-src 'self' blob:; connect-src 'self'; img-src data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    }

    /// What a policy calls a text in the page (Content Security Policy Level 3, 2.3.1).
    private static func hash(_ text: String) -> String {
        "sha256-" + Base64.encode(Array(SHA256.hash(data: Array(text.utf8))))
    }

    /// Makes the answer.
    ///
    /// - Parameters:
    ///   - names: The videos.
    ///   - target: Its field `video` chooses one.
    func answer(names: [String], target: RequestTarget, request: HTTPRequest, peer: SocketAddress?) -> SiteAnswer {
        let chosen = target.value(of: "video").flatMap { name in
            names.first { $0.utf8.elementsEqual(name.utf8) }
                ?? names.first { FileName.areEquivalent(FileName.bytes($0), FileName.bytes(name)) }
        }
        let text = html(names: names, chosen: chosen, host: Self.host(request), isSecure: isSecure(request, peer))
        var answer = SiteAnswer(.ok, type: "text/html; charset=utf-8", text: text)
        answer.fields[.contentSecurityPolicy] = policy
        answer.fields[.xContentTypeOptions] = "nosniff"
        answer.fields[.referrerPolicy] = "no-referrer"
        return answer
    }

    private func html(names: [String], chosen: String?, host: String, isSecure: Bool) -> String {
        let items = names.map { name in
            let link = "?video=" + PercentCoding.name(FileName.bytes(name))
            let mark = chosen.map { name.utf8.elementsEqual($0.utf8) } ?? false ? " aria-current=\"page\"" : ""
            return "<li><a href=\"\(link)\"\(mark)>\(Self.escaped(name))</a></li>"
        }
        let list =
            items.isEmpty
            ? "<p>No videos yet. A video is a folder with a playlist of the same name in it.</p>"
            : "<ul>\(items.joined(separator: "\n"))</ul>"
        let (web, socket) = isSecure ? ("https", "wss") : ("http", "ws")
        func address(_ scheme: String, _ path: String) -> String {
            "<code data-path=\"\(path)\">\(scheme)://\(host)/\(path)</code>"
        }
        let video = chosen.map { PercentCoding.name(FileName.bytes($0)) } ?? "NAME"
        let hint = chosen == nil ? "<p class=\"note\">NAME is the name of a video, ROOM one that you make up.</p>" : ""
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(chosen.map(Self.escaped) ?? "Videos")</title>
            <link rel="icon" href="data:,">
            <style>\(Self.style)</style>
            </head>
            <body>
            <h1>\(chosen.map(Self.escaped) ?? "Videos")</h1>
            \(chosen == nil ? "" : player(video))
            <h2>Videos</h2>
            \(list)
            <h2>Watch together</h2>
            <p>Type this into the web client or the app:</p>
            <dl>
            <dt>Video</dt><dd>\(address(web, "video/\(video)/"))</dd>
            <dt>WebSocket</dt><dd>\(address(socket, "ws/"))</dd>
            <dt>WebSocket of a room of your own</dt><dd>\(address(socket, "ws/ROOM/ws/"))</dd>
            </dl>
            \(hint)
            <script type="module">\(Self.script)</script>
            </body>
            </html>

            """
    }

    private func player(_ video: String) -> String {
        """
        <video src="videos/\(video)/\(video).m3u8" controls playsinline preload="metadata"></video>
        <p class="note">Stays black? This browser does not play HLS by itself: use the web client, the app, Safari, or a \
        new Chrome or Edge.</p>
        """
    }

    // MARK: Where the server is

    private func isSecure(_ request: HTTPRequest, _ peer: SocketAddress?) -> Bool {
        if let peer, let bits = IPBits(peer), trustedProxies.contains(bits),
            let scheme = request.headerFields[.forwardedProto]
        {
            return scheme.lowercased() == "https"
        }
        return request.scheme == "https"
    }

    /// The host that the client has asked; anything that is no host is not repeated.
    private static func host(_ request: HTTPRequest) -> String {
        let host = request.authority ?? request.headerFields[HTTPField.Name("Host") ?? .vary] ?? ""
        let isHost = host.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: ".-_:[]".utf8.contains(byte)
            }
        }
        return host.isEmpty || host.utf8.count > 255 || !isHost ? "HOST" : host
    }

    /// Text as HTML has it, in elements and in quoted attributes; bytes of names that are not UTF-8 are spelt out.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in FileName.readable(text).unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
