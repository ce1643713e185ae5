#!/bin/sh
# SPDX-License-Identifier: MIT
# stacks_verified.t: every stack that is captured quickly is the one that libgcc unwinds, millions of them, in real programs and in ones with odd frames.
. "${srcdir=.}/tests/lib/world.sh"
: "${CC:=cc}" "${CXX:=c++}"

walked_total=0 remembered_total=0

# agree NAME LEAST COMMAND...: runs it with verify_stacks=1, which aborts on a
# difference, and compares its output with a run without the library.  At
# least LEAST stacks must have been compared.
agree() {
    name=$1 least=$2
    shift 2
    if ! command -v "$1" >/dev/null; then
        count=$((count + 1))
        echo "ok $count - $name # SKIP $1 is not installed"
        return
    fi
    "$@" >"$scratch/plain" 2>"$scratch/plain.err" </dev/null
    plain=$?
    GC_FIND_LEAK=1 LD_PRELOAD=$LEAKSGC_LIB LEAKSGC_TOOL=$LEAKSGC_TOOL \
        LEAKSGC_OPTIONS=verify_stacks=1:check_at_exit=0:check_on_signal=0${options:+:$options} "$@" \
        >"$scratch/verified" 2>"$scratch/all" </dev/null
    status=$?
    # A line of each process says how many it compared.
    grep 'leaksgc: verify_stacks: [0-9]' "$scratch/all" >"$scratch/lines"
    grep -v 'leaksgc: verify_stacks: [0-9]' "$scratch/all" >"$scratch/verified.err"
    remembered=$(sed 's/.*: \([0-9]*\) were remembered.*/\1/' "$scratch/lines" | awk '{ n += $1 } END { print n + 0 }')
    walked=$(sed 's/.* \([0-9]*\) walked.*/\1/' "$scratch/lines" | awk '{ n += $1 } END { print n + 0 }')
    result=1
    [ "$status" = "$plain" ] && cmp -s "$scratch/plain" "$scratch/verified" &&
        cmp -s "$scratch/plain.err" "$scratch/verified.err" && [ $((remembered + walked)) -ge "$least" ] && result=0
    verdict $result "$name"
    echo "# $remembered remembered, $walked walked"
    [ $result = 0 ] || sed 's/^/# /' "$scratch/verified.err" | tail -n 12
    remembered_total=$((remembered_total + remembered)) walked_total=$((walked_total + walked))
}

# build OUTPUT COMPILER ARGS...
build() {
    output=$1
    shift
    if ! "$@" -o "$scratch/$output" >"$scratch/build" 2>&1; then
        sed 's/^/# /' "$scratch/build"
        verdict 1 "$output is built"
        return 1
    fi
}

stacks=$srcdir/tests/world/stacks

# Random calls: the two parts in different ways, which call each other.
calls() {
    compiler=$1 name=$(echo "calls, $1: $2 with $3" | sed 's/-DPART=. *//g')
    command -v "${1%% *}" >/dev/null || return
    # Flags are split on purpose.
    # shellcheck disable=SC2086
    build part0 $compiler -g -w -DPART=0 $2 -c "$stacks/calls.c" &&
        build part1 $compiler -g -w -DPART=1 $3 -c "$stacks/calls.c" &&
        build calls $compiler "$scratch/part0" "$scratch/part1" && agree "$name" 30000 "$scratch/calls" "$rounds"
}
rounds=700
calls "$CC" "-O2 -fomit-frame-pointer" "-O2 -fno-omit-frame-pointer"
calls "$CC" "-O0" "-O3 -funroll-loops"
calls "$CC" "-Os" "-O1 -fno-omit-frame-pointer"
calls "$CC" "-O3 -fPIC -fstack-protector-all" "-O2 -fno-optimize-sibling-calls -fcf-protection=full"
if command -v clang >/dev/null; then
    calls clang "-O2" "-O1 -fno-omit-frame-pointer"
    calls clang "-O0" "-Os"
fi
options=malloc_context_size=7 rounds=300
calls "$CC" "-O2" "-O0"
options=malloc_context_size=40
calls "$CC" "-O1" "-O2 -fno-omit-frame-pointer"
options=malloc_context_size=256
calls "$CC" "-O2 -fno-omit-frame-pointer" "-Os"
options=max_sites=500
calls "$CC" "-O2" "-O2"
options=

