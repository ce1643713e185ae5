#!/bin/sh
# SPDX-License-Identifier: MIT
# run_with_library.t: what `leaksgc run` asks for is what the library does.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"
cd "$tmp" || exit 99
unset LEAKSGC_OPTIONS LSAN_OPTIONS GC_FIND_LEAK

# Loses N blocks (first argument); with a second one, a child loses one as well.
cat >lose.c <<'END'
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
void *volatile p;
int main(int argc, char **argv)
{
    for (int i = argc > 1 ? atoi(argv[1]) : 0; i > 0; i--)
        p = malloc(10);
    p = NULL;
    if (argc > 2 && fork() == 0)
        execl(argv[0], argv[0], "1", (char *)NULL);
    while (argc > 2 && wait(NULL) > 0)
        continue;
    return 0;
}
END
$CC -O0 -o lose lose.c || exit 99

# run STATUS ARGUMENTS...: into out and err.
run() {
    wanted=$1
    shift
    "$LEAKSGC_TOOL" run --library="$LEAKSGC_LIB" "$@" >out 2>err
    code=$?
    cat out err
    [ "$code" -eq "$wanted" ] || { echo "exit status $code, not $wanted"; return 1; }
}
says_clean() {
    grep -q 'leaksgc: no leaks' err
}
usual() {
    run 0 ./lose && says_clean && run 23 ./lose 3 && grep -q 'SUMMARY: leaksgc: 30 byte(s)' err
}
quiet() {
    run 0 -q ./lose && [ ! -s err ]
}
quiet_wins() {
    for said in verbosity=1 verbosity=2 'use_tls=1:verbosity=1'; do
        LEAKSGC_OPTIONS=$said run 0 -q ./lose && [ ! -s err ] || return
    done
}
verbosity_wins() {
    LEAKSGC_OPTIONS=verbosity=0 run 0 --verbosity=1 ./lose && says_clean &&
        LEAKSGC_OPTIONS=verbosity=0 run 0 ./lose && [ ! -s err ] &&
        run 0 -q --verbosity=1 ./lose && says_clean
}
exitcode() {
    LEAKSGC_OPTIONS=exitcode=7 run 7 ./lose 1 && LEAKSGC_OPTIONS=exitcode=7 run 5 --exitcode=5 ./lose 1 &&
        LEAKSGC_OPTIONS=exitcode=7 run 0 --exitcode=0 ./lose 1
}
fresh_log() {
    echo old >log
    run 23 -o log ./lose 1 && ! grep -q old log && grep -q 'SUMMARY: leaksgc: 10 ' log &&
        run 0 --log-path=log -q ./lose && [ ! -s log ]
}
shared_log() {
    echo old >log
    run 23 -o log ./lose 2 child && ! grep -q old log && grep -q 'SUMMARY: leaksgc: 10 ' log &&
        grep -q 'SUMMARY: leaksgc: 20 ' log
}
unwritable_log() {
    run 23 -o no/such/log ./lose 1 && grep -q '^leaksgc: cannot write the log .*no/such/log.*standard error' err &&
        grep -q 'SUMMARY: leaksgc: 10 ' err
}
odd_folder() {
    mkdir -p 'at 50%p' && cd 'at 50%p' && run 23 -o log ../lose 1 && grep -q 'SUMMARY: leaksgc: 10 ' log
    result=$?
    cd "$tmp" || exit 99
    return $result
}

check 'a report, and 23' usual
check '-q' quiet
check '-q wins over LEAKSGC_OPTIONS' quiet_wins
check 'so does --verbosity, and what is said there over the default' verbosity_wins
check 'the same for exitcode' exitcode
check 'a log begins empty' fresh_log
check 'and is shared with children' shared_log
check 'a log that cannot be written is said' unwritable_log
check 'a percent sign in the name of the directory' odd_folder
done_testing
