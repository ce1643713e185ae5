#!/bin/sh
# SPDX-License-Identifier: MIT
# cli.t: help, version, options and wrong usage of the tool, with their exit status.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"

# status N COMMAND...: the command ends with N.
status() {
    wanted=$1
    shift
    "$@" >"$tmp/out" 2>"$tmp/err"
    got=$?
    cat "$tmp/out" "$tmp/err"
    [ "$got" -eq "$wanted" ] || { echo "exit status $got, not $wanted"; return 1; }
}
# wrong TEXT COMMAND...: wrong usage; standard error names TEXT, standard output is empty.
wrong() {
    text=$1
    shift
    status 2 "$@" && [ ! -s "$tmp/out" ] && grep -qF -e "$text" "$tmp/err"
}
help_of() {
    status 0 "$LEAKSGC_TOOL" "$1" --help && cp "$tmp/out" "$tmp/help" &&
        status 0 "$LEAKSGC_TOOL" help "$1" && cmp "$tmp/out" "$tmp/help" &&
        grep -q "^usage: leaksgc $1" "$tmp/help" && [ ! -s "$tmp/err" ]
}
version() {
    status 0 "$LEAKSGC_TOOL" --version &&
        [ "$(cat "$tmp/out")" = "leaksgc $(sed -n 's/^#define LEAKSGC_VERSION "\(.*\)"/\1/p' "$srcdir/include/leaksgc.h")" ]
}
lists_commands() {
    status 0 "$LEAKSGC_TOOL" --help && grep -q '^  run  ' "$tmp/out" && grep -q '^  report  ' "$tmp/out" &&
        grep -q '^  options  ' "$tmp/out"
}
full() {
    "$LEAKSGC_TOOL" "$@" >/dev/full 2>"$tmp/err"
    [ $? -eq 3 ] && grep -q 'standard output could not be written' "$tmp/err"
}

check 'version' version
check 'help lists the commands' lists_commands
for command in run report options; do
    check "help of $command" help_of "$command"
done
check 'help of an unknown command' wrong "'nonsense'" "$LEAKSGC_TOOL" help nonsense
check 'no command' wrong 'command is missing' "$LEAKSGC_TOOL"
check 'an unknown command' wrong "'nonsense'" "$LEAKSGC_TOOL" nonsense
check 'options with an argument' wrong 'too many' "$LEAKSGC_TOOL" options x
check 'options with an option' wrong '--all' "$LEAKSGC_TOOL" options --all
check 'run without a command' wrong 'is missing' "$LEAKSGC_TOOL" run
check 'run without a command behind --' wrong 'is missing' "$LEAKSGC_TOOL" run --
check 'run: an unknown option' wrong '--nonsense' "$LEAKSGC_TOOL" run --nonsense=1 true
check 'run: an unknown short option' wrong '-z' "$LEAKSGC_TOOL" run -z true
check 'run: an option without a name' wrong 'without a name' "$LEAKSGC_TOOL" run --=3 true
check 'run: a wrong value' wrong "'maybe'" "$LEAKSGC_TOOL" run --use_tls=maybe true
check 'run: a wrong exit status' wrong "'256'" "$LEAKSGC_TOOL" run --exitcode=256 true
check 'run: a wrong format' wrong "'tex'" "$LEAKSGC_TOOL" run --format=tex true
check 'run: wrong kinds' wrong "'indirekt'" "$LEAKSGC_TOOL" run --report-kinds=indirekt true
check 'run: a value is missing' wrong '--log_path' "$LEAKSGC_TOOL" run --log_path
check 'run: a short value is missing' wrong '-o needs' "$LEAKSGC_TOOL" run -o
check 'report: an unknown option' wrong '--nonsense' "$LEAKSGC_TOOL" report --nonsense
check 'report: an option of run only' wrong '--use_tls' "$LEAKSGC_TOOL" report --use_tls=0
check 'run: a flag with a value' wrong '-q takes no value' "$LEAKSGC_TOOL" run -qo log true
check 'run: a long flag with a value' wrong '--quiet takes no value' "$LEAKSGC_TOOL" run --quiet=1 true
check 'report: a flag with a value' wrong '--no-symbols takes no value' "$LEAKSGC_TOOL" report --no-symbols=1
check 'report: a wrong time' wrong "'soon'" "$LEAKSGC_TOOL" report --time-limit=soon
check 'report: two files' wrong 'too many: b' "$LEAKSGC_TOOL" report a b
check 'a full disk is an error' full options
check 'a full disk is an error for help' full --help
done_testing
