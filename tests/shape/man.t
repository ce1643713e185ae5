#!/bin/sh
# SPDX-License-Identifier: MIT
# man.t: the manual pages format without a warning and name every public function.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"

formats() {
    groff -man -Tutf8 -ww -z "$1" >"$tmp/warnings" 2>&1
    cat "$tmp/warnings"
    [ ! -s "$tmp/warnings" ]
}
# Every function of the public headers.
functions() {
    find "$srcdir/include" -name '*.h' -exec cat {} + |
        grep -oE '\b(leaksgc_[a-z_]+|__lsan_[a-z_]+|__leaksgc_[a-z_]+)\(' | tr -d '(' | LC_ALL=C sort -u
}
described() {
    functions >"$tmp/functions"
    [ -s "$tmp/functions" ] || echo 'no function found'
    while read -r function; do
        grep -q "$function" "$srcdir/doc/libleaksgc.3" || echo "$function is not in doc/libleaksgc.3"
    done <"$tmp/functions" >"$tmp/bad"
    cat "$tmp/bad"
    [ -s "$tmp/functions" ] && [ ! -s "$tmp/bad" ]
}

for page in "$srcdir"/doc/*.[1-8]; do
    if command -v groff >/dev/null; then
        check "$(basename "$page") formats without a warning" formats "$page"
    else
        skip "$(basename "$page") formats without a warning" 'no groff'
    fi
done
version=$(sed -n 's/^#define LEAKSGC_VERSION "\(.*\)"/\1/p' "$srcdir/include/leaksgc.h")
check "every page is of version $version" test -z "$(grep -L "^\.TH .*\"libleaksgc $version\"" "$srcdir"/doc/*.[1-8])"
check 'every public function is in libleaksgc.3' described
done_testing
