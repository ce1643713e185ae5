#!/bin/sh
# SPDX-License-Identifier: MIT
# symbol.t: names and lines of real programs, however their debug information is stored, or damaged.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"
source=$srcdir/tests/tool/stack_here.c
cd "$tmp" || exit 99
unset LEAKSGC_DEBUG_PATH DEBUGINFOD_URLS

# line NAME: the line of stack_here.c that is marked so.
line() {
    grep -n "LINE $1 " "$source" | cut -d: -f1
}
report() {
    "$LEAKSGC_TOOL" report "$@" >out 2>err
    code=$?
    cat out err
    [ "$code" -eq 1 ] || { echo "exit status $code, not 1"; return 1; }
}
# frames PATTERN...: the frames of the report, from #1 on, match these.
frames() {
    n=1
    for pattern; do
        grep -qE "^    #$n 0x[0-9a-f]+ in $pattern" out || { echo "no #$n in $pattern"; return 1; }
        n=$((n + 1))
    done
}
in_c() {
    frames "inner_inlined $source:$(line inner)(:5)?$" "outer_inlined $source:$(line outer)(:5)?$" \
        "plain_function $source:$(line plain)(:5)?$" "main $source:$(line main)(:5)?$"
}
compiled() {
    "$@" -o here "$source" && ./here >finding && report finding && in_c
}
# One address, three names.
inlined_share_the_address() {
    [ "$(grep -E '^    #[123] ' out | awk '{ print $2 }' | sort -u | wc -l)" -eq 1 ]
}
json() {
    report --format=json finding && tr '{' '\n' <out | grep '"function":"inner_inlined"' | grep -q '"inlined":true' &&
        tr '{' '\n' <out | grep '"function":"plain_function"' | grep -q '"inlined":false'
}
stacks_only() {
    "$LEAKSGC_TOOL" report --stacks-only finding >out && in_c && ! grep -v '^    #' out
}
# plusplus METHOD OPTIONS...: METHOD is how Hidden::method is to be called.
plusplus() {
    method=$1
    shift
    $CXX -x c++ -std=c++11 -O2 -g "$@" -o here++ "$source" && ./here++ >finding++ && report finding++ && in_plusplus
}
# What is inlined has no parameters by gcc, and some by clang.
in_plusplus() {
    frames 'inner_inlined(\(\))? ' 'outer_inlined(\(\))? ' \
        "store::Parser<long>::parse\(long, char const\*\)::\{lambda\(int\)#1\}::operator\(\)\(int\) const $source:" \
        "store::Parser<long>::parse\(long, char const\*\) $source:" \
        "\(anonymous namespace\)::Hidden::inlined(\(\))?::\{lambda.*\}::operator\(\)(\(int\) const)? $source:" \
        "\(anonymous namespace\)::Hidden::inlined(\(\))? $source:" \
        "\(anonymous namespace\)::Hidden::$method $source:" "main $source:"
}
plusplus_without_symbols() {
    objcopy --wildcard --strip-symbol='*_GLOBAL__N_*' here++ && report finding++ && method='method(\(int\))?' && in_plusplus
}
relative_source() {
    mkdir -p sub && cp "$source" sub/ && (cd sub && $CC -O2 -g -o ../here stack_here.c) && ./here >finding &&
        report finding && grep -q "inner_inlined $(pwd -P)/sub/stack_here.c:" out
}
without_debug() {
    $CC -O2 -o here "$source" && ./here >finding && report finding &&
        grep -qE "^    #1 0x[0-9a-f]+ in plain_function[.a-z0-9]* \($tmp/here\+0x[0-9a-f]+\) \(BuildId: [0-9a-f]+\)$" out
}
stripped() {
    $CC -O2 -g -o here "$source" && objcopy --only-keep-debug here kept && strip here && ./here >finding &&
        report finding && grep -qE "^    #1 0x[0-9a-f]+ \($tmp/here\+0x[0-9a-f]+\) \(BuildId: [0-9a-f]+\)$" out
}
debuglink() {
    cp kept here.debug && objcopy --add-gnu-debuglink=here.debug here && report finding && in_c && rm here.debug
}
debuglink_in_dot_debug() {
    mkdir -p .debug && cp kept .debug/here.debug && report finding && in_c && rm -r .debug
}
id() {
    sed -n "s,^module .* \([0-9a-f]*\) $tmp/here 0$,\1,p" finding
}
build_id_folder() {
    folder=ids/.build-id/$(id | cut -c1-2)
    mkdir -p "$folder" && cp kept "$folder/$(id | cut -c3-).debug" && report --debug-path=ids finding && in_c &&
        LEAKSGC_DEBUG_PATH=/nonexistent:$tmp/ids report finding && in_c &&
        report finding && ! in_c
}
replaced() {
    $CC -O1 -g -DOTHER=1 -o other "$source" && cp other here && report finding && ! grep -q ' in inner_inlined' out &&
        grep -qE "^    #1 0x[0-9a-f]+ \($tmp/here\+0x[0-9a-f]+\) \(BuildId: $(id)\)$" out
}
replaced_but_kept() {
    report --debug-path=ids finding && in_c
}
removed_but_kept() {
    rm here && report --debug-path=ids finding && in_c
}
no_symbols() {
    $CC -O2 -g -o here "$source" && ./here >finding && report --no-symbols finding && ! grep -q '#.* in ' out
}
by_name() {
    echo 'leak:outer_in*ed' >rules && "$LEAKSGC_TOOL" report --suppressions=rules finding >out
    [ $? -eq 0 ] && [ ! -s out ] && echo 'leak:stack_here.c$' >rules &&
        "$LEAKSGC_TOOL" report --suppressions=rules --say-clean finding >out && grep -q '100 stack_here.c\$' out
}
out_of_time() {
    report --time-limit=1ns finding && grep -q '^NOTE: symbolizing reached its time limit' out &&
        ! grep -q ' in main' out && grep -q '^SUMMARY: leaksgc: 100 ' out
}
# The fingerprint of a site outlives another address and another build.
fingerprint() {
    "$LEAKSGC_TOOL" report --format=json "$1" | grep -o '"fingerprint":"[0-9a-f]*"'
}
stable_fingerprint() {
    $CC -O2 -g -o here "$source" && ./here >finding && ./here >second && one=$(fingerprint finding) &&
        [ -n "$one" ] && [ "$one" = "$(fingerprint second)" ] &&
        { echo '/* one more line */'; cat "$source"; } >moved.c && $CC -O2 -g -o here moved.c && ./here >third &&
        [ "$one" = "$(fingerprint third)" ]
}
crash() {
    $CC -O2 -g -o victim "$source" && ./victim >finding && LD_PRELOAD=$tmp/bad_libdw.so report finding || return
    grep -q "^NOTE: the symbols of $tmp/victim could not be read (Segmentation fault)" out &&
        grep -qE "^    #1 0x[0-9a-f]+ \($tmp/victim\+0x" out && grep -q ' in .*libc_start' out &&
        grep -q '^SUMMARY: leaksgc: 100 ' out && [ ! -s err ]
}
hang() {
    HANG=1 LD_PRELOAD=$tmp/bad_libdw.so report --time-limit=1s finding &&
        grep -q "^NOTE: the symbols of $tmp/victim could not be read (it took too long)" out &&
        grep -qE "^    #1 0x[0-9a-f]+ \($tmp/victim\+0x" out && grep -q '^SUMMARY: leaksgc: 100 ' out
}
# Bytes of the sections change, always in the same way; the report stays whole.
damaged() {
    cp here sound
    ./sound | sed "s|[0-9a-f]* $tmp/sound 0|- $tmp/here 0|" >finding
    for seed in 1 2 3 4 5 6 7 8 9 10 11 12; do
        cp sound here
        python3 - here "$seed" <<'END' || return
import random, sys
random.seed(int(sys.argv[2]))
data = bytearray(open(sys.argv[1], "rb").read())
half = len(data) // 4
for _ in range(200):
    data[random.randrange(half, len(data)) if random.random() < .95 else random.randrange(64)] = random.randrange(256)
open(sys.argv[1], "wb").write(data)
END
        report --time-limit=4s finding && grep -q '^SUMMARY: leaksgc: 100 byte(s) leaked in 1 allocation(s).$' out || return
    done
}

