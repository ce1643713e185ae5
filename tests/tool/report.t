#!/bin/sh
# SPDX-License-Identifier: MIT
# report.t: `leaksgc report` on kept findings: the whole report or none, and the exit status.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"
findings=$srcdir/tests/tool/findings
head='
=================================================================
==4711==ERROR: leaksgc: detected memory leaks
'

# report STATUS ARGUMENTS...: into $tmp/out and $tmp/err.
report() {
    wanted=$1
    shift
    "$LEAKSGC_TOOL" report "$@" >"$tmp/out" 2>"$tmp/err"
    got=$?
    cat "$tmp/out" "$tmp/err"
    [ "$got" -eq "$wanted" ] || { echo "exit status $got, not $wanted"; return 1; }
}
has() {
    for line; do
        grep -qxF -e "$line" "$tmp/out" || { echo "missing: $line"; return 1; }
    done
}
hasnt() {
    for text; do
        ! grep -qF -e "$text" "$tmp/out" || { echo "not wanted: $text"; return 1; }
    done
}
usual() {
    report 1 "$findings/good-leaks" && [ ! -s "$tmp/err" ] || return
    cat >"$tmp/expected" <<END
$head
Direct leak of 100 byte(s) in 2 object(s) allocated from: [holds 40 byte(s) in 3 indirect object(s)]
    #0 0x401234 (/opt/no such/program+0x401234) (BuildId: 00112233445566778899aabbccddeeff00112233)
    #1 0x7f0000000100 (/opt/no such/plugin.so+0x100) [unloaded]
    #2 0xdead (<unknown module>)
    allocated 2023-11-14T22:13:20.000000000Z .. 2023-11-14T22:13:21.500000000Z by threads 1 (main), 2 (the worker)
    reachable in check 2, lost since check 3

Indirect leak of 40 byte(s) in 3 object(s) allocated from:
    #0 0x7f0000000200 (/opt/no such/plugin.so+0x200) [unloaded]
    allocated 2023-11-14T22:13:20.000000000Z by thread 2 (the worker)
    lost since check 3

==4711== leaksgc: check 3 (exit): 2 thread(s) stood still for 0.005 ms; it took 0.070 ms; new since check 2: 0 byte(s) in 0 object(s)
NOTE: 2 threads did not stop
SUMMARY: leaksgc: 140 byte(s) leaked in 5 allocation(s).
END
    diff "$tmp/expected" "$tmp/out"
}
from_stdin() {
    report 1 "$findings/good-leaks" && mv "$tmp/out" "$tmp/file" &&
        report 1 <"$findings/good-leaks" && cmp "$tmp/file" "$tmp/out" &&
        report 1 - <"$findings/good-leaks" && cmp "$tmp/file" "$tmp/out"
}
all_kinds() {
    report 1 --report-kinds=all "$findings/good-leaks" &&
        has 'Possible leak of 7 byte(s) in 1 object(s) allocated from:' \
            'Still reachable: 5000 byte(s) in 50 object(s) allocated from:' \
            'SUMMARY: leaksgc: 147 byte(s) leaked in 6 allocation(s).'
}
reachable_only() {
    report 0 --report-kinds=reachable "$findings/good-leaks" && hasnt ERROR SUMMARY 'no leaks' &&
        has 'Still reachable: 5000 byte(s) in 50 object(s) allocated from:'
}
clean() {
    report 0 "$findings/good-clean" && [ ! -s "$tmp/out" ] && [ ! -s "$tmp/err" ]
}
say_clean() {
    report 0 --say-clean "$findings/good-clean" &&
        [ "$(cat "$tmp/out")" = '==4711== leaksgc: no leaks: 5000 byte(s) in 50 object(s) are still reachable.
==4711== leaksgc: check 1 (exit): 1 thread(s) stood still for 0.005 ms; it took 0.070 ms' ]
}
json() {
    report 1 --format=json "$findings/good-leaks" &&
        grep -q '^{"tool":"leaksgc","version":"' "$tmp/out" && [ "$(tail -c 2 "$tmp/out")" = '}' ]
}
json_by_python() {
    python3 - "$tmp/out" <<'END'
import json, sys
r = json.load(open(sys.argv[1]))
assert r["summary"]["direct"] == {"bytes": 100, "objects": 2}, r
assert [l["kind"] for l in r["leaks"]] == ["direct", "indirect"], r
f = r["leaks"][0]["frames"]
assert f[0]["offset"] == "0x401234" and f[0]["function"] is None and f[2]["module"] is None, f
END
}
clean_json() {
    report 0 --format=json "$findings/good-clean" && grep -q '"leaks":\[\]' "$tmp/out"
}
suppressed() {
    printf '# ours\nleak:^/opt/*program$\n' >"$tmp/rules"
    report 1 --suppressions="$tmp/rules" "$findings/good-leaks" && hasnt Direct &&
        has '      2        100 ^/opt/*program$' 'SUMMARY: leaksgc: 40 byte(s) leaked in 3 allocation(s).' &&
        report 1 --print-suppressions=0 --suppressions="$tmp/rules" "$findings/good-leaks" &&
        hasnt Suppressions Direct
}
two_files() {
    echo 'leak:plugin.so' >"$tmp/more"
    report 0 --suppressions="$tmp/rules" --suppressions "$tmp/more" --say-clean "$findings/good-leaks" &&
        has '==4711== leaksgc: no leaks: 5000 byte(s) in 50 object(s) are still reachable.'
}
compiled_in() {
    report 0 "$findings/good-rules" && [ ! -s "$tmp/out" ] &&
        report 0 --say-clean "$findings/good-rules" && has '      5        140 plugin.so'
}
missing_rules() {
    report 1 --suppressions=/nonexistent "$findings/good-leaks" && grep -q '^NOTE: .*/nonexistent' "$tmp/out"
}
other_types() {
    printf 'race:x\nleak:y\nthread:z\n' >"$tmp/mixed"
    report 1 --suppressions="$tmp/mixed" "$findings/good-leaks" &&
        [ "$(grep -c '^NOTE: suppressions:' "$tmp/out")" -eq 1 ] && grep -q 'mixed:1:.*race:x' "$tmp/out"
}
# Two stacks, each below its title; what is listed and what is suppressed does not matter.
stacks_only() {
    echo 'leak:*' >"$tmp/everything"
    cat >"$tmp/stacks" <<END
leaksgc-finding 1
process 4711 0 1700000000123456789 misuse -
pause 0 0 0
live 0 0
note free(0x10):%20double%20free
note It%20was%20allocated%20from:
module 400000 500000 0 - /opt/no%20such/program 0
group 0 0 0 0 0 0 0 0 0 0
frame r 401234 0
frame r dead -
group 3 0 0 0 0 0 0 0 0 0
frame x 401300 0
group 1 0 0 0 0 0 0 0 0 0
end 3
END
    cat >"$tmp/expected" <<END
free(0x10): double free
    #0 0x401234 (/opt/no such/program+0x401234)
    #1 0xdead (<unknown module>)
It was allocated from:
    #0 0x401300 (/opt/no such/program+0x401300)
    <empty stack>
END
    for options in '' '--no-symbols' '--format=json --report-kinds=none' "--suppressions=$tmp/everything" \
        '--suppressions=/nonexistent --say-clean'; do
        # shellcheck disable=SC2086
        report 0 --stacks-only $options "$tmp/stacks" && [ ! -s "$tmp/err" ] && cmp "$tmp/expected" "$tmp/out" || return
    done
}
no_stacks() {
    report 3 --stacks-only "$findings/bad-truncated" && [ ! -s "$tmp/out" ] && [ -s "$tmp/err" ] || return
    "$LEAKSGC_TOOL" report --stacks-only "$tmp/stacks" >/dev/full 2>"$tmp/err"
    [ $? -eq 3 ] && grep -q 'could not be written' "$tmp/err"
}
# refused FILE TEXT: nothing on standard output, status 3, the reason on standard error.
refused() {
    report 3 "$1" && [ ! -s "$tmp/out" ] && grep -q "^leaksgc: .*$2" "$tmp/err"
}
empty_input() {
    report 3 </dev/null && [ ! -s "$tmp/out" ] && grep -q empty "$tmp/err"
}
full_disk() {
    "$LEAKSGC_TOOL" report "$findings/good-leaks" >/dev/full 2>"$tmp/err"
    [ $? -eq 3 ] && grep -q 'could not be written' "$tmp/err"
}
odd_modules() {
    mkfifo "$tmp/pipe"
    for path in "$tmp/pipe" /dev/zero "$tmp" relative %5bvdso%5d - % /proc/self/mem /etc/passwd; do
        sed "s,^module 400000 .*,module 400000 500000 0 - $path 0," "$findings/good-leaks" >"$tmp/odd"
        report 1 "$tmp/odd" && has 'SUMMARY: leaksgc: 140 byte(s) leaked in 5 allocation(s).' &&
            grep -q '#0 0x401234 ' "$tmp/out" || return
    done
}

check 'the usual report' usual
check 'from standard input' from_stdin
check 'all kinds' all_kinds
check 'reachable blocks are no leak' reachable_only
check 'nothing found, nothing said' clean
check '--say-clean' say_clean
check 'JSON' json
if python3 -c 'import json' 2>/dev/null; then
    check 'JSON by another reader' json_by_python
else
    skip 'JSON by another reader' 'no python3'
fi
check 'JSON of nothing' clean_json
check 'suppressions' suppressed
check 'suppressions from two files' two_files
check 'suppressions of the program' compiled_in
check 'suppressions that are not there' missing_rules
check 'rules of other types' other_types
check '--stacks-only' stacks_only
check '--stacks-only fails with 3' no_stacks
check 'a truncated finding' refused "$findings/bad-truncated" 'line 14: .*cut off'
check 'a frame without module' refused "$findings/bad-module" 'line 15: .*module'
check 'records out of order' refused "$findings/bad-order" 'wrong place'
check 'a bad escape' refused "$findings/bad-escape" 'escape'
check 'a newer version' refused "$findings/newer-version" 'version'
check 'no such file' refused /nonexistent/finding 'No such file'
check 'a folder' refused / 'directory'
check 'an empty input' empty_input
check 'a full disk' full_disk
check 'modules that are no files to read' odd_modules
done_testing
