import Foundation
import HLSKit
import Testing

@testable import W2GServe

@Suite("The addresses of the contract")
struct AddressTests {
    @Test("the list names folders that hold their own playlist, sorted by code point when asked")
    func list() async throws {
        try await ServedFolder.run { served in
            for name in ["b", "B", "电影", "é", "a"] {
                try served.put("\(name)/\(name).m3u8", ServedFolder.film(segments: 1))
            }
            try served.put("other/film.m3u8", ServedFolder.film(segments: 1))
            try served.put(".hidden/.hidden.m3u8", ServedFolder.film(segments: 1))
            for query in ["true", "1", "on", "yes", "TRUE"] {
                let answer = try await served.ask("/videos/?sort=\(query)")
                #expect(status(answer.head) == 200)
                #expect(answer.body == #"{"videos":["B","a","b","film","é","电影"]}"#)
            }
            let any = try await served.ask("/videos/")
            #expect(field("Content-Type", of: any.head) == "application/json")
            #expect(any.body.contains(#""film""#) && !any.body.contains("other") && !any.body.contains("hidden"))
        }
    }

    @Test(
        "a typed address leads to the playlist, percent-encoded correctly",
        arguments: [
            ("film", "film"), ("my%20film", "my%20film"), ("100%25", "100%25"), ("what%3F", "what%3F"),
            ("a%23b", "a%23b"), ("%E7%94%B5%E5%BD%B1", "%E7%94%B5%E5%BD%B1"), ("a+b&c", "a%2Bb%26c"),
        ]
    )
    func redirect(typed: String, encoded: String) async throws {
        try await ServedFolder.run { served in
            let answer = try await served.ask("/video/\(typed)/")
            #expect(status(answer.head) == 301)
            #expect(field("Location", of: answer.head) == "../../videos/\(encoded)/\(encoded).m3u8")
            #expect(field("Cache-Control", of: answer.head) == "no-cache")
            let bare = try await served.ask("/video/\(typed)?x=1")
            #expect(status(bare.head) == 307)
            #expect(field("Location", of: bare.head) == "\(encoded)/?x=1")
        }
    }

    @Test("what the redirect names is there, also for names that have to be escaped")
    func followed() async throws {
        try await ServedFolder.run { served in
            for name in ["a b", "100%", "what?", "a#b", "电影", "x&y=z+"] {
                try served.put("\(name)/\(name).m3u8", "#EXTM3U \(name)")
                let typed = "/video/\(PercentCoding.name(name.utf8))/"
                let place = try #require(field("Location", of: try await served.ask(typed).head))
                // Below a path of a proxy it leads to where the same path leads.
                for prefix in ["", "/some/path"] {
                    let base = try #require(URL(string: "http://x" + prefix + typed))
                    let leads = try #require(URL(string: place, relativeTo: base)).absoluteString
                    #expect(leads.hasPrefix("http://x\(prefix)/videos/"))
                    let path = String(leads.dropFirst("http://x\(prefix)".count))
                    #expect(try await served.ask(path).body == "#EXTM3U \(name)")
                }
            }
        }
    }

    @Test("a missing slash of the list is added with 307, and its query stays")
    func missingSlash() async throws {
        try await ServedFolder.run { served in
            let answer = try await served.ask("/videos?sort=true")
            #expect(status(answer.head) == 307)
            #expect(field("Location", of: answer.head) == "videos/?sort=true")
        }
    }

    @Test("what is not there is 404 with the original's JSON")
    func notFound() async throws {
        try await ServedFolder.run { served in
            for path in ["/nothing", "/videos/film/none.ts", "/videos/none/none.m3u8", "/video/", "/videos/film/"] {
                let answer = try await served.ask(path)
                #expect(status(answer.head) == 404, "\(path)")
                #expect(answer.body == #"{"detail":"Not Found"}"#)
                #expect(field("Content-Type", of: answer.head) == "application/json")
            }
        }
    }

