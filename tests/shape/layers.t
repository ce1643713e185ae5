#!/bin/sh
# SPDX-License-Identifier: MIT
# layers.t: the includes of src/ follow src/layers.txt, and single files alone know the foreign things.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"
layers=$srcdir/src/layers.txt

follow() {
    find "$1/src" -name '*.[ch]' -exec awk -f "$srcdir/tests/shape/layers.awk" "$layers" {} +
}

# only PATTERN FILE...: no file but these (relative to src/) includes a header of that pattern.
only() {
    pattern=$1
    shift
    (cd "$srcdir/src" && grep -rlE "^[ 	]*#[ 	]*include[ 	]*<$pattern>" --include='*.[ch]' .) | sed 's,^\./,,' >"$tmp/users"
    for file; do
        grep -vxF "$file" "$tmp/users" >"$tmp/rest"
        mv "$tmp/rest" "$tmp/users"
    done
    sed "s/$/ includes $pattern/" "$tmp/users"
    [ ! -s "$tmp/users" ]
}

check 'includes follow src/layers.txt' follow "$srcdir"

# The checker itself: each of these must be found.
plant() {
    rm -rf "$tmp/tree"
    mkdir -p "$tmp/tree/src/$1"
    printf '%s\n' "$3" >"$tmp/tree/src/$1/$2"
}
plant report planted.c '#include "find/scan.h"'
refuse 'a planted include of another layer is found' follow "$tmp/tree"
plant base planted.h '  #  include "heap/block.h"'
refuse 'a planted include upwards is found' follow "$tmp/tree"
plant report planted.c '#include "report.h"'
refuse 'a planted include without folder is found' follow "$tmp/tree"
plant elsewhere planted.c '#include "base/out.h"'
refuse 'a planted folder without a row is found' follow "$tmp/tree"
plant report planted.c '#include "find/finding.h"'
check 'a permitted header of another layer passes' follow "$tmp/tree"

check 'one file includes gc.h' only 'gc(/.*)?\.h' heap/gcheap.c
# shellcheck disable=SC2046
check 'only the tool includes elfutils' only 'elfutils/.*\.h|dwarf\.h|(gelf|libelf)\.h' \
    $(cd "$srcdir/src" && find tool -name '*.[ch]')
done_testing
