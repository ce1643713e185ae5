#!/bin/sh
# SPDX-License-Identifier: MIT
# files.t: every file names its licence and its purpose, and stays short enough to be read.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"
cd "$srcdir" || exit 99
: "${longest:=600}"

sources() {
    find src include tests bench doc m4 build-aux .ci quickstart autogen.sh configure.ac Makefile.am \
        \( -name '*.[ch]' -o -name '*.cc' -o -name '*.def' -o -name '*.t' -o -name '*.sh' -o -name '*.py' \
        -o -name '*.mk' -o -name '*.awk' -o -name '*.m4' -o -name '*.map' -o -name quickstart -o -name configure.ac \
        -o -name Makefile.am -o -path .ci/run \) -type f 2>/dev/null |
        grep -vE '^m4/(lib|l?t)|^m4/lt~|^build-aux/(.*-sh|tap-driver\.sh|ltmain\.sh)$|/\.libs/|__pycache__'
}
# The words of each line, so that they do not count as found in this file.
spdx='SPDX-License''-Identifier: MIT'

licensed() {
    sources | while read -r file; do
        head -n 3 "$file" | grep -q "$spdx" || echo "$file: no $spdx in its first three lines"
    done >"$tmp/bad"
    cat "$tmp/bad"
    [ ! -s "$tmp/bad" ]
}
# "name: what it is for" within the first lines.
brief() {
    sources | while read -r file; do
        head -n 5 "$file" | grep -qE "(^|[^a-z])$(basename "$file" | sed 's/[.+]/\\&/g')(:| -) *[^ ]" ||
            echo "$file: no line \"$(basename "$file"): what it is for\" at its top"
    done >"$tmp/bad"
    cat "$tmp/bad"
    [ ! -s "$tmp/bad" ]
}
short() {
    sources | while read -r file; do
        lines=$(wc -l <"$file")
        [ "$lines" -le "$longest" ] || echo "$file: $lines lines, more than $longest"
    done >"$tmp/bad"
    cat "$tmp/bad"
    [ ! -s "$tmp/bad" ]
}
tidy() {
    sources | xargs grep -nE '[ 	]+$' >"$tmp/bad"
    cat "$tmp/bad"
    [ ! -s "$tmp/bad" ]
}
runnable() {
    find tests -name '*.t' ! -perm -u+x
    [ -z "$(find tests -name '*.t' ! -perm -u+x)" ]
}

check 'sources are found' test "$(sources | wc -l)" -gt 50
check 'every file has the licence' licensed
check 'every file says what it is for' brief
check "no file is longer than $longest lines" short
check 'no line ends in blanks' tidy
check 'every .t file is executable' runnable
done_testing