for level in -O2 -O0; do
    build signals "$CC" -g "$level" "$stacks/signals.c" && agree "signals, $level" 3000 "$scratch/signals"
    build coroutines "$CC" -g "$level" -pthread "$stacks/coroutines.c" &&
        agree "coroutines, $level" 20000 "$scratch/coroutines"
    build exceptions "$CXX" -g "$level" -std=gnu++17 "$stacks/exceptions.cc" &&
        agree "exceptions, $level" 10000 "$scratch/exceptions"
    build assembly "$CC" -g "$level" "$stacks/assembly.c" "$stacks/odd_frames.S" &&
        agree "assembly, $level" 20000 "$scratch/assembly"
    build one.so "$CC" -g "$level" -DPLUGIN=1 -shared -fPIC "$stacks/plugins.c" &&
        build two.so "$CC" -g "$level" -DPLUGIN=2 -shared -fPIC "$stacks/plugins.c" &&
        build plugins "$CC" -g "$level" "$stacks/plugins.c" -ldl &&
        agree "plugins, $level" 10000 "$scratch/plugins" "$scratch/one.so" "$scratch/two.so"
done
grep -q 'at one address' "$scratch/plain"
verdict $? "the plugins lay at one address"

cat >"$scratch/work.py" <<'PY'
import ast, json, re, collections
def deep(n): return [n] if n == 0 else deep(n - 1) + [n]
def risky(n):
    try:
        if n % 3 == 0: raise ValueError(str(n))
        return {"n": n, "l": list(range(n % 20))}
    except ValueError as e:
        return e.args
data = [risky(i) for i in range(3000)]
print(len(json.dumps(data)), sum(len(deep(i % 60)) for i in range(200)))
print(len(ast.dump(ast.parse("x = [i for i in range(10) if i % 2]\n" * 50))))
print(sorted(collections.Counter(re.findall(r"\w", json.dumps(data))).items())[:5])
PY
cat >"$scratch/work.sql" <<'SQL'
create table t(id integer primary key, a text, b real);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
insert into t select i, 'row ' || (i * 7919 % 5003), i / 3.0 from n;
create index ta on t(a);
select count(*), sum(b), max(a) from t where a like 'row 1%' group by id % 7 order by 2;
select count(distinct x.a || y.b) from t x join t y on x.id % 500 = y.id % 499 where x.id < 300;
SQL
printf 'int f(int n) { return n; }\n' >"$scratch/hello.c"
awk -v functions=40 -f "$srcdir/bench/real/input.awk" >"$scratch/input.c"

PYTHONMALLOC=malloc
export PYTHONMALLOC
agree python3 10000 /usr/bin/python3 "$scratch/work.py"
agree perl 20000 perl -e 'my %h; $h{$_ % 997} .= "x$_" for 1 .. 200000; print length(join "", sort values %h), "\n"; sub f { my $n = shift; $n ? [f($n - 1)] : [] } f(90) for 1 .. 100; eval { die [1] }; print "end\n"'
agree lua 100000 lua5.4 -e 'local t = {} for i = 1, 200000 do t[i] = { i, tostring(i) } end table.sort(t, function(a, b) return a[2] < b[2] end) print(t[1][2], pcall(error, "e"))'
agree sqlite3 10000 sqlite3 :memory: ".read $scratch/work.sql"
agree git 100 git --no-pager diff --no-index "$scratch/work.py" "$scratch/work.sql"
agree "gcc, a small source" 5000 gcc -O2 -S -o - "$scratch/hello.c"
agree "gcc, a larger source" 100000 gcc -O2 -g -S -o "$scratch/input.s" "$scratch/input.c"
programs=0
for program in "$builddir"/tests/cases/stack_*.case "$builddir"/tests/cases/cxx_*.case \
    "$builddir/tests/cases/reach_stack_below_coroutine.case"; do
    test -x "$program" && agree "${program##*/}" 0 "$program" && programs=$((programs + 1))
done
test "$programs" -ge 20
verdict $? "at least twenty case programs were compared"
echo "# in all $remembered_total remembered, $walked_total walked"
test "$remembered_total" -ge 500000 && test "$walked_total" -ge 500000 &&
    test $((remembered_total + walked_total)) -ge 2000000
verdict $? "millions of stacks were compared, of both kinds"
finish
