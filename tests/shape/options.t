#!/bin/sh
# SPDX-License-Identifier: MIT
# options.t: every option of run/option.def is in the manual with its default, and the manual has no other.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"
page=$srcdir/doc/leaksgc.1

# NAME DEFAULT of each row; the same from the manual's ".It"-like lines, which read
#   .BR name " (TYPE, default DEFAULT)"
sed -n 's/^OPTION(\([a-z_]*\), *\([A-Z]*\), *"\([^"]*\)".*/\1 \2 \3/p' "$srcdir/src/run/option.def" |
    awk '{ print $1, tolower($2), ($3 == "" ? "empty" : $3) }' | LC_ALL=C sort >"$tmp/table"
sed -n 's/^\.BR \([a-z_]*\) " (\([a-z]*\), default \(.*\))"$/\1 \2 \3/p' "$page" | LC_ALL=C sort >"$tmp/manual"

check 'the table is read' test "$(wc -l <"$tmp/table")" -ge 20
check 'the manual lists the options of the table, with types and defaults' diff -u "$tmp/table" "$tmp/manual"

known_to_tool() {
    "$LEAKSGC_TOOL" options >"$tmp/options" || return
    while read -r name rest; do
        grep -q "\\<$name\\>" "$tmp/options" || echo "leaksgc options does not list $name"
    done <"$tmp/table" >"$tmp/bad"
    cat "$tmp/bad"
    [ ! -s "$tmp/bad" ]
}
check 'leaksgc options lists them all' known_to_tool

# The options that are the tool's own: every --name of its help, but the table's.
own_options() {
    for command in run report parse diff pack dump; do
        "$LEAKSGC_TOOL" help $command | sed '/^and the options/q' | grep -oE '^  (-[a-z], )?--[a-z-]+' | grep -oE -e '--[a-z-]+' |
            sed 's/-/\\-/g' | while read -r option; do
            grep -qF -e "$option" "$page" || echo "$command: $option is not in the manual"
        done
    done >"$tmp/bad"
    cat "$tmp/bad"
    [ ! -s "$tmp/bad" ]
}
check "the manual has the tool's own options" own_options
done_testing
