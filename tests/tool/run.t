#!/bin/sh
# SPDX-License-Identifier: MIT
# run.t: what `leaksgc run` does before the program starts: it finds it, looks at it, sets its environment.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"
cd "$tmp" || exit 99
unset LEAKSGC_OPTIONS LSAN_OPTIONS

# A library that does nothing: this test is about the tool.
echo 'int lgc_test_nothing;' >nothing.c
$CC -shared -fPIC -o libleaksgc.so nothing.c || exit 99
# Prints the environment that it got; not a shell, which would change it.
cat >show.c <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    static const char *const names[] = { "GC_FIND_LEAK", "LD_PRELOAD", "LEAKSGC_OPTIONS", "LEAKSGC_RUN", "LEAKSGC_TOOL" };
    for (int i = 0; i < 5; i++) {
        const char *v = getenv(names[i]);
        printf("%s=%s\n", names[i], v != NULL ? v : "(unset)");
    }
    printf("pid=%d\nargv0=%s\n", (int)getpid(), argv[0]);
    for (int i = 1; i < argc; i++)
        printf("arg=%s\n", argv[i]);
    return 7;
}
END
$CC -o show show.c || exit 99
run() {
    "$LEAKSGC_TOOL" run --library="$tmp/libleaksgc.so" "$@" >"$tmp/out" 2>"$tmp/err"
    code=$?
    cat "$tmp/out" "$tmp/err"
}
# has LINE: standard output holds this line.
has() {
    grep -qxF -e "$1" "$tmp/out" || { echo "missing: $1"; return 1; }
}

