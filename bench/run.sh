#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh: builds the micro-benchmarks in a directory of their own and measures them and real programs every way.
# Usage: run.sh [OPTION]... (--help; make bench, or from the build directory)
# Environment: CC, PKG_CONFIG, LEAKSGC_LIB (default .libs/libleaksgc.so here).
set -eu
here=$(dirname "$0")
: "${CC:=cc}" "${LEAKSGC_LIB:=$PWD/.libs/libleaksgc.so}"
# Where Debian keeps nginx, also for users.
PATH=$PATH:/usr/sbin:/sbin
if [ ! -e "$LEAKSGC_LIB" ]; then
    echo "run.sh: there is no $LEAKSGC_LIB: run it in the build directory, after make" >&2
    exit 3
fi
scratch=$(mktemp -d "${TMPDIR:-/tmp}/leaksgc-bench.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
bench=
trap '[ -z "$bench" ] || kill "$bench" || :; wait; exit 1' HUP INT TERM
for source in "$here"/micro_*.c; do
    name=${source##*/}
    # CC may hold flags.
    # shellcheck disable=SC2086
    $CC -O2 -g -fomit-frame-pointer -fno-builtin -pthread -o "$scratch/${name%.c}" "$source"
done
for name in leaky_server leaky_load; do
    # shellcheck disable=SC2086
    $CC -O2 -g -pthread -o "$scratch/$name" "$here/$name.c"
done
for name in deep recursion sites; do
    # shellcheck disable=SC2086
    $CC -O2 -g -fno-omit-frame-pointer -fno-builtin -pthread -o "$scratch/micro_${name}_framed" "$here/micro_$name.c"
done
# shellcheck disable=SC2086
$CC -O2 -o "$scratch/rusage" "$here/../tests/lib/rusage.c"
# shellcheck disable=SC2086
$CC -O2 -shared -fPIC -o "$scratch/liblsan_start.so" "$here/lsan_start.c"
# Without it the tables say so.
# shellcheck disable=SC2046,SC2086
$CC -O2 -D_GNU_SOURCE -fno-builtin -shared -fPIC -o "$scratch/libbdwgc_malloc.so" "$here/bdwgc_malloc.c" \
    $("${PKG_CONFIG:-pkg-config}" --cflags --libs bdw-gc) || echo "run.sh: bdwgc alone is left out" >&2
# In the background, so that a signal reaches it: it stops the servers it has
# started.  -B: nothing is written beside the sources.
LEAKSGC_LIB=$LEAKSGC_LIB /usr/bin/python3 -B "$here/bench.py" --scratch "$scratch" --sources "$here" "$@" &
bench=$!
wait $bench