    @Test("every type is told, and HEAD tells what GET does without the body")
    func types() async throws {
        let types = [
            "film.m3u8": "application/vnd.apple.mpegurl", "stream_0.ts": "video/mp2t", "s.m4s": "video/mp4",
            "init.mp4": "video/mp4", "s.vtt": "text/vtt",
        ]
        try await ServedFolder.run { served in
            for name in ["s.m4s", "init.mp4", "s.vtt"] { try served.put("film/\(name)", "data") }
            try served.put("film/720p/s.m4s", "deeper")
            for (name, type) in types {
                try served.age("film/\(name)")
                let get = try await served.settled("/videos/film/\(name)")
                let head = try await served.ask("/videos/film/\(name)", method: "HEAD")
                #expect(field("Content-Type", of: get.head) == type)
                for name in ["Content-Type", "Content-Length", "ETag", "Last-Modified", "Cache-Control"] {
                    #expect(field(name, of: head.head) == field(name, of: get.head) && field(name, of: get.head) != nil)
                }
            }
            #expect(try await served.ask("/videos/film/720p/s.m4s").body == "deeper")
            let list = try await served.ask("/videos/", method: "HEAD")
            #expect(status(list.head) == 200 && field("Content-Length", of: list.head) == "19")
        }
    }

    @Test("nothing but GET, HEAD and OPTIONS is taken, and no body")
    func methods() async throws {
        try await ServedFolder.run { served in
            let delete = try await served.ask("/videos/film/film.m3u8", method: "DELETE")
            #expect(status(delete.head) == 405 && field("Allow", of: delete.head) == "GET, HEAD, OPTIONS")
            let put = try await served.ask("/videos/film/film.m3u8", method: "PUT", ["Content-Length: 4"])
            #expect(status(put.head) == 413)
        }
    }

    @Test("health, readiness and metrics are told")
    func health() async throws {
        try await ServedFolder.run { served in
            #expect(try await served.ask("/healthz").body == #"{"status":"ok"}"#)
            #expect(try await served.ask("/readyz").body == #"{"status":"ready"}"#)
            _ = try await served.ask("/videos/film/film.m3u8")
            _ = try await served.ask("/videos/film/film.m3u8")
            try await served.waitForMetrics {
                $0.contains(#"w2g_http_request_duration_seconds_bucket{le="+Inf"} 4"#)
            }
            let text = try await served.ask("/metrics").body
            #expect(text.contains("# TYPE w2g_http_requests_total counter\n"))
            #expect(text.contains(#"w2g_http_requests_total{status="200"} 4"#))
            #expect(text.contains(#"w2g_http_request_duration_seconds_bucket{le="+Inf"} 4"#))
            #expect(text.contains("w2g_rooms ") && text.contains("w2g_cache_misses_total "))
            try FileManager.default.removeItem(at: served.videos)
            #expect(status(try await served.ask("/readyz").head) == 503)
            #expect(status(try await served.ask("/healthz").head) == 200)
            #expect(status(try await served.ask("/videos/film/film.m3u8").head) == 404)
        }
    }

    @Test("the page lists videos and plays the chosen one; names cannot break out of it")
    func page() async throws {
        try await ServedFolder.run { served in
            let name = #"<script>alert("1")</script>&'"#.replacing("/", with: "")
            try served.put("\(name)/\(name).m3u8", ServedFolder.film(segments: 1))
            let page = try await served.ask("/?video=\(PercentCoding.name(name.utf8))")
            #expect(status(page.head) == 200 && !page.body.contains("<script>"))
            #expect(page.body.contains("<video src=\"videos/\(PercentCoding.name(name.utf8))/"))
            #expect(field("Content-Security-Policy", of: page.head)?.hasPrefix("default-src 'none'") == true)
            let plain = try await served.ask("/")
            #expect(plain.body.contains(">film</a>") && !plain.body.contains("<video"))
            #expect(plain.body.contains("ws://x/ws/"))
        }
    }
}
