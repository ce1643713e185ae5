#!/bin/sh
# SPDX-License-Identifier: MIT
# dumps.t: the sample heap dumps of tests/dumps: what is good is read, what is bad or newer is refused with a reason.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"
dumps=$srcdir/tests/dumps

# parse FILE: exit status in $status, output in $tmp/out and $tmp/err.
parse() {
    status=0
    "$LEAKSGC_TOOL" parse -q "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
}
is_refused() {
    parse "$1"
    echo "exit status $status"
    cat "$tmp/err"
    [ $status = 3 ] && [ ! -s "$tmp/out" ] && grep -q "^leaksgc: $1: ..........*" "$tmp/err"
}
says() {
    parse "$1"
    cat "$tmp/err"
    grep -q "$2" "$tmp/err"
}
is_read() {
    want=$1
    shift
    parse "$@"
    cat "$tmp/out" "$tmp/err"
    [ $status = "$want" ] && [ ! -s "$tmp/err" ]
}
as_made() {
    mkdir "$tmp/made"
    python3 "$dumps/make_samples.py" "$tmp/made" || return
    for file in "$tmp"/made/*; do
        cmp "$file" "$dumps/${file##*/}" || return
    done
}

check 'the samples are what make_samples.py makes' as_made
check 'an empty heap: no leaks' is_read 0 "$dumps/good-empty"
check 'a small heap: it leaks' is_read 1 "$dumps/good-small"
check 'a view of it' is_read 0 --retained --sites --growing --interior "$dumps/good-small"
check 'its database' is_read 0 --sqlite="$tmp/db" "$dumps/good-small"
check 'a newer version is refused as such' says "$dumps/newer-version" 'a newer leaksgc is needed'
for file in "$dumps"/bad-*; do
    check "${file##*/} is refused" is_refused "$file"
done
check 'what is bad in a record is said with its place' says "$dumps/bad-tag" 'byte 16: a bad record, 415 bytes'
done_testing
