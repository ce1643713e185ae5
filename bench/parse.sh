#!/bin/sh
# SPDX-License-Identifier: MIT
# parse.sh: time and peak memory of leaksgc parse and diff on a made-up heap dump; run it in the build directory.
# Usage: parse.sh [OBJECTS]   (default 10000000, with three pointers each)
set -eu
objects=${1:-10000000}
: "${MAKE:=make}" "${LEAKSGC_TOOL:=$PWD/leaksgc}"
"$MAKE" -s bench/make_dump
scratch=$(mktemp -d "${TMPDIR:-/tmp}/leaksgc-parse.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
# measure TITLE COMMAND...: other programs on the machine lengthen the first number, not the second.
measure() {
    python3 - "$@" <<'PYTHON'
import resource, subprocess, sys, time
begin = time.monotonic()
status = subprocess.call(sys.argv[2:], stdout=subprocess.DEVNULL)
wall = time.monotonic() - begin
used = resource.getrusage(resource.RUSAGE_CHILDREN)
if status > 1:
    sys.exit(f"{sys.argv[1]}: exit status {status}")
print(f"{sys.argv[1]:<18} {wall:7.1f} s  {used.ru_utime + used.ru_stime:7.1f} s of CPU  {used.ru_maxrss / 1024:7.0f} MB")
PYTHON
}
bench/make_dump "$scratch/heap.dump" "$objects"
echo "$objects objects, $((objects * 3)) pointers, a file of $(($(wc -c <"$scratch/heap.dump") / 1048576)) MB"
measure parse "$LEAKSGC_TOOL" parse "$scratch/heap.dump"
measure 'parse --sites' "$LEAKSGC_TOOL" parse --sites "$scratch/heap.dump"
measure 'parse --retained' "$LEAKSGC_TOOL" parse --retained "$scratch/heap.dump"
measure 'parse --path' "$LEAKSGC_TOOL" parse --path=0x7f0000000000 "$scratch/heap.dump"
measure diff "$LEAKSGC_TOOL" diff "$scratch/heap.dump" "$scratch/heap.dump"
