#!/bin/sh
# SPDX-License-Identifier: MIT
# completion.t: bash completes every command and option that the tool's tables have, and values where it can.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"
if ! command -v bash >/dev/null; then
    echo '1..0 # SKIP no bash'
    exit 0
fi
mkdir "$tmp/work"
cd "$tmp/work" || exit 99
: >a-file

# complete WORDS...: the completions of the last word, sorted, on one line; "=" is a word of its own, as bash has it.
complete() {
    bash --norc -c '
        . "$1/doc/completion/leaksgc"
        shift
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _leaksgc "$1"
        printf "%s\n" "${COMPREPLY[@]}"' bash "$srcdir" "$LEAKSGC_TOOL" "$@" | LC_ALL=C sort -u | paste -sd' ' -
}
gives() {
    expected=$1
    shift
    got=$(complete "$@")
    [ "$got" = "$expected" ] || { echo "got:    $got"; echo "wanted: $expected"; return 1; }
}
commands() {
    sed -n 's/^    { "\([a-z]*\)", lgc_cmd_.*/\1/p' "$srcdir/src/tool/main.c"
}
every_command() {
    got=" $(complete '') "
    [ "$(commands | wc -l)" -ge 3 ] || return 1
    for command in $(commands); do
        case $got in *" $command "*) ;; *) echo "no $command in$got"; return 1 ;; esac
    done
}
every_option() {
    got=" $(complete run --) "
    sed -n 's/^OPTION(\([a-z_]*\),.*/\1/p' "$srcdir/src/run/option.def" >options
    [ "$(wc -l <options)" -ge 20 ] || return 1
    while read -r option; do
        case $got in *" --$option= "*) ;; *) echo "no --$option= in$got"; return 1 ;; esac
    done <options
}
formats() {
    expected=$(sed -n 's/^    { "\([a-z]*\)", *lgc_[a-z]*_report,.*/\1/p' "$srcdir/src/report/report.c" | LC_ALL=C sort | paste -sd' ' -)
    gives "$expected" run --format = && gives "$expected" run --format = '' && gives 'json junit' report --format = j
}

check 'every command' every_command
check 'a command by its first letters' gives report repo
check 'every option of the table' every_option
check 'an option by its first letters' gives '--print_suppressions=' run --print
check 'of report, too' gives '--stacks-only' report --stack
check 'formats' formats
check 'formats of a command of its own' gives 'json text' optimize --format = ''
check 'formats of heap' gives 'csv json prometheus text' heap --format = ''
check 'kinds' gives 'direct' run --report_kinds = d
check 'a file where an option takes one' gives a-file run --suppressions = a-
check 'and as an operand' gives a-file report a-
check 'help completes commands' gives run help ru
check 'the command that is run' gives mktemp run -q -- mktem
check 'its arguments are its own' gives a-file run -q -- cat a-
done_testing
