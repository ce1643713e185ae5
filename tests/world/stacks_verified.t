#!/bin/sh
# SPDX-License-Identifier: MIT
# stacks_verified.t: in real programs and in the cases made for it, every stack that is captured quickly is the one that libgcc unwinds.
. "${srcdir=.}/tests/lib/world.sh"

# agree NAME COMMAND...: runs it with verify_stacks=1, which aborts on a
# difference, and compares its output with a run without the library.
agree() {
    name=$1
    shift
    if ! command -v "$1" >/dev/null; then
        count=$((count + 1))
        echo "ok $count - $name # SKIP $1 is not installed"
        return
    fi
    "$@" >"$scratch/plain" 2>&1 </dev/null
    plain=$?
    GC_FIND_LEAK=1 LD_PRELOAD=$LEAKSGC_LIB LEAKSGC_TOOL=$LEAKSGC_TOOL \
        LEAKSGC_OPTIONS=verify_stacks=1:check_at_exit=0 "$@" >"$scratch/verified" 2>&1 </dev/null
    status=$?
    test "$status" = "$plain" && cmp -s "$scratch/plain" "$scratch/verified"
    verdict $? "$name"
    test "$status" = "$plain" || sed 's/^/# /' "$scratch/verified" | tail -n 12
}

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
with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)
insert into t select i, 'row ' || (i * 7919 % 5003), i / 3.0 from n;
create index ta on t(a);
select count(*), sum(b), max(a) from t where a like 'row 1%' group by id % 7 order by 2;
SQL
printf '#include <stdio.h>\nint main(void) { printf("hi\\n"); return 0; }\n' >"$scratch/hello.c"

PYTHONMALLOC=malloc
export PYTHONMALLOC
agree python3 /usr/bin/python3 "$scratch/work.py"
agree perl perl -e 'my %h; $h{$_ % 997} .= "x$_" for 1 .. 20000; print length(join "", sort values %h), "\n"; sub f { my $n = shift; $n ? [f($n - 1)] : [] } f(90); eval { die [1] }; print "end\n"'
agree lua lua5.4 -e 'local t = {} for i = 1, 20000 do t[i] = { i, tostring(i) } end table.sort(t, function(a, b) return a[2] < b[2] end) print(t[1][2], pcall(error, "e"))'
agree sqlite3 sqlite3 :memory: ".read $scratch/work.sql"
agree git git --no-pager -C "$srcdir" --version
agree gcc gcc -O2 -S -o - "$scratch/hello.c"
for program in "$builddir"/tests/cases/stack_*.case "$builddir"/tests/cases/cxx_*.case \
    "$builddir/tests/cases/reach_stack_below_coroutine.case"; do
    test -x "$program" && agree "${program##*/}" "$program"
done
test "$count" -ge 20
verdict $? "at least twenty programs were compared"
finish
