# SPDX-License-Identifier: MIT
# tap.sh: the TAP output of the shell tests; sourced with `. "$srcdir/tests/shape/tap.sh"`.
# Sets srcdir, builddir, LEAKSGC_TOOL and LEAKSGC_LIB where make check did not,
# and $tmp, a directory that is removed at the end.
# shellcheck shell=sh
srcdir=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd) || exit 99
: "${builddir:=$srcdir/build}"
: "${LEAKSGC_TOOL:=$builddir/leaksgc}" "${LEAKSGC_LIB:=$builddir/.libs/libleaksgc.so}"
: "${CC:=cc}" "${CXX:=c++}" "${MAKE:=make}"
export srcdir builddir LEAKSGC_TOOL LEAKSGC_LIB
tap_count=0
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
trap 'exit 99' HUP INT TERM

# check NAME COMMAND...: one test point; the command's output is shown, as
# comments, only if it fails.
check() {
    tap_name=$1
    shift
    tap_count=$((tap_count + 1))
    if "$@" >"$tmp/tap.out" 2>&1; then
        echo "ok $tap_count - $tap_name"
    else
        echo "not ok $tap_count - $tap_name"
        sed 's/^/# /' "$tmp/tap.out"
    fi
}

# refuse NAME COMMAND...: a test point that passes if the command fails.
refuse() {
    tap_refused=$1
    shift
    check "$tap_refused" tap_not "$@"
}
tap_not() {
    ! "$@"
}

# skip NAME REASON: a test point that could not be run.
skip() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP $2"
}

# Last line of every test.
done_testing() {
    echo "1..$tap_count"
}
