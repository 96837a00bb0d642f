#!/usr/bin/env python3
"""Runs every media file and playlist under a folder through w2g, and compares the results with ffprobe's.

Playlists are inspected, and written again (`w2g inspect --rewrite`), which must give the same bytes. Media files are
inspected and converted; the streams that were found, their durations and the packets that were copied must be those that
ffprobe finds. A file that w2g refuses with one line and a documented exit code is counted as refused, not as failed.

Exit code: 0 when nothing failed, 1 when something did, 2 when nothing could be checked.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

PLAYLISTS = (".m3u8", ".m3u")
# What `inspect` reads by itself; other media is only converted.
INSPECTED = (".ts", ".m2ts", ".mts", ".mp4", ".m4s", ".m4v", ".m4a", ".mov", ".3gp", ".aac", ".mp3", ".ac3", ".eac3")
MEDIA = INSPECTED + (
    ".mkv", ".mka", ".webm", ".avi", ".flv", ".f4v", ".wmv", ".wma", ".asf", ".mpg", ".mpeg", ".vob", ".ogv", ".ogg",
    ".oga", ".opus", ".flac", ".wav", ".rm", ".rmvb", ".divx", ".mxf", ".dv", ".3g2", ".amr", ".caf", ".aif", ".aiff",
)
# Bad input, no input, cannot be reached.
REFUSALS = (65, 66, 69)
SECONDS = 0.1
# Packets at the start of a stream whose times ffprobe may guess.
GUESSED = 16


class Failed(Exception):
    """What is wrong with a file."""


class Refused(Exception):
    """Why a file is not taken."""


class Timed(Exception):
    """A program did not come to its end in time."""


class Checker:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder

    def run(self, *command):
        environment = dict(os.environ, LANG="C", LC_ALL="C")
        try:
            return subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, env=environment, timeout=self.options.timeout
            )
        except subprocess.TimeoutExpired as error:
            raise Timed(f"{os.path.basename(command[0])} {command[1]} took over {self.options.timeout} s") from error

    def w2g(self, *arguments):
        """Standard output of the program; a failure is told, and a refusal has one line."""
        run = self.run(self.options.program, *arguments)
        lines = run.stderr.decode(errors="replace").strip().splitlines()
        if run.returncode == 0:
            return run.stdout
        what = f"{arguments[0]}: exit code {run.returncode}: {' / '.join(lines[-3:])}"
        if run.returncode in REFUSALS and len(lines) == 1:
            raise Refused(what)
        raise Failed(what)

    def probe(self, path, *arguments):
        """What ffprobe finds; nothing when it finds no media."""
        run = self.run(self.options.ffprobe, "-v", "quiet", *arguments, "-of", "json", path)
        try:
            return json.loads(run.stdout) if run.returncode == 0 else {}
        except ValueError:
            return {}

    # Playlists

    def rewrite(self, path):
        with open(path, "rb") as file:
            text = file.read()
        if self.w2g("inspect", "--rewrite", path) != text:
            raise Failed("the playlist is not the same when it is written again")

    def inspect_playlist(self, path):
        with open(path, "rb") as file:
            remote = b"://" in file.read()
        report = self.report(path, *(["--playlist-only"] if remote else []))
        if report["kind"] not in ("media-playlist", "multivariant-playlist"):
            raise Failed(f"the playlist is taken for a {report['kind']}")

    # Media

    def report(self, path, *arguments):
        output = self.w2g("inspect", "--json", "--progress", "none", *arguments, path)
        try:
            return json.loads(output)
        except ValueError as error:
            raise Failed(f"the report is no JSON: {error}") from error

    def inspect_media(self, path):
        report = self.report(path)
        probed = self.probe(path, "-show_streams", "-show_format")
        streams = probed.get("streams", [])
        if report["kind"] in ("init-segment", "media-playlist", "multivariant-playlist") or not streams:
            return
        rendition = report["renditions"][0]
        unread = [stream["kind"] for stream in rendition["other"]]
        for kind in ("video", "audio"):
            theirs = [s for s in streams if s.get("codec_type") == kind and not s["disposition"].get("attached_pic")]
            ours = rendition[kind]
            # Tables may announce what never comes, and fragments alone have no tables.
            theirs = [s for s in theirs if s.get("codec_name") and (s.get("width") or int(s.get("sample_rate", 0)))]
            if len(ours) + unread.count(kind) < len(theirs) and not self.is_hinted(report):
                raise Failed(f"inspect: {len(ours)} {kind} streams, ffprobe: {len(theirs)}")
            self.compare_formats(kind, ours, theirs)
        self.compare_durations(report, rendition, probed)

    @staticmethod
    def is_hinted(report):
        return any(finding["rule"] == "not-inspected" for finding in report["findings"])

    @staticmethod
    def compare_formats(kind, ours, theirs):
        if len(ours) != len(theirs):
            return
        key = (lambda s: s.get("track") or s.get("pid") or 0)
        number = (lambda s: int(s.get("id", "0"), 16))
        for own, other in zip(sorted(ours, key=key), sorted(theirs, key=number)):
            if kind == "video":
                pair = (own["width"], own["height"]), (other["width"], other["height"])
            else:
                pair = own["sampleRate"], int(other.get("sample_rate", 0))
            if pair[1] not in (0, (0, 0)) and pair[0] != pair[1]:
                raise Failed(f"inspect: {kind} {pair[0]}, ffprobe: {pair[1]}")

    def compare_durations(self, report, rendition, probed):
        ours, theirs = rendition.get("measuredDuration"), probed.get("format", {}).get("duration")
        if ours is None or theirs is None or any(f["severity"] == "error" for f in report["findings"]):
            return
        # ffprobe guesses the duration of sound without a container by its bit rate.
        if rendition["containers"] == ["packed-audio"]:
            return
        theirs = float(theirs)
        if abs(ours - theirs) > max(5 * SECONDS, theirs * 0.01):
            raise Failed(f"inspect: {ours:.3f} s, ffprobe: {theirs:.3f} s")

    def convert(self, path):
        output = os.path.join(self.folder, "film")
        shutil.rmtree(output, ignore_errors=True)
        try:
            result = json.loads(self.w2g("convert", "--json", "--progress", "none", path, output))
            # What was made is right in itself.
            found = self.report(result["playlist"])["findings"]
            errors = [f"{f['file']}: {f['message']}" for f in found if f["severity"] == "error"]
            if errors:
                raise Failed(f"convert: {len(errors)} errors by inspect, the first: {errors[0]}")
            self.compare_packets(path, result)
        finally:
            shutil.rmtree(output, ignore_errors=True)

    def packets(self, path):
        """The presentation times of each stream, of packets that are shown."""
        entries = "packet=stream_index,pts_time,flags:stream=index,codec_type:stream_disposition=attached_pic"
        probed = self.probe(path, "-show_entries", entries)
        streams = {s["index"]: (s.get("codec_type"), []) for s in probed.get("streams", [])
                   if not s.get("disposition", {}).get("attached_pic")}
        for packet in probed.get("packets", []):
            if packet["stream_index"] in streams and "pts_time" in packet and "D" not in packet.get("flags", ""):
                streams[packet["stream_index"]][1].append(float(packet["pts_time"]))
        return [(kind, sorted(times)) for kind, times in streams.values() if times]

    def compare_packets(self, path, result):
        source, made = self.packets(path), self.packets(result["playlist"])
        for part in result["route"].split("; "):
            kind, _, route = part.partition(": ")
            ours = [times for other, times in made if other == kind]
            theirs = [times for other, times in source if other == kind]
            if not ours or not theirs:
                if theirs:
                    raise Failed(f"convert: no {kind} in the result")
                continue
            is_same = self.same_times if route.startswith("copied") else self.same_span
            if not any(is_same(ours[0], times) for times in theirs):
                described = ", ".join(f"{len(t)} packets, {t[-1] - t[0]:.3f} s" for t in theirs)
                raise Failed(f"convert: {kind} has {len(ours[0])} packets, {ours[0][-1] - ours[0][0]:.3f} s, "
                             f"in the source {described} ({route})")

    @staticmethod
    def same_times(ours, theirs):
        """Whether all packets are there, each at its time, but for one offset and the rounding of milliseconds."""
        if len(ours) != len(theirs):
            return False
        offset = ours[-1] - theirs[-1]
        wrong = [i for i, (own, other) in enumerate(zip(ours, theirs)) if abs(own - other - offset) >= 0.003]
        # ffprobe guesses the times of frames behind the first one of a packet, and errs by one at the start.
        return all(i < GUESSED and abs(ours[i] - theirs[i] - offset) < SECONDS for i in wrong)

    @staticmethod
    def same_span(ours, theirs):
        """Whether something encoded lasts as long: frames of another length end elsewhere."""
        return abs((ours[-1] - ours[0]) - (theirs[-1] - theirs[0])) < max(3 * SECONDS, (theirs[-1] - theirs[0]) * 0.005)


def files_under(folder):
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            ending = os.path.splitext(name)[1].lower()
            if ending in PLAYLISTS or ending in MEDIA:
                yield os.path.join(place, name), ending


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="the folder with media files and playlists")
    parser.add_argument("--program", default="w2g", help="the path of w2g (default: w2g in PATH)")
    parser.add_argument("--ffprobe", default="ffprobe", help="the path of ffprobe (default: ffprobe in PATH)")
    parser.add_argument("--timeout", type=float, default=300, help="seconds for each run of a program (default: 300)")
    parser.add_argument("--limit", type=int, default=0, help="check so many files at most (default: all)")
    parser.add_argument("--no-convert", action="store_true", help="do not convert, which takes longest")
    parser.add_argument("--verbose", action="store_true", help="print refusals too")
    options = parser.parse_args()
    for program in (options.program, options.ffprobe):
        if not shutil.which(program):
            parser.error(f"'{program}' is not there or cannot be run")
    if not os.path.isdir(options.folder):
        parser.error(f"'{options.folder}' is not a folder")

    counts = {}
    checked = 0
    with tempfile.TemporaryDirectory(prefix="corpus-check-") as folder:
        checker = Checker(options, folder)
        for path, ending in files_under(options.folder):
            if options.limit and checked == options.limit:
                break
            checked += 1
            if ending in PLAYLISTS:
                checks = [("inspect playlists", checker.inspect_playlist), ("write playlists again", checker.rewrite)]
            else:
                checks = [("inspect media", checker.inspect_media)] if ending in INSPECTED else []
                if not options.no_convert:
                    checks.append(("convert", checker.convert))
            for name, check in checks:
                state, line = "right", None
                try:
                    check(path)
                except Refused as refusal:
                    state, line = "refused", str(refusal)
                except Timed as error:
                    state, line = "too long", str(error)
                except (Failed, KeyError, OSError) as error:
                    state, line = "failed", str(error) or repr(error)
                counts.setdefault(name, dict.fromkeys(("right", "refused", "failed", "too long"), 0))[state] += 1
                if line and (state != "refused" or options.verbose):
                    shown = os.path.relpath(path, options.folder).encode(errors="replace").decode(errors="replace")
                    print(f"{state}: {shown}: {line}", flush=True)

    if not checked:
        print(f"no media files or playlists in '{options.folder}'", file=sys.stderr)
        return 2
    print(f"\n{checked} files\n{'':24}{'right':>8}{'refused':>9}{'failed':>8}{'too long':>10}")
    for name, row in counts.items():
        print(f"{name:24}{row['right']:8}{row['refused']:9}{row['failed']:8}{row['too long']:10}")
    return 1 if any(row["failed"] or row["too long"] for row in counts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
