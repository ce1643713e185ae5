#!/bin/sh
# SPDX-License-Identifier: MIT
# linked.t: a program linked with -lleaksgc is checked if GC_FIND_LEAK is set, and runs quietly, without files, if it is not.
. "${srcdir=.}/tests/lib/world.sh"
: "${CC:=cc}"
need "${CC%% *}"
libdir=${LEAKSGC_LIB%/*}
cat >"$scratch/app.c" <<'C'
#include <leaksgc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
__attribute__((noipa)) static void lose(void) { memset(malloc(77), 1, 77); }
__attribute__((noipa)) static void wipe(void) { volatile char dead[65536]; memset((char *)dead, 0, sizeof dead); }
int main(void)
{
    struct leaksgc_result r;
    lose();
    wipe();
    int found = leaksgc_check(&r);
    printf("found %d\n", found);
    if (found > 0)
        printf("%llu objects, %llu bytes\n", (unsigned long long)r.direct.objects, (unsigned long long)r.direct.bytes);
    return 0;
}
C
# shellcheck disable=SC2086
$CC -O2 -g -fno-builtin -I"$srcdir/include" -o "$scratch/app" "$scratch/app.c" -L"$libdir" -lleaksgc -Wl,-rpath,"$libdir" \
    >"$scratch/log" 2>&1
verdict $? 'a program links with -lleaksgc'
sed 's/^/# /' "$scratch/log"

mkdir "$scratch/here" && cd "$scratch/here" || exit 1
"$scratch/app" >../out 2>../err
verdict $? 'quiet: it runs'
[ "$(cat ../out)" = 'found -1' ] && ! [ -s ../err ]
verdict $? 'quiet: nothing is looked for, nothing is said'
[ -z "$(ls -A)" ]
verdict $? 'quiet: no file is written'

GC_FIND_LEAK=1 LEAKSGC_TOOL=$LEAKSGC_TOOL "$scratch/app" >../out 2>../err
verdict $? 'GC_FIND_LEAK=1: its status is its own'
printf 'found 1\n1 objects, 77 bytes\n' | cmp -s - ../out
verdict $? 'GC_FIND_LEAK=1: leaksgc_check finds the leak'
grep -q 'Direct leak of 77 byte(s) in 1 object(s)' ../err && grep -q 'in lose .*app\.c' ../err
verdict $? 'GC_FIND_LEAK=1: it is reported at exit, with the function that allocated it'
sed 's/^/# /' ../err | head -n 12
GC_FIND_LEAK=0 "$scratch/app" >../out 2>../err
[ "$(cat ../out)" = 'found -1' ] && ! [ -s ../err ]
verdict $? 'GC_FIND_LEAK=0 is off'
cd / || exit 1
finish
