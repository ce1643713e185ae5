# SPDX-License-Identifier: MIT
# world.sh: sourced by tests/world/*.t: an unchanged program behaves alike without the library, with it, and with leak finding on.
#
#   need PROGRAM...          skips the whole test if one is missing
#   workload() { "$@" PROGRAM ARGS; ... }
#                            runs in an empty directory; each command of the
#                            program is prefixed with "$@"
#   world TITLE              runs workload each way and prints the TAP lines
#   finish                   the plan, and the exit status
#
# $scratch is a directory for inputs.  MEMORY=no leaves the limit out.
# shellcheck shell=sh

: "${srcdir:=.}" "${builddir:=.}"
: "${LEAKSGC_LIB:=$builddir/.libs/libleaksgc.so}" "${LEAKSGC_TOOL:=$builddir/leaksgc}"
case $LEAKSGC_LIB in /*) ;; *) LEAKSGC_LIB=$PWD/$LEAKSGC_LIB ;; esac
case $LEAKSGC_TOOL in /*) ;; *) LEAKSGC_TOOL=$PWD/$LEAKSGC_TOOL ;; esac
: "${RUSAGE:=$builddir/tests/lib/rusage}"
case $RUSAGE in /*) ;; *) RUSAGE=$PWD/$RUSAGE ;; esac
case $srcdir in /*) ;; *) srcdir=$PWD/$srcdir ;; esac
unset LD_PRELOAD GC_FIND_LEAK LEAKSGC_OPTIONS LSAN_OPTIONS
LC_ALL=C TZ=UTC
export LC_ALL TZ
world_python=/usr/bin/python3
count=0 failed=0
scratch=$(mktemp -d "${TMPDIR:-/tmp}/leaksgc-world.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

need() {
    for program; do
        if ! command -v "$program" >/dev/null; then
            echo "1..0 # SKIP $program is not installed"
            exit 0
        fi
    done
}

# verdict STATUS TITLE: one TAP line.
verdict() {
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        failed=1
    fi
}

# one_way NAME COMMAND...: runs workload under the command, into $scratch/NAME.
one_way() {
    way=$1
    shift
    mkdir -p "$scratch/$way/work"
    : >"$scratch/$way/rss"
    world_status=0
    (cd "$scratch/$way/work" && workload "$RUSAGE" "$scratch/$way/rss" "$@") \
        >"$scratch/$way/out" 2>"$scratch/$way/err" </dev/null || world_status=$?
    echo "$world_status" >"$scratch/$way/status"
}

# same WAY TITLE: its output, errors and status are those of the plain run.
same() {
    for what in status out err; do
        result=0
        cmp -s "$scratch/plain/$what" "$scratch/$1/$what" || result=1
        case $what in
        status) verdict $result "$2: same exit status" ;;
        out) verdict $result "$2: same output" ;;
        err) verdict $result "$2: same errors" ;;
        esac
        if [ $result != 0 ]; then
            diff "$scratch/plain/$what" "$scratch/$1/$what" | head -n 15 | sed 's/^/#   /'
        fi
    done
}

peak() {
    sort -n "$scratch/$1/rss" | tail -n 1
}

# within WAY TITLE: peak memory at most 1.5 times the plain run's.
within() {
    a=$(peak plain) b=$(peak "$1")
    result=0
    [ -n "$b" ] && [ $((b * 10)) -le $((a * 15)) ] || result=1
    echo "# peak memory $1: $b kB, plain: $a kB, ratio $(awk "BEGIN { printf \"%.2f\", ${b:-0} / $a }")"
    verdict $result "$2: peak memory at most 1.5 times"
}

world() {
    rm -rf "$scratch/plain" "$scratch/quiet" "$scratch/leaks" "$scratch/bare" "$scratch/reports"
    mkdir "$scratch/reports"
    one_way plain env
    result=0
    [ "$(cat "$scratch/plain/status")" = 0 ] && [ -s "$scratch/plain/out" ] || result=1
    verdict $result "$1: runs without the library"
    [ $result = 0 ] || sed 's/^/#   /' "$scratch/plain/err" | head -n 15

    one_way quiet env LD_PRELOAD="$LEAKSGC_LIB"
    same quiet "$1, quiet"
    if [ "${MEMORY-yes}" = yes ]; then
        within quiet "$1, quiet"
    fi

    one_way leaks env LD_PRELOAD="$LEAKSGC_LIB" GC_FIND_LEAK=1 LEAKSGC_TOOL="$LEAKSGC_TOOL" \
        LEAKSGC_OPTIONS="format=json:verbosity=1:log_path=$scratch/reports/%p"
    same leaks "$1, finding leaks"
    result=0
    "$world_python" "$srcdir/tests/lib/reports.py" "$scratch/reports"/* || result=1
    verdict $result "$1, finding leaks: every report is valid and complete"
    if [ "${MEMORY-yes}" = yes ]; then
        # The tool that finds names is another process: not counted.
        one_way bare env LD_PRELOAD="$LEAKSGC_LIB" GC_FIND_LEAK=1 \
            LEAKSGC_OPTIONS="symbolize=0:format=json:log_path=$scratch/reports/%p.bare"
        within bare "$1, finding leaks"
    fi
}

finish() {
    echo "1..$count"
    exit $failed
}

# A port of the loopback that nobody uses now.
free_port() {
    "$world_python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
