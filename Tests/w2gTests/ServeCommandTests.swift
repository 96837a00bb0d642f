import Foundation
import TestSupport
import Testing

@Suite("w2g launch and w2g one")
struct ServeCommandTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
        try folder.place("edit-list.mp4", as: "my film.mp4")
    }

    private func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.file(name)) }

    @Test(
        "what is converted, served and downloaded again is the same, in one MP4 too, and nothing is wrong with it",
        arguments: [("ts", ["ts"]), ("fmp4", ["m4s", "mp4"])]
    )
    func roundTrip(segmentType: String, endings: [String]) throws {
        let made = try ProgramRun(
            ["convert", "--progress", "none", "--segment-type", segmentType, "my film.mp4", "videos/film"],
            in: folder.url
        )
        #expect(made.status == 0, "\(made.error)")
        let server = try ServerRun(["launch", "videos"], in: folder.url)
        let playlist = server.address + "/videos/film/film.m3u8"
        let inspected = try ProgramRun(["inspect", "--strict", "--quiet", playlist], in: folder.url)
        #expect(inspected.status == 0 && inspected.output.isEmpty, "\(inspected.output)\(inspected.error)")
        let downloaded = try ProgramRun(
            ["download", server.address + "/video/film/", "home/film", "--mp4", "home.mp4"],
            in: folder.url
        )
        #expect(downloaded.status == 0, "\(downloaded.error)")
        for ending in endings {
            let names = try folder.names(in: "videos/film").filter { $0.hasSuffix(".\(ending)") }
            let copies = try folder.names(in: "home/film").filter { $0.hasSuffix(".\(ending)") }
            #expect(!names.isEmpty && names.count == copies.count)
            for (name, copy) in zip(names, copies) {
                #expect(try bytes("home/film/" + copy) == bytes("videos/film/" + name))
            }
        }
        let single = try ProgramRun(["inspect", "--strict", "--quiet", "home.mp4"], in: folder.url)
        #expect(single.status == 0 && single.output.isEmpty, "\(single.output)\(single.error)")
        let end = server.stop()
        #expect(end.status == 0)
        #expect(end.said.contains(" 127.0.0.1 GET /videos/film/film.m3u8 200 "), "\(end.said)")
        #expect(end.said.contains(" 127.0.0.1 GET /video/film/ 301 0 "))
    }

    #if os(Linux)
    // Other systems do not take such names.
    @Test("folders and films with names that are not UTF-8 are converted, served and downloaded")
    func otherBytes() throws {
        let script = #"""
            name=$(printf 'f\265'); mv 'my film.mp4' "$name.mp4" && mkdir "$name" && cd "$name" || exit 9
            "$PROGRAM" convert "../$name.mp4" "$name" --progress none >../made && cd .. && mkfifo said || exit
            "$PROGRAM" launch "$name" --host 127.0.0.1 --port 0 2>said & server=$!
            trap 'kill "$server"' EXIT
            exec 3<said; while read -r line <&3; do case $line in *//*/video/*) break ;; esac; done
            list="$name/$name/$name.m3u8"
            "$PROGRAM" download "$list" "home/$name" --mp4 "$name/$name.mp4" --progress none >line || exit
            test "$(cat line)" = "$(pwd -P)/home/$name/$name.m3u8" || exit 8
            cmp "home/$name/stream_0.ts" "$name/$name/stream_0.ts" || exit 7
            test -s "$name/$name.mp4" && test "$(ls -A "$name" | wc -l)" = 2 || exit 6
            "$PROGRAM" inspect "$name/$name.mp4" --quiet && "$PROGRAM" inspect "$name/$name" --quiet
            """#
        let run = try ProgramRun(script: script, in: folder.url)
        #expect(run.status == 0, "\(run.output)\(run.error)")
    }
    #endif

    @Test("one converts and serves at once, and serves what is finished without converting again")
    func one() throws {
        let server = try ServerRun(["one", "my film.mp4", "--progress", "json"], in: folder.url)
        try server.wait(for: #""message":"video: copied"#)
        let playlist = server.address + "/videos/my%20film/my%20film.m3u8"
        try server.wait(for: #""message":"the film is ready"#)
        let inspected = try ProgramRun(["inspect", "--strict", "--quiet", playlist], in: folder.url)
        #expect(inspected.status == 0 && inspected.output.isEmpty, "\(inspected.output)\(inspected.error)")
        #expect(try String(decoding: bytes("my film/my film.m3u8"), as: UTF8.self).contains("TYPE:VOD"))
        let end = server.stop()
        #expect(end.status == 0, "\(end.said)")
        #expect(end.said.contains("/video/my%20film/\n") && end.said.contains("ws://127.0.0.1:"))
        let segment = try bytes("my film/stream_0.ts")
        let again = try ServerRun(["one", "my film.mp4"], in: folder.url)
        let found = try ProgramRun(
            ["inspect", "--quiet", again.address + "/videos/my%20film/my%20film.m3u8"],
            in: folder.url
        )
        #expect(found.status == 0)
        let secondEnd = again.stop()
        #expect(secondEnd.status == 0 && !secondEnd.said.contains("copied"))
        #expect(try bytes("my film/stream_0.ts") == segment)
        // Another film under the same name is another film.
        try FileManager.default.removeItem(at: folder.file("my film.mp4"))
        try folder.place("rotated.mp4", as: "my film.mp4")
        let other = try ServerRun(["one", "my film.mp4", "--progress", "json"], in: folder.url)
        try other.wait(for: #""message":"the film is ready"#)
        #expect(other.stop().status == 0)
        #expect(try bytes("my film/stream_0.ts") != segment)
    }

    @Test("one serves the whole film from the first second on, before any of it is converted")
    func oneFromTheStart() throws {
        try folder.place("sample.mp4", as: "film.mp4")
        let server = try ServerRun(
            ["one", "film.mp4", "--progress", "json", "--preset", "medium", "--hls-time", "0.5"],
            in: folder.url
        )
        // As soon as the server listens: nothing is converted by then.
        let brought = try ProgramRun(["download", server.address + "/video/film/", "home/film"], in: folder.url)
        #expect(brought.status == 0, "\(brought.error)")
        try server.wait(for: #""message":"the film is ready"#)
        let end = server.stop()
        #expect(end.status == 0, "\(end.said)")
        #expect(end.said.contains("w2g: page       http://127.0.0.1:"))
        #expect(!end.said.contains(".m3u8 404 ") && !end.said.contains(".ts 404 "), "\(end.said)")
        let names = try folder.names(in: "film").filter { $0.hasSuffix(".ts") }
        #expect(names.count > 4)
        #expect(try folder.names(in: "home/film").filter { $0.hasSuffix(".ts") } == names)
        for name in names { #expect(try bytes("home/film/" + name) == bytes("film/" + name)) }
    }

    @Test("one that is stopped half-way says so with 130, and converts to the end when it is run again")
    func oneStopped() throws {
        try folder.place("sample.mp4", as: "film.mp4")
        let slow = ["one", "film.mp4", "--progress", "json", "--preset", "veryslow", "--hls-time", "0.5"]
        let server = try ServerRun(slow, in: folder.url)
        try server.wait { $0.contains(/"segments":[1-9]/) }
        let end = server.stop()
        let last = end.said.split(separator: "\n").last ?? ""
        #expect(end.status == 130 && last.contains(#""exitCode":130"#), "\(end.said)")
        #expect(
            last.contains("'film.mp4' is not converted to its end: run the same again to convert it from the start")
        )
        #expect(try !String(decoding: bytes("film/film.m3u8"), as: UTF8.self).contains("#EXT-X-ENDLIST"))
        let again = try ServerRun(["one", "film.mp4", "--progress", "json"], in: folder.url)
        try again.wait(for: #""message":"the film is ready"#)
        #expect(again.stop().status == 0)
        let playlist = try String(decoding: bytes("film/film.m3u8"), as: UTF8.self)
        #expect(playlist.contains("#EXT-X-ENDLIST") && playlist.contains("TYPE:VOD"))
    }

    @Test("the original's spelling works under the original's name, and the log goes to a file")
    func original() throws {
        try FileManager.default.createDirectory(at: folder.file("videos"), withIntermediateDirectories: false)
        let options = [
            "launch", "videos", "-w", "4", "--log_filepath", "log.txt", "--origins", "https://a.example",
            "https://b.example",
        ]
        let server = try ServerRun(options, in: folder.url, name: "w2g-cli")
        let missing = try ProgramRun(["inspect", server.address + "/videos/a/a.m3u8"], in: folder.url)
        #expect(missing.status == 66, "\(missing.error)")
        let end = server.stop()
        #expect(end.status == 0 && end.said.contains("there are no videos in 'videos' yet"))
        #expect(try String(decoding: bytes("log.txt"), as: UTF8.self).contains(" GET /videos/a/a.m3u8 404 "))
    }

    @Test("what makes a server impossible is one line with its exit code")
    func failures() throws {
        try Data("no certificate".utf8).write(to: folder.file("bad.pem"))
        try folder.place("edit-list.mp4", as: ".hidden.mp4")
        let server = try ServerRun(["launch", "."], in: folder.url)
        let port = String(server.address.split(separator: ":").last ?? "")
        let local = ["--host", "127.0.0.1"]
        let cases: [([String], Int32, String)] = [
            (["launch", "nowhere", "--port", "0"], 66, "nowhere"),
            (["launch", ".", "--port", port] + local, 69, "is taken"),
            (["launch", ".", "--host", "nosuch.invalid"], 69, "'nosuch.invalid' is no address of this machine"),
            (["launch", ".", "--host", "300.1.1.1"], 69, "'300.1.1.1' is no address of this machine"),
            (["launch", ".", "--port", "99999"], 64, "99999"),
            (["launch", ".", "--ssl-key-filepath", "bad.pem"], 64, "ssl-cert-filepath"),
            (["launch", ".", "--ssl-key-filepath", "no.pem", "--ssl-cert-filepath", "bad.pem"], 66, "no.pem"),
            (["launch", ".", "--ssl-key-filepath", "bad.pem", "--ssl-cert-filepath", "bad.pem"], 65, "bad.pem"),
            (["launch", ".", "--log-filepath", "nowhere/log"], 73, "nowhere/log"),
            (["launch", ".", "--cache-size", "many"], 64, "cache-size"),
            (["launch", ".", "--trusted-proxies", "home"], 64, "home"),
            (["one", "nowhere.mp4", "--port", "0"], 66, "nowhere.mp4"),
            (
                ["one", ".hidden.mp4", "--port", "0"], 64,
                "called '.hidden', which is not served (a dot in front, or a control character)"
            ),
            (["one", "bad.pem", "--port", "0"] + local, 65, "bad.pem"),
            (["one", "my film.mp4", "--crf", "99"], 64, "crf 99"),
        ]
        for (arguments, status, words) in cases {
            let run = try ProgramRun(arguments, in: folder.url)
            let last = run.error.split(separator: "\n").last ?? ""
            #expect(run.status == status && last.contains(words), "\(arguments): \(run.status) \(run.error)")
            #expect(arguments[0] == "one" || run.error.filter { $0 == "\n" }.count == 1, "\(run.error)")
        }
        #expect(server.stop().status == 0)
        #expect(try !folder.names().contains(".hidden"))
    }
}
