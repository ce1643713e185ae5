#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh: builds the micro-benchmarks in a directory of their own and measures them and real programs four ways.
# Usage: run.sh [--quick] [--rounds N] [--only NAME]... (make bench, or from the build directory)
# Environment: CC, LEAKSGC_LIB (default .libs/libleaksgc.so here).
set -eu
here=$(dirname "$0")
: "${CC:=cc}" "${LEAKSGC_LIB:=$PWD/.libs/libleaksgc.so}"
if [ ! -e "$LEAKSGC_LIB" ]; then
    echo "run.sh: there is no $LEAKSGC_LIB: run it in the build directory, after make" >&2
    exit 3
fi
scratch=$(mktemp -d "${TMPDIR:-/tmp}/leaksgc-bench.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
for source in "$here"/micro_*.c; do
    name=${source##*/}
    # CC may hold flags.
    # shellcheck disable=SC2086
    $CC -O2 -g -fomit-frame-pointer -fno-builtin -pthread -o "$scratch/${name%.c}" "$source"
done
# shellcheck disable=SC2086
$CC -O2 -o "$scratch/rusage" "$here/../tests/lib/rusage.c"
# shellcheck disable=SC2086
$CC -O2 -shared -fPIC -o "$scratch/liblsan_start.so" "$here/lsan_start.c"
LEAKSGC_LIB=$LEAKSGC_LIB /usr/bin/python3 "$here/bench.py" --scratch "$scratch" --sources "$here" "$@"
