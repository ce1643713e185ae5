#!/bin/sh
# SPDX-License-Identifier: MIT
# readme.t: the session that README.md shows is what the example really prints.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"

# Without what differs from run to run and from machine to machine: addresses,
# the pid, times, columns, where the sources are, and the C library's frames.
plain() {
    grep -vE '^    #[0-9]+ 0x[0-9a-f]+ .*(libc|nptl|stdlib|csu|sysdeps|_start)' |
        sed -E 's/^    #[0-9]+ 0x[0-9a-f]+/    #/; s/==[0-9]+==/==PID==/; s,/[^ ]*/doc/example/,doc/example/,
            s/(\.c:[0-9]+):[0-9]+/\1/; s/^    allocated .* by thread/    allocated by thread/; /^$/d'
}

# Lines of the session, in their order; "[...]" stands for some that are left out.
"$LEAKSGC_TOOL" run -- "$builddir/doc/example/leaky" >"$tmp/out" 2>"$tmp/err"
cat "$tmp/out" "$tmp/err" | plain >"$tmp/real"
awk '/^```/ { if (inside) exit; inside = wanted; next } /^<!-- session -->/ { wanted = 1 } inside' "$srcdir/README.md" |
    grep -vE '^(\$ |quickstart: )' | plain >"$tmp/shown"
shown() {
    awk 'FNR == NR { real[++n] = $0; next }
         $0 == "[...]" { skip = 1; next }
         {
             i++
             if (skip) while (i <= n && real[i] != $0) i++
             skip = 0
             if (real[i] != $0) { print "README: " $0; print "really: " real[i]; exit 1 }
         }' "$tmp/real" "$tmp/shown"
}

check 'README.md shows a session' test "$(wc -l <"$tmp/shown")" -gt 10
check 'it is what the example prints' shown
done_testing
