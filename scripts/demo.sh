#!/usr/bin/env bash
# Converts the sample film, shows what came of it, and serves it: on a terminal until Ctrl-C, elsewhere just long enough to
# fetch it once. Usage: demo.sh PROGRAM
set -euo pipefail

program=$1
sample=Fixtures/sample.mp4

echo "\$ w2g convert $sample demo/sample"
"$program" convert "$sample" demo/sample
echo
echo "\$ cat demo/sample/sample.m3u8"
cat demo/sample/sample.m3u8
echo
echo "\$ ls demo/sample"
ls -l demo/sample | awk 'NR > 1 { printf "%9d  %s\n", $5, $9 }'
echo
if [ -t 1 ] && [ -t 2 ]; then
    echo "\$ w2g launch demo"
    echo "Open the page in a browser, or type the addresses into the clients. Ctrl-C ends it."
    exec "$program" launch demo
fi

echo "\$ w2g launch demo --port 0"
said=$(mktemp)
"$program" launch demo --port 0 --host 127.0.0.1 2>"$said" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$said"' EXIT
for _ in $(seq 100); do
    grep -q 'http://' "$said" && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
done
cat "$said"
video=$(sed -n 's|.*\(http://[^ ]*\)/video/NAME/.*|\1|p' "$said" | head -n 1)
if [ -z "$video" ]; then
    echo "w2g: the server did not start" >&2
    exit 1
fi
echo
echo "\$ w2g inspect $video/videos/sample/sample.m3u8"
"$program" inspect --progress none --strict "$video/videos/sample/sample.m3u8"
kill -TERM "$server"
wait "$server"
echo
echo "Serve it yourself: $program launch demo"
