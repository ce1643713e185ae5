# SPDX-License-Identifier: MIT
# again.sh: for .t files: the cases once more, with an option.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"

# again OPTION PATTERN...: the cases whose names match one of the patterns; LEAKSGC_CASES='NAME...' or =all
# chooses others.
again() {
    option=$1
    shift
    case ${LEAKSGC_CASES-} in
    '') for pattern; do ls "$builddir"/tests/cases/$pattern.case; done ;;
    all) ls "$builddir"/tests/cases/*.case ;;
    *) for name in $LEAKSGC_CASES; do echo "$builddir/tests/cases/$name.case"; done ;;
    esac >"$tmp/cases"
    check 'there are cases' test -s "$tmp/cases"
    while read -r case; do
        name=${case##*/}
        check "${name%.case}" passes "$case"
    done <"$tmp/cases"
    done_testing
}
passes() {
    CASE_DIR=$builddir/tests/cases LEAKSGC_CASE_OPTIONS=$option python3 "$srcdir/tests/lib/case.py" "$1" >"$tmp/log" 2>&1 || {
        grep -v '^ok' "$tmp/log"
        return 1
    }
}
