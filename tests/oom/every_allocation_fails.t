#!/bin/sh
# SPDX-License-Identifier: MIT
# every_allocation_fails.t: whichever request for memory the system refuses, the program lives, and the report is right or says what is missing.
: "${srcdir:=.}" "${builddir:=.}"
: "${LEAKSGC_LIB:=$builddir/.libs/libleaksgc.so}"
fail=$builddir/tests/oom/fail_nth
program=$builddir/tests/oom/program
unset LD_PRELOAD GC_FIND_LEAK LEAKSGC_OPTIONS LEAKSGC_TOOL
scratch=$(mktemp -d "${TMPDIR:-/tmp}/leaksgc-oom.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

"$fail" 1000000 "$program" >"$scratch/out" 2>"$scratch/err"
case $? in
124) ;;
125)
    echo "1..0 # SKIP processes may not be traced here"
    exit 0
    ;;
*)
    echo "Bail out! fail_nth does not work"
    cat "$scratch/err"
    exit 1
    ;;
esac

# judge N STATUS: prints what is wrong with a run, if anything.
judge() {
    # 124: it never came to the n-th call; 127: the loader gave up, and said so.
    case $2 in
    0 | 124) ;;
    127)
        grep -q 'annot\|error' "$scratch/err" || echo "n=$1: ended with 127 and no word"
        return
        ;;
    *)
        echo "n=$1: ended with $2"
        sed 's/^/    /' "$scratch/err" | head -n 5
        return
        ;;
    esac
    lost=$(sed -n 's/^lost //p' "$scratch/out")
    if [ -z "$lost" ]; then
        echo "n=$1: the program did not come to its end"
    elif [ "$mode" = leaks ]; then
        if [ -s "$scratch/report" ]; then
            /usr/bin/python3 - "$scratch/report" "$lost" "$1" <<'PY'
import json, sys
text = open(sys.argv[1], encoding="utf-8").read()
try:
    report = json.loads(text)
except ValueError as error:
    print("n=%s: the report is no JSON: %s" % (sys.argv[3], error))
    sys.exit()
direct, lost = report["summary"]["direct"], int(sys.argv[2])
if (direct["objects"], direct["bytes"]) != (lost, 100 * lost) and not report.get("notes"):
    print("n=%s: lost %d, reported %r, and no note" % (sys.argv[3], lost, direct))
PY
        elif ! grep -q leaksgc "$scratch/err"; then
            echo "n=$1: no report, and no word about that"
        fi
    fi
}

echo 1..4
count=0 failed=0
for mode in quiet leaks; do
    for later in '' +; do
        # The first request is the loader's, before any code of ours, and
        # glibc 2.36's loader itself dies of it.
        n=1 wrong=
        while :; do
            n=$((n + 1))
            rm -f "$scratch/report"
            if [ $mode = leaks ]; then
                "$fail" "$n$later" LD_PRELOAD="$LEAKSGC_LIB" GC_FIND_LEAK=1 \
                    LEAKSGC_OPTIONS="format=json:symbolize=0:verbosity=1:log_path=$scratch/report" \
                    "$program" >"$scratch/out" 2>"$scratch/err"
            else
                "$fail" "$n$later" LD_PRELOAD="$LEAKSGC_LIB" "$program" >"$scratch/out" 2>"$scratch/err"
            fi
            status=$?
            wrong="$wrong$(judge $n $status)
"
            [ $status != 124 ] || break
            if [ $n -gt 5000 ]; then
                wrong="$wrong more than 5000 requests for memory"
                break
            fi
        done
        count=$((count + 1))
        wrong=$(printf '%s' "$wrong" | sed '/^$/d')
        title="$mode: request n${later:+ and all later ones} of $((n - 1)) refused"
        if [ -z "$wrong" ] && [ $n -gt 10 ]; then
            echo "ok $count - $title"
        else
            echo "not ok $count - $title"
            printf '%s\n' "$wrong" | head -n 40 | sed 's/^/# /'
            failed=1
        fi
    done
done
exit $failed
