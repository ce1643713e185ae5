#!/bin/sh
# SPDX-License-Identifier: MIT
# marking_verified.t: what checks reach is what libgc's own marker reaches, of a million objects in real programs, by one thread and by several on a copy, and in the program itself, which runs on.
. "${srcdir=.}/tests/lib/world.sh"

total=0

# agree NAME LEAST OPTIONS COMMAND...: runs it with verify_marking=1, which
# aborts on a difference, and compares its output with a run without the
# library.  At least LEAST objects must have been compared.
agree() {
    name="$1, $3" least=$2 options=$3
    shift 3
    if ! command -v "$1" >/dev/null; then
        count=$((count + 1))
        echo "ok $count - $name # SKIP $1 is not installed"
        return
    fi
    "$@" >"$scratch/plain" 2>"$scratch/plain.err" </dev/null
    plain=$?
    rm -f "$scratch"/log.*
    GC_FIND_LEAK=1 LD_PRELOAD=$LEAKSGC_LIB LEAKSGC_TOOL=$LEAKSGC_TOOL \
        LEAKSGC_OPTIONS="verify_marking=1:verbosity=2:log_path=$scratch/log.%p:$options" "$@" \
        >"$scratch/verified" 2>"$scratch/all" </dev/null
    status=$?
    compared=$(sed -n 's/.*verify_marking: \([0-9]*\) object(s) compared, libgc.s marker says the same of all/\1/p' \
        "$scratch/all" | awk '{ n += $1 } END { print n + 0 }')
    result=1
    [ "$status" = "$plain" ] && cmp -s "$scratch/plain" "$scratch/verified" && [ "$compared" -ge "$least" ] && result=0
    verdict $result "$name"
    echo "# $compared compared"
    [ $result = 0 ] || sed 's/^/# /' "$scratch/all" | tail -n 12; [ $result = 0 ] || echo "# status $status, without $plain"
    total=$((total + compared))
}

cat >"$scratch/mix.py" <<'END'
import ctypes, json, random
random.seed(5)
try:
    check = ctypes.CDLL(None).leaksgc_check
except AttributeError:  # without the library
    check = lambda out: 0
class Node:
    pass
def tree(depth):
    return {str(i): tree(depth - 1) for i in range(6)} if depth else [random.random(), "x" * random.randrange(9000)]
nodes = [Node() for _ in range(60000)]
for n in nodes:
    n.next, n.other, n.text = random.choice(nodes), random.choice(nodes), "y" * random.randrange(200)
for _ in range(2):
    t = json.loads(json.dumps(tree(5)))
    check(None)
print(len(nodes), len(t))
END
cat >"$scratch/mix.pl" <<'END'
my @all; srand(3);
for my $i (0 .. 60000) { push @all, { n => $i, s => "a" x int(rand(300)) }; $all[$i]{o} = $all[int(rand($i + 1))]; }
print scalar(@all), "\n";
END
cat >"$scratch/mix.sql" <<'END'
create table t(a integer primary key, b text);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 60000) insert into t select i, hex(zeroblob(i % 700)) from n;
create index x on t(b);
select count(*), sum(length(b)) from t;
END
cat >"$scratch/mix.c" <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) { for (int i = 0; i < 9; i++) printf("%d %s\n", i, strchr("abc", 'b')); return qsort == NULL; }
END

for way in snapshot=fork:markers=1 snapshot=fork:markers=4; do
    agree python3 300000 "$way" env PYTHONMALLOC=malloc PYTHONHASHSEED=1 python3 "$scratch/mix.py"
    agree perl 4000 "every=8m:$way" env PERL_HASH_SEED=1 perl "$scratch/mix.pl"
    agree sqlite3 1 "every=8m:$way" sqlite3 :memory: ".read $scratch/mix.sql"
    agree gcc 1000 "every=4m:$way" "${CC:-cc}" -O2 -c -o "$scratch/mix.o" "$scratch/mix.c"
done
# In place libgc's marker leaves the program its whole heap.
agree python3 100000 every=1m:snapshot=stop env PYTHONMALLOC=malloc PYTHONHASHSEED=1 python3 "$scratch/mix.py"
agree sqlite3 1 every=4m:snapshot=stop sqlite3 :memory: ".read $scratch/mix.sql"
[ "$total" -ge 1000000 ]
verdict $? "$total objects were compared"
finish
