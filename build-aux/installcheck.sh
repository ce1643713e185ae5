#!/bin/sh
# SPDX-License-Identifier: MIT
# installcheck.sh: builds the example against the installed header and leaksgc.pc, and finds its leaks in all three ways.
# Usage: installcheck.sh DIRECTORY-OF-EXAMPLES, with DESTDIR, libdir, bindir, CC
# and PKG_CONFIG in the environment as make has them.
set -eu
examples=$1
: "${DESTDIR=}" "${libdir:?}" "${bindir:?}" "${CC:=cc}" "${PKG_CONFIG:=pkg-config}"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
unset LEAKSGC_OPTIONS GC_FIND_LEAK LD_PRELOAD || :

fail() {
    echo "installcheck: $1" >&2
    sed 's/^/    /' "$tmp/out" >&2
    exit 1
}
# reports WAY LEAKS: the last run told exactly the leaks of api.c.
reports() {
    grep -q '==ERROR: leaksgc: detected memory leaks' "$tmp/out" || fail "$1: no report"
    grep -q '^SUMMARY: leaksgc: 42 byte(s) leaked in 1 allocation(s)\.' "$tmp/out" || fail "$1: not 42 bytes in 1 object"
}

export PKG_CONFIG_PATH="$DESTDIR$libdir/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
# With DESTDIR the paths of our .pc are not there yet, those of the system are:
# so the prefix is redefined, and not the whole root.
flags=$($PKG_CONFIG --define-variable=libdir="$DESTDIR$libdir" \
    --define-variable=includedir="$DESTDIR$($PKG_CONFIG --variable=includedir leaksgc)" --cflags --libs leaksgc)
# CC and the flags are words.
# shellcheck disable=SC2086
$CC -g -O2 -o "$tmp/linked" "$examples/api.c" $flags -Wl,-rpath,"$DESTDIR$libdir" >"$tmp/out" 2>&1 || fail 'api.c does not build'
# shellcheck disable=SC2086
$CC -g -O2 -DNO_API -o "$tmp/plain" "$examples/api.c" >"$tmp/out" 2>&1 || fail 'api.c does not build without the library'

PATH=$DESTDIR$bindir:$PATH
LD_LIBRARY_PATH=$DESTDIR$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export PATH

"$tmp/linked" >"$tmp/out" 2>&1 || fail 'linked, quiet: failed'
! grep -q leaksgc: "$tmp/out" || fail 'linked, quiet: reported'
GC_FIND_LEAK=1 "$tmp/linked" >"$tmp/out" 2>&1 || fail 'linked: exit status changed'
reports linked
GC_FIND_LEAK=1 LD_PRELOAD="$DESTDIR$libdir/libleaksgc.so" "$tmp/plain" >"$tmp/out" 2>&1 || fail 'preload: exit status changed'
reports preload
status=0
export LD_LIBRARY_PATH
"$DESTDIR$bindir/leaksgc" run -- "$tmp/plain" >"$tmp/out" 2>&1 || status=$?
[ $status = 23 ] || fail "run: status $status, not 23"
reports run
grep -q ' in remember .*api\.c:' "$tmp/out" || fail 'run: no line of api.c'
echo 'installcheck: linked, preloaded and run: each found the one leak'
