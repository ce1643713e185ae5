#!/bin/sh
# SPDX-License-Identifier: MIT
# exports.t: libleaksgc.so exports exactly src/exports.txt, and only our own API has a version.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"

nm -D --defined-only "$LEAKSGC_LIB" | awk '$2 != "A" { print $NF }' | LC_ALL=C sort >"$tmp/symbols"
sed '/^#/d; /^$/d' "$srcdir/src/exports.txt" | LC_ALL=C sort >"$tmp/expected"

same() {
    sed 's/@.*//' "$tmp/symbols" | diff -u "$tmp/expected" -
}
unversioned() {
    ! grep '@' "$tmp/symbols" | grep -v '^leaksgc_'
}
versioned() {
    ! grep '^leaksgc_' "$tmp/symbols" | grep -v '@@LEAKSGC_'
}
# Others may be needed by the collector, never by us.
needed() {
    readelf -d "$LEAKSGC_LIB" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
        grep -vxE 'libgc\.so\.1|libgcc_s\.so\.1|libc\.so\.6|ld-linux.*|libpthread\.so\.0|libdl\.so\.2' >"$tmp/needed"
    cat "$tmp/needed"
    [ ! -s "$tmp/needed" ]
}
dynamic() {
    readelf -d "$LEAKSGC_LIB" | grep -q "$1"
}
# base/sys.h and base/sort.h say why.  What the client of the channel calls comes along in the
# archive, and is not called in a program.
no_common_names() {
    objects=$(find "$builddir/src" -path '*/.libs/liblgc_core_la-*.o' -o -path '*/.libs/libleaksgc_la-*.o')
    [ "$(echo "$objects" | wc -l)" -gt 50 ] || return 1
    # shellcheck disable=SC2086
    ! nm -A -u $objects | grep -wE 'U (accept|accept4|access|bind|clone|close|connect|fstat|fsync|isatty|link|linkat|listen|lseek|mkdir|open|openat|pipe|poll|read|recv|recvmsg|rename|send|sendmsg|socket|socketpair|stat|unlink|unlinkat|write|qsort)$'
}
malloc_is_there() {
    grep -x malloc "$tmp/symbols"
}
no_wrapper() {
    readelf -h "$LEAKSGC_TOOL" >/dev/null && ! readelf -d "$LEAKSGC_TOOL" | grep -E 'libgc\.|leaksgc'
}

check 'the exported symbols are those of src/exports.txt' same
check 'malloc is exported' malloc_is_there
check 'no function is called whose name a program may well have itself, nor one of libc that keeps addresses in malloc' no_common_names
check 'no symbol but leaksgc_* has a version' unversioned
check 'every leaksgc_* symbol has a version' versioned
check 'the library needs only the collector and the C library' needed
check 'the library cannot be unloaded' dynamic NODELETE
check 'its soname is libleaksgc.so.0' dynamic 'SONAME.*libleaksgc\.so\.0\]'
refuse 'it needs no relocation of its code' dynamic TEXTREL
check 'the tool is a program of its own, without the collector' no_wrapper
done_testing
