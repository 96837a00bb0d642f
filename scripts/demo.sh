#!/usr/bin/env bash
# Converts the sample film and shows what came of it. Usage: demo.sh PROGRAM
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
