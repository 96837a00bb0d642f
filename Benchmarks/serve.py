#!/usr/bin/env python3
"""Measures `w2g launch` and nginx in turn with wrk: segments of 1 MB and playlists of 2 KB, with and without TLS.

Usage: serve.py [--w2g PATH] [--pairs N] [--seconds N]
Needs nginx, wrk and openssl. Both write an access log to a file. A ratio is ours divided by nginx's in one pair.
"""
import argparse
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
NGINX = """
daemon off; master_process on; worker_processes 2; pid {work}/nginx.pid; error_log {work}/error.log;
worker_rlimit_nofile 65536;
events {{ worker_connections 4096; }}
http {{
    access_log {work}/nginx-access.log; sendfile on; tcp_nopush on; keepalive_requests 1000000; server_tokens off;
    types {{ application/vnd.apple.mpegurl m3u8; video/mp2t ts; }}
    server {{
        listen 127.0.0.1:{port} reuseport; listen 127.0.0.1:{secure} ssl reuseport;
        ssl_certificate {work}/cert.pem; ssl_certificate_key {work}/key.pem;
        location /videos/ {{ alias {work}/videos/; }}
    }}
}}
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nothing listens at port {port}")


def load(url, connections, seconds):
    said = subprocess.run(["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--latency", url],
                          capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"{url}:\n{said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--w2g", type=pathlib.Path, default=HERE.parent / ".build/release/w2g")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    for program in ("nginx", "wrk", "openssl"):
        if not shutil.which(program):
            sys.exit(f"{program} is missing: on Debian apt-get install nginx wrk openssl")
    with tempfile.TemporaryDirectory(prefix="w2g-serve-") as name:
        work = pathlib.Path(name)
        os.chmod(work, 0o755)
        film = work / "videos" / "film"
        film.mkdir(parents=True)
        (film / "stream_0.ts").write_bytes(os.urandom(1 << 20))
        lines = "".join(f"#EXTINF:2.000000,\nstream_{number}.ts\n" for number in range(62))
        text = f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:VOD\n{lines}#EXT-X-ENDLIST\n"
        (film / "film.m3u8").write_text(text)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", work / "key.pem", "-out",
                        work / "cert.pem", "-days", "2", "-subj", "/CN=localhost"], check=True, capture_output=True)
        ports = {key: free_port() for key in ("ours", "ours-tls", "nginx", "nginx-tls")}
        (work / "nginx.conf").write_text(NGINX.format(work=work, port=ports["nginx"], secure=ports["nginx-tls"]))
        command = [options.w2g, "launch", work / "videos", "--host", "127.0.0.1", "--log-filepath", work / "access.log"]
        secure = ["--ssl-key-filepath", work / "key.pem", "--ssl-cert-filepath", work / "cert.pem"]
        servers = [
            subprocess.Popen(["nginx", "-c", work / "nginx.conf", "-p", work], stderr=subprocess.DEVNULL),
            subprocess.Popen([*command, "--port", str(ports["ours"])], stderr=subprocess.DEVNULL),
            subprocess.Popen([*command, "--port", str(ports["ours-tls"]), *secure], stderr=subprocess.DEVNULL),
        ]
        try:
            for port in ports.values():
                wait_for(port)
            print("| | ours, requests/s | nginx, requests/s | ratio | lowest-highest |\n|---|---|---|---|---|")
            size = len(text)
            for label, path, tls in (("1 MiB segments", "stream_0.ts", ""), (f"playlists of {size} bytes", "film.m3u8", ""),
                                     ("1 MiB segments, TLS", "stream_0.ts", "-tls"),
                                     (f"playlists of {size} bytes, TLS", "film.m3u8", "-tls")):
                scheme = "https" if tls else "http"
                urls = [f"{scheme}://127.0.0.1:{ports[who + tls]}/videos/film/{path}" for who in ("ours", "nginx")]
                for url in urls:
                    load(url, 32, 1)
                pairs = [[load(url, 32, options.seconds) for url in urls] for _ in range(options.pairs)]
                ratios = [mine / theirs for mine, theirs in pairs]
                mine, theirs = (statistics.median(pair[i] for pair in pairs) for i in (0, 1))
                print(f"| {label} | {mine:,.0f} | {theirs:,.0f} | **{statistics.median(ratios):.2f}** "
                      f"| {min(ratios):.2f}-{max(ratios):.2f} |", flush=True)
        finally:
            for server in servers:
                server.terminate()
                server.wait()


main()