usual() {
    run ./show a 'b c' --help
    [ "$code" -eq 7 ] && has GC_FIND_LEAK=1 && has "LD_PRELOAD=$tmp/libleaksgc.so" &&
        has 'LEAKSGC_OPTIONS=(unset)' && has "LEAKSGC_TOOL=$(readlink -f "$LEAKSGC_TOOL")" &&
        has argv0=./show && has arg=a && has 'arg=b c' && has arg=--help && [ ! -s err ]
}
own_pid() {
    run ./show
    pid=$(sed -n 's/^pid=//p' out)
    has "LEAKSGC_RUN=$pid:23:1"
}
exitcode() {
    run "$@" ./show
    pid=$(sed -n 's/^pid=//p' out)
    has "LEAKSGC_RUN=$pid:5:0" && has 'LEAKSGC_OPTIONS=(unset)'
}
options() {
    run --log-path=/x/%p --report_kinds=all --check-at-exit --use_tls=0 --max_sites 5 -- ./show
    has "LEAKSGC_OPTIONS=log_path='/x/%p':report_kinds='all':check_at_exit='1':use_tls='0':max_sites='5'"
}
files() {
    : >rules
    run -o log.txt --suppressions=rules ./show
    has "LEAKSGC_OPTIONS=log_path='$PWD/log.txt':suppressions='$PWD/rules'"
}
stderr_is_no_file() {
    run -o stderr ./show
    has "LEAKSGC_OPTIONS=log_path='stderr'"
}
# The log of this run begins empty; one that is shared with others does not.
log_emptied() {
    echo old >log.txt
    run -o log.txt ./show && [ -f log.txt ] && [ ! -s log.txt ] || return
    rm log.txt
    run --log_path=100%%.txt ./show && [ -f 100%.txt ] && [ ! -s err ]
}
log_left() {
    echo old >log.txt
    echo old >log.%p
    run -o log.txt -o log.%p ./show && grep -q old log.txt && grep -q old log.%p || return
    run -o log.txt no-such-command
    grep -q old log.txt || return
    LEAKSGC_OPTIONS=log_path=$tmp/log.txt run ./show
    grep -q old log.txt && [ ! -s err ]
}
log_of_shell() {
    echo old >log.txt
    "$LEAKSGC_TOOL" run --library="$tmp/libleaksgc.so" -o /dev/stderr ./show 2>>log.txt >out
    grep -q old log.txt && has GC_FIND_LEAK=1
}
log_is_pipe() {
    rm -f pipe && mkfifo pipe && run -o pipe ./show && [ "$code" -eq 7 ] && [ ! -s err ]
}
log_unwritable() {
    run -o "$1" ./show
    [ "$code" -eq 7 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q "^leaksgc: cannot write the log .*$1: .*standard error" err
}
own_by_environment() {
    LEAKSGC_OPTIONS=verbosity=2:exitcode=9 run "$@" ./show
    has "LEAKSGC_RUN=$(sed -n 's/^pid=//p' out):$wanted"
}
quotes() {
    run "--log_path=/it's: so" ./show
    has "LEAKSGC_OPTIONS=log_path='/it'\"'\"'s: so'"
}
inherited() {
    LEAKSGC_OPTIONS=verbosity=2 LD_PRELOAD="$tmp/other.so" run --use_tls=0 ./show
    has "LEAKSGC_OPTIONS=verbosity=2:use_tls='0'" && has "LD_PRELOAD=$tmp/libleaksgc.so:$tmp/other.so"
}
nested() {
    run "$LEAKSGC_TOOL" run --library="$tmp/libleaksgc.so" ./show
    has "LD_PRELOAD=$tmp/libleaksgc.so"
}
by_variable() {
    LEAKSGC_LIBRARY=$tmp/libleaksgc.so "$LEAKSGC_TOOL" run ./show >out
    has "LD_PRELOAD=$tmp/libleaksgc.so"
}
beside() {
    mkdir -p "$tmp/p/bin" "$tmp/p/lib/$1"
    cp "$LEAKSGC_TOOL" "$tmp/p/bin/leaksgc" && cp libleaksgc.so "$tmp/p/lib/$1/$2" &&
        "$tmp/p/bin/leaksgc" run ./show >out
    has "LD_PRELOAD=$(readlink -f "$tmp/p")/lib${1:+/$1}/$2"
    result=$?
    rm -rf "$tmp/p"
    return $result
}
code_is() {
    wanted=$1
    shift
    run "$@"
    [ "$code" -eq "$wanted" ] || { echo "exit status $code, not $wanted"; return 1; }
}
missing_library_by_variable() {
    LEAKSGC_LIBRARY=/nonexistent/y.so "$LEAKSGC_TOOL" run ./show >out 2>err
    [ $? -eq 3 ] && [ ! -s out ] && grep -q '^leaksgc: .*/nonexistent/y.so.* LEAKSGC_LIBRARY ' err
}
missing_library() {
    "$LEAKSGC_TOOL" run --library=/nonexistent/x.so ./show >out 2>err
    [ $? -eq 3 ] && [ ! -s out ] && grep -q '^leaksgc: .*/nonexistent/x.so' err
}
blank_in_path() {
    mkdir -p "a b" && cp libleaksgc.so "a b/"
    "$LEAKSGC_TOOL" run "--library=a b/libleaksgc.so" ./show >out 2>err
    [ $? -eq 3 ] && [ ! -s out ] && grep -q 'blanks or colons' err
}
missing_suppressions() {
    code_is 3 --suppressions=/nonexistent/rules ./show && grep -q '/nonexistent/rules' err && [ ! -s out ]
}
on_path() {
    mkdir -p first second && : >first/show && cp show second/ # first/show is not executable
    PATH=$tmp/first:$tmp/second:$PATH run show
    [ "$code" -eq 7 ] && has argv0=show
}
without_hash_bang() {
    echo 'echo "script $0 $*"; exit 9' >plain && chmod +x plain
    run ./plain x y
    [ "$code" -eq 9 ] && has 'script ./plain x y'
}
script() {
    printf '#!/bin/sh\nexec ./show "$@"\n' >script.sh && chmod +x script.sh
    run ./script.sh z
    [ "$code" -eq 7 ] && has GC_FIND_LEAK=1 && has arg=z
}
# untraced TEXT PROGRAM: one line names the reason, and the environment is as it was.
untraced() {
    run -q --use_tls=0 "$2"
    # A second line only if the system cannot run it either.
    sed -n 1p err | grep -q "^leaksgc: $2 cannot be traced: .*$1.*; running it untouched\$" &&
        { [ "$(wc -l <err)" -eq 1 ] || [ "$code" -ge 126 ]; } &&
        { [ ! -s out ] || { [ "$code" -eq 7 ] && has 'GC_FIND_LEAK=(unset)' && has 'LD_PRELOAD=(unset)' &&
          has 'LEAKSGC_OPTIONS=(unset)' && has 'LEAKSGC_RUN=(unset)'; }; }
}
script_of_static() {
    printf '#!%s/static\n' "$tmp" >wrapped && chmod +x wrapped && untraced 'statically linked' ./wrapped
}
set_uid() {
    cp show suid && chown 65534 suid && chmod 4755 suid && untraced set-uid ./suid
}
own_set_uid() {
    rm -f suid && cp show suid && chmod 4755 suid && run ./suid && [ ! -s err ] && has GC_FIND_LEAK=1
}

check 'environment, arguments and exit status' usual
check 'the pid is the program itself' own_pid
check '-q and --exitcode concern this process' exitcode -q --exitcode=5
check 'in any order' exitcode --exitcode 5 --quiet
check 'options of the table' options
check 'file names are made absolute' files
check 'but for stderr' stderr_is_no_file
check 'a log begins empty' log_emptied
check 'unless it is another one' log_left
check "or somebody's output" log_of_shell
check 'or a pipe' log_is_pipe
check 'a log that cannot be written is said' log_unwritable no/such/log
check 'a folder is no log' log_unwritable .
wanted=9:2
check 'the environment says what the command line does not' own_by_environment
wanted=9:0
check '-q wins' own_by_environment -q
wanted=0:1
check '--exitcode and --verbosity win' own_by_environment --exitcode=0 --verbosity=1
check 'values with quotes and colons' quotes
check 'what the user set before stays' inherited
check 'nested runs list the library once' nested
check 'LEAKSGC_LIBRARY' by_variable
check 'a library in ../lib' beside '' libleaksgc.so
check 'a library in ../lib without its -dev link' beside '' libleaksgc.so.0
if [ "$(uname -m)" = x86_64 ]; then
    check 'a library in the multiarch folder' beside x86_64-linux-gnu libleaksgc.so.0
fi
check 'a library that is not there' missing_library
check 'nor where LEAKSGC_LIBRARY says' missing_library_by_variable
check 'a library that LD_PRELOAD cannot name' blank_in_path
check 'suppressions that are not there' missing_suppressions
check 'a program on PATH' on_path
check 'no such command: 127' code_is 127 no-such-command-here
check 'it is said' grep -q '^leaksgc: no-such-command-here: ' err
check 'no such file: 127' code_is 127 ./no/such/file
check 'not executable: 126' code_is 126 "$tmp/show.c"
check 'a folder: 126' code_is 126 "$tmp"
check 'an empty name: 127' code_is 127 ''
check 'a script without #!' without_hash_bang
check 'a script with #!' script
if $CC -static -o static show.c 2>/dev/null; then
    check 'a static program' untraced 'statically linked' ./static
    check 'a script of a static program' script_of_static
else
    skip 'a static program' 'no static C library'
fi
if $CC -m32 -o narrow show.c 2>/dev/null; then
    check 'a 32-bit program' untraced 32-bit ./narrow
else
    # The header alone is enough to tell.
    { printf '\177ELF\001\001\001'; head -c 45 /dev/zero; } >narrow && chmod +x narrow
    check 'a 32-bit program' untraced 32-bit ./narrow
fi
$CC -Wl,--dynamic-linker=/lib/ld-musl-none.so.1 -o musl show.c
check 'a program of another C library' untraced 'not glibc' ./musl
echo 'int GC_test_nothing;' >gc.c
$CC -shared -fPIC -Wl,-soname,libgc.so.1 -o libgc.so.1 gc.c
$CC -Wl,--no-as-needed -Wl,-rpath,"$tmp" -o collected show.c ./libgc.so.1
check 'a program that uses libgc' untraced libgc ./collected
# clang links sanitizers statically; the symbol alone is enough to tell.
for sanitizer in asan hwasan lsan msan tsan; do
    { echo "void __${sanitizer}_init(void);"; echo "void __${sanitizer}_init(void) { }"; cat show.c; } >with.c
    $CC -o "with_$sanitizer" with.c
    check "a program with $sanitizer built in" untraced Sanitizer "./with_$sanitizer"
done
if [ "$(id -u)" -eq 0 ]; then
    check 'a set-uid program' set_uid
    check 'a set-uid program of the caller is no such thing' own_set_uid
else
    skip 'a set-uid program' 'needs root'
fi
done_testing
