#!/bin/sh
# SPDX-License-Identifier: MIT
# dist.t: the tarball holds what git holds, and nothing else but what autotools generate.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"

top=$(git -C "$srcdir" rev-parse --show-toplevel 2>/dev/null)
if [ -z "$top" ] || [ "$(cd "$top" && pwd -P)" != "$(cd "$srcdir" && pwd -P)" ]; then
    skip 'the tarball holds what git holds' 'not in a git checkout'
    skip 'the tarball holds nothing else' 'not in a git checkout'
    done_testing
    exit
fi

(cd "$builddir" && env -u MAKEFLAGS -u MAKELEVEL "$MAKE" -s --no-print-directory print-distfiles) >"$tmp/names"
while read -r name; do
    [ -d "$srcdir/$name" ] && (cd "$srcdir" && find "$name" -type f) || echo "$name"
done <"$tmp/names" | LC_ALL=C sort -u >"$tmp/tarball"
# export-ignore: what only a checkout needs.
git -C "$srcdir" ls-files | grep -vE '^(\.gitignore|\.gitattributes|\.ci/.*)$' |
    while read -r name; do [ -e "$srcdir/$name" ] && echo "$name"; done | LC_ALL=C sort >"$tmp/git"

missing() {
    LC_ALL=C comm -13 "$tmp/tarball" "$tmp/git" | sed 's/$/ is not in EXTRA_DIST/' >"$tmp/bad"
    cat "$tmp/bad"
    [ ! -s "$tmp/bad" ]
}
extra() {
    LC_ALL=C comm -23 "$tmp/tarball" "$tmp/git" |
        grep -vxE 'configure|aclocal\.m4|Makefile\.in|m4/(libtool|lt.*)\.m4|build-aux/(ar-lib|compile|config\.(guess|sub)|depcomp|install-sh|ltmain\.sh|missing|tap-driver\.sh)' |
        sed 's/$/ is not in git/' >"$tmp/bad"
    cat "$tmp/bad"
    [ ! -s "$tmp/bad" ]
}
check 'the tarball holds what git holds' missing
check 'the tarball holds nothing else' extra
done_testing