check 'inlined functions, files and lines' compiled $CC -O2 -g
check 'inlined frames share their address' inlined_share_the_address
check 'the same in JSON' json
check 'the same with --stacks-only' stacks_only
for version in 4 5; do
    check "DWARF $version" compiled $CC -O2 -g -gdwarf-$version
done
check 'without frame pointers, position dependent' compiled $CC -O2 -g -no-pie -fomit-frame-pointer
check 'compressed sections' compiled $CC -O2 -g -gz
check 'split DWARF' compiled $CC -O2 -g -gsplit-dwarf
check 'link-time optimization' compiled $CC -O2 -g -flto
if clang --version >/dev/null 2>&1; then
    check 'clang' compiled clang -O2 -g
    check 'clang, split DWARF' compiled clang -O2 -g -gsplit-dwarf
else
    skip 'clang' 'no clang'
    skip 'clang, split DWARF' 'no clang'
fi
if $CXX --version >/dev/null 2>&1; then
    check 'C++ names' plusplus 'method\(int\)'
    check 'C++ names without local symbols' plusplus_without_symbols
    check 'C++ names, split DWARF' plusplus 'method\(int\)' -gsplit-dwarf
    check 'C++ names, type units' plusplus 'method\(int\)' -fdebug-types-section
    check 'C++ names, link-time optimization' plusplus 'method\(int\)' -flto
else
    for name in 'C++ names' 'without local symbols' 'split DWARF' 'type units' 'link-time optimization'; do
        skip "$name" 'no C++ compiler'
    done
fi
check 'relative source names become absolute' relative_source
check 'without debug information: the symbol' without_debug
check 'stripped: module and offset' stripped
check 'a debug link' debuglink
check 'a debug link into .debug' debuglink_in_dot_debug
check 'a debug file by its build-id' build_id_folder
check 'a program that was replaced since has no names' replaced
check 'unless its debug file is known by its build-id' replaced_but_kept
check 'a program that was removed' removed_but_kept
check '--no-symbols' no_symbols
check 'suppressions by inlined function and by file' by_name
check 'out of time' out_of_time
check 'a stable fingerprint' stable_fingerprint
if $CC -shared -fPIC -o bad_libdw.so "$srcdir/tests/tool/bad_libdw.c" -ldl; then
    check 'a crash in libdw costs one module its names' crash
    check 'so does a hang' hang
else
    skip 'a crash in libdw' 'cannot build the library for it'
    skip 'a hang in libdw' 'cannot build the library for it'
fi
if python3 -c 'import random' 2>/dev/null; then
    check 'damaged files' damaged
else
    skip 'damaged files' 'no python3'
fi
done_testing
