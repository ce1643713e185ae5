#!/bin/sh
# SPDX-License-Identifier: MIT
# fuzz.t: every fuzzer for some thousand inputs, the same ones each time; more by hand (doc/testing.md).
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"

# fuzz NAME ROUNDS SEED-FILE...
fuzz() {
    program=$builddir/tests/fuzz/fuzz_$1
    rounds=$2
    shift 2
    (cd "$tmp" && "$program" --rounds "$rounds" "$@") >"$tmp/out" 2>&1
    cat "$tmp/out"
    grep -q '^ok 1 ' "$tmp/out"
}

check 'heap dumps' fuzz heapdump 20000 "$srcdir"/tests/dumps/good-small "$srcdir"/tests/dumps/bad-root "$srcdir"/tests/dumps/bad-totals
check 'suppressions' fuzz suppress 20000 "$srcdir"/tests/fuzz/seeds/suppress-*
check 'options, and names of files' fuzz option 20000 "$srcdir"/tests/fuzz/seeds/option-*
check 'findings, in every format' fuzz finding 20000 "$srcdir"/tests/tool/findings/good-*
done_testing
