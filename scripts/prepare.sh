#!/usr/bin/env bash
# Installs what a build needs beside the Swift toolchain: FFmpeg's development files.
set -euo pipefail

packages=(
    libavformat-dev libavcodec-dev libavfilter-dev libavutil-dev libswscale-dev libswresample-dev zlib1g-dev pkg-config make
)

if ! command -v swift >/dev/null; then
    echo "w2g: no Swift toolchain found: install Swift 6.2 or later from swift.org and put it on PATH" >&2
    exit 1
fi

is_there() {
    command -v pkg-config >/dev/null && pkg-config --exists \
        libavformat libavcodec libavfilter libavutil libswscale libswresample zlib
}

is_there && exit 0

if command -v apt-get >/dev/null; then
    sudo=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "w2g: run this as root, or install: ${packages[*]}" >&2
            exit 1
        fi
        sudo=(sudo)
    fi
    echo "w2g: installing FFmpeg's development files: ${packages[*]}" >&2
    "${sudo[@]}" apt-get update -q >&2
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${packages[@]}" >&2
elif command -v brew >/dev/null; then
    brew install ffmpeg pkg-config >&2
else
    echo "w2g: install FFmpeg's development files (5.1 or later) and pkg-config. Debian calls them: ${packages[*]}" >&2
    exit 1
fi

if ! is_there; then
    echo "w2g: FFmpeg's development files were installed, but pkg-config does not find them" >&2
    exit 1
fi
