#!/usr/bin/env python3
"""Play an HLS folder to its end in headless Chromium, which plays HLS natively, or Firefox, and report how it went.

usage: scripts/browser-check.py FOLDER|PLAYLIST|URL [--rate N] [--timeout SECONDS] [--screenshot FILE]
                                [--browser PROGRAM] [--player FILE] [--mse order|random --codecs LIST]

A folder is played by the playlist of its own name (film/film.m3u8) or the only one in it. It is served on a loopback
port to a page with one muted <video>. One JSON object goes to stdout:

  ended           the video reached its end
  duration        seconds, as the browser sees the playlist
  currentTime     seconds, where playing stopped
  width, height   of the picture
  decodedFrames   video frames decoded, droppedFrames of them not shown
  audioBytes      bytes of audio decoded, null in Firefox
  stalls          how often playing stopped to wait for data after it had begun
  playbackRate    as asked
  seconds         wall time of playing
  firstFrame      media time of the first frame that was shown, in seconds; null where the browser does not report it
  ranges          how many time ranges were buffered when all of it was there; with --mse alone
  bufferedStart   seconds at which the first of them begins; with --mse alone
  error           what the browser or the server said, or null

Exits 0 when it ended within 0.2 s of the duration without an error, 1 otherwise. Needs Debian's `chromium` alone.
`--browser firefox-esr` takes Firefox, which needs a player written in JavaScript: `--player hls.js` names a copy of
hls.js, as a classic script or an ES module.

`--mse order` puts the segments of fragmented MP4 into a SourceBuffer by the page itself, in their order; `--mse random` in a
random order. All of it must become one time range. `--codecs` names what is in them, as `w2g inspect` prints it.
"""
import argparse
import base64
import fcntl
import http.server
import json
import mimetypes
import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

PAGE = """<!doctype html><meta charset="utf-8"><style>
body{margin:0;background:#444}
video{display:block;width:100vw;height:100vh}</style>
<video muted autoplay playsinline CORS></video>
<script>
const video = document.querySelector('video');
let stalls = 0, error = null, ranges = null, bufferedStart = null, firstFrame = null, began = null, finished = null;
video.addEventListener('playing', () => began ??= performance.now());
video.addEventListener('waiting', () => { if (began && !video.ended) stalls += 1; });
video.addEventListener('ended', () => finished = performance.now());
video.requestVideoFrameCallback?.((_, frame) => firstFrame = frame.mediaTime);
video.addEventListener('error', () => error = `media error ${video.error.code}: ${video.error.message}`);
function report() {
    const quality = video.getVideoPlaybackQuality();
    return {
        ended: video.ended, duration: video.duration, currentTime: video.currentTime,
        width: video.videoWidth, height: video.videoHeight,
        decodedFrames: quality.totalVideoFrames, droppedFrames: quality.droppedVideoFrames,
        audioBytes: video.webkitAudioDecodedByteCount ?? null, stalls, playbackRate: video.playbackRate,
        seconds: began && ((finished ?? performance.now()) - began) / 1000, error, ranges,
        bufferedStart, firstFrame,
    };
}
video.defaultPlaybackRate = video.playbackRate = RATE;
async function fill(codecs, isRandom) {
    const type = `video/mp4; codecs="${codecs}"`;
    if (!MediaSource.isTypeSupported(type)) throw `the browser does not support ${type}`;
    const source = new MediaSource();
    video.src = URL.createObjectURL(source);
    await new Promise(done => source.addEventListener('sourceopen', done, { once: true }));
    const buffer = source.addSourceBuffer(type);
    const bytes = async name => (await fetch(new URL(name, new URL('SOURCE', location)))).arrayBuffer();
    const append = data => new Promise((done, fail) => {
        buffer.addEventListener('updateend', done, { once: true });
        buffer.addEventListener('error', () => fail('a segment was refused'), { once: true });
        buffer.appendBuffer(data);
    });
    let map = null;
    const segments = [];
    for (const line of new TextDecoder().decode(await bytes('SOURCE')).split('\\n')) {
        map = /^#EXT-X-MAP:URI="([^"]*)"/.exec(line)?.[1] ?? map;
        if (line && !line.startsWith('#')) segments.push({ name: line, map });
    }
    if (isRandom)
        for (let i = segments.length - 1; i > 0; i -= 1) {
            const j = Math.floor(Math.random() * (i + 1));
            [segments[i], segments[j]] = [segments[j], segments[i]];
        }
    let appended = null;
    for (const segment of segments) {
        if (segment.map !== appended) await append(await bytes(appended = segment.map));
        await append(await bytes(segment.name));
    }
    source.endOfStream();
    ranges = video.buffered.length;
    bufferedStart = video.buffered.start(0);
    if (ranges !== 1) error = `${ranges} time ranges are buffered`;
    if (video.currentTime < bufferedStart) video.currentTime = bufferedStart;
    await video.play();
}
async function start() {
    if (MSE) return fill(CODECS, MSE === 'random');
    if (!PLAYER) { video.src = 'SOURCE'; return; }
    const module = await import('/player.js');
    const Hls = window.Hls ?? Object.values(module).find(value => value?.isSupported);
    const player = new Hls();
    player.on('hlsError', (_, what) => { if (what.fatal) error = `${what.type}: ${what.details}`; });
    player.loadSource('SOURCE');
    player.attachMedia(video);
}
start().catch(reason => error = `${reason}`);
</script>
"""

