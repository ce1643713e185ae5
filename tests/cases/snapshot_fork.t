#!/bin/sh
# SPDX-License-Identifier: MIT
# snapshot_fork.t: the cases again, each check on a copy of the process; LEAKSGC_CASES='NAME...' or =all chooses others than these.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"

# What a copy might see otherwise: roots of every kind, threads, forks, ends.
chosen() {
    case ${LEAKSGC_CASES-} in
    '') for case in "$builddir"/tests/cases/*.case; do
            case ${case##*/} in
            reach_*|life_*|lost_*|api_*|stale_*|threads_*|thread_*|memory_limit*|blocks_*|check_while*|interior*|stress*) echo "$case" ;;
            esac
        done ;;
    all) ls "$builddir"/tests/cases/*.case ;;
    *) for name in $LEAKSGC_CASES; do echo "$builddir/tests/cases/$name.case"; done ;;
    esac
}
chosen >"$tmp/cases"
passes() {
    CASE_DIR=$builddir/tests/cases LEAKSGC_CASE_OPTIONS=snapshot=fork python3 "$srcdir/tests/lib/case.py" "$1" >"$tmp/log" 2>&1 || {
        grep -v '^ok' "$tmp/log"
        return 1
    }
}
check 'there are cases' test -s "$tmp/cases"
while read -r case; do
    name=${case##*/}
    check "${name%.case}" passes "$case"
done <"$tmp/cases"
done_testing