mimetypes.add_type("application/vnd.apple.mpegurl", ".m3u8")
mimetypes.add_type("video/mp2t", ".ts")
mimetypes.add_type("video/iso.segment", ".m4s")


class Server(http.server.ThreadingHTTPServer):
    """Serves a page at /, the player at /player.js and the files of a folder below /media/."""

    def __init__(self, folder, page, player):
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder, self.page, self.player, self.failures = folder, page.encode(), player, []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        if path == "/":
            return self.answer(200, self.server.page, "text/html")
        if path == "/player.js" and self.server.player:
            return self.answer(200, self.server.player.read_bytes(), "text/javascript")
        if path == "/favicon.ico":
            return self.answer(204, b"")
        file = (self.server.folder / path.removeprefix("/media/")).resolve()
        if not file.is_relative_to(self.server.folder) or not file.is_file():
            self.server.failures.append(f"{path}: not found")
            return self.answer(404, b"")
        content, kind = file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not span:
            return self.answer(200, content, kind)
        first, last = int(span[1]), min(int(span[2] or len(content)), len(content) - 1)
        if first > last:
            return self.answer(416, b"", Content_Range=f"bytes */{len(content)}")
        self.answer(206, content[first:last + 1], kind, Content_Range=f"bytes {first}-{last}/{len(content)}")

    do_HEAD = do_GET

    def answer(self, status, body, kind=None, **headers):
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Accept-Ranges", "bytes")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class Chromium:
    """Headless Chromium driven over its debugging pipe: JSON messages, each ended by a zero byte."""

    def __init__(self, program, profile):
        to_browser, self.output = os.pipe()
        self.input, from_browser = os.pipe()
        flags = ["--headless", "--remote-debugging-pipe", f"--user-data-dir={profile}", "--no-first-run",
                 "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                 "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required", "--window-size=1280,720"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        # The browser reads its descriptor 3 and writes 4. Numbers from 10 on keep the two copies apart.
        wiring = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
        for fd, pipe in (3, to_browser), (4, from_browser):
            wiring.append((os.POSIX_SPAWN_DUP2, fcntl.fcntl(pipe, fcntl.F_DUPFD_CLOEXEC, 10), fd))
            os.close(pipe)
        self.pid = os.posix_spawnp(program, [program, *flags], os.environ, file_actions=wiring, setsid=True)
        for _, copy, _ in wiring[3:]:
            os.close(copy)
        self.count, self.buffer, self.session = 0, b"", None

    def open(self, url, deadline):
        target = self.call("Target.createTarget", deadline, url=url)["targetId"]
        self.session = self.call("Target.attachToTarget", deadline, targetId=target, flatten=True)["sessionId"]

    def report(self, deadline):
        answer = self.call("Runtime.evaluate", deadline, expression="report()", returnByValue=True)
        return answer["result"].get("value")

    def screenshot(self, deadline):
        return base64.b64decode(self.call("Page.captureScreenshot", deadline)["data"])

    def call(self, method, deadline, **params):
        self.count += 1
        message = {"id": self.count, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        while True:
            reply = self.receive(deadline)
            if reply.get("id") == self.count:
                if "error" in reply:
                    raise RuntimeError(f"{method}: {reply['error']['message']}")
                return reply["result"]

    def receive(self, deadline):
        while b"\0" not in self.buffer:
            if not select.select([self.input], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            chunk = os.read(self.input, 1 << 20)
            if not chunk:
                raise RuntimeError("the browser ended unexpectedly")
            self.buffer += chunk
        line, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(line)

    def close(self):
        """Chromium ends when its pipe does; it and its children alone are killed when they linger."""
        os.close(self.output)
        if not select.select([os.pidfd_open(self.pid)], [], [], 5)[0]:
            os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class Firefox:
    """Headless Firefox driven over Marionette: `length:JSON` messages on a port that it writes into its profile."""

    PREFERENCES = {"marionette.port": 0, "media.autoplay.default": 0, "media.autoplay.blocking_policy": 0,
                   "datareporting.policy.dataSubmissionEnabled": False, "app.update.auto": False}

    def __init__(self, program, profile):
        self.profile = pathlib.Path(profile)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in self.PREFERENCES.items()]
        (self.profile / "user.js").write_text("".join(lines))
        self.process = subprocess.Popen(
            [program, "--headless", "--no-remote", "--marionette", "--profile", profile], start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.count, self.stream = 0, None

    def open(self, url, deadline):
        port = self.profile / "MarionetteActivePort"
        while not (port.exists() and port.read_text().strip()):
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError("the browser does not start")
            time.sleep(0.1)
        connection = socket.create_connection(("127.0.0.1", int(port.read_text())), timeout=60)
        self.stream = connection.makefile("rwb")
        self.receive()
        self.call("WebDriver:NewSession")
        self.call("WebDriver:Navigate", url=url)

    def report(self, deadline):
        return self.call("WebDriver:ExecuteScript", script="return report()", args=[], sandbox=None)["value"]

    def screenshot(self, deadline):
        return base64.b64decode(self.call("WebDriver:TakeScreenshot", full=False)["value"])

    def call(self, command, **parameters):
        self.count += 1
        message = json.dumps([0, self.count, command, parameters]).encode()
        self.stream.write(b"%d:%s" % (len(message), message))
        self.stream.flush()
        _, _, error, result = self.receive()
        if error:
            raise RuntimeError(f"{command}: {error['message']}")
        return result

    def receive(self):
        digits = b""
        while (byte := self.stream.read(1)) != b":":
            if not byte:
                raise RuntimeError("the browser ended unexpectedly")
            digits += byte
        return json.loads(self.stream.read(int(digits)))

    def close(self):
        """Ends what was started here and its children, no other Firefox."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def playlist_of(target):
    if target.is_file():
        return target
    named = target / f"{target.name}.m3u8"
    found = [named] if named.is_file() else sorted(target.glob("*.m3u8"))
    if len(found) != 1:
        sys.exit(f"{target}: expected one playlist, found {len(found)}")
    return found[0]


def play(browser, url, timeout, screenshot):
    deadline = time.monotonic() + timeout
    browser.open(url, deadline)
    report = {"ended": False, "error": None}
    while not report["ended"] and not report["error"]:
        if time.monotonic() > deadline:
            return report | {"error": f"not at its end after {timeout:g} s"}
        time.sleep(0.1)
        report = browser.report(deadline + 5) or report
    if screenshot:
        screenshot.write_bytes(browser.screenshot(deadline + 5))
    return report


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", metavar="FOLDER|PLAYLIST|URL",
                        help="a URL is played from a page of another origin, so its server has to allow that (CORS)")
    parser.add_argument("--rate", type=float, default=1, help="playback rate, 1 to 16 (default 1)")
    parser.add_argument("--timeout", type=float, default=120, help="seconds until it is given up (default 120)")
    parser.add_argument("--screenshot", type=pathlib.Path, metavar="FILE", help="save the page at the end as PNG")
    parser.add_argument("--browser", default="chromium", help="program (default chromium), or firefox-esr")
    parser.add_argument("--player", type=pathlib.Path, metavar="FILE", help="a copy of hls.js")
    parser.add_argument("--mse", choices=["order", "random"], help="fill a SourceBuffer by the page itself")
    parser.add_argument("--codecs", help="the codec strings of the segments, with --mse")
    options = parser.parse_args()
    if options.mse and not options.codecs:
        parser.error("--mse needs --codecs, such as avc1.640028,mp4a.40.2")

    if re.match("https?://", options.target):
        folder, source, cors = pathlib.Path(os.devnull), options.target, "crossorigin=anonymous"
    else:
        playlist = playlist_of(pathlib.Path(options.target).resolve())
        folder, source, cors = playlist.parent, "/media/" + urllib.parse.quote(playlist.name), ""
    page = PAGE.replace("RATE", f"{options.rate:g}").replace("SOURCE", source).replace("CORS", cors)
    page = page.replace("PLAYER", json.dumps(options.player is not None)).replace("MSE", json.dumps(options.mse))
    page = page.replace("CODECS", json.dumps(options.codecs))
    server = Server(folder, page, options.player)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="browser-check-", ignore_cleanup_errors=True) as profile:
        try:
            driver = Firefox if "firefox" in pathlib.Path(options.browser).name else Chromium
            browser = driver(options.browser, profile)
        except OSError as failure:
            sys.exit(f"{options.browser}: {failure.strerror}; on Debian: apt-get install {options.browser}")
        try:
            report = play(browser, f"http://127.0.0.1:{server.server_port}/", options.timeout, options.screenshot)
        except (RuntimeError, TimeoutError, OSError) as failure:
            report = {"ended": False, "error": str(failure)}
        finally:
            browser.close()
    if server.failures and not report["error"]:
        report["error"] = "; ".join(server.failures)
    print(json.dumps(report, indent=1))
    at_end = report["ended"] and abs(report["currentTime"] - report["duration"]) < 0.2
    sys.exit(0 if at_end and not report["error"] else 1)


main()
