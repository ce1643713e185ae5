#!/bin/sh
# SPDX-License-Identifier: MIT
# headers.t: every header compiles alone, as C11 and C23; the public ones also as C++ and strict C99.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"

compiles() {
    # CC and the flags are words on purpose.
    # shellcheck disable=SC2086
    printf '#include "%s"\n#include "%s"\n' "$1" "$1" | $2 -fsyntax-only -Wall -Wextra -Werror \
        -I"$srcdir/include" -I"$srcdir/src" $3 -
}

for header in $(cd "$srcdir/src" && find . -name '*.h' | sed 's,^\./,,' | LC_ALL=C sort); do
    check "$header as C11" compiles "$header" "$CC" '-x c -std=gnu11 -D_GNU_SOURCE='
    check "$header as C23" compiles "$header" "$CC" '-x c -std=gnu2x -D_GNU_SOURCE='
done
for header in $(cd "$srcdir/include" && find . -name '*.h' | sed 's,^\./,,' | LC_ALL=C sort); do
    check "$header as strict C99" compiles "$header" "$CC" '-x c -std=c99 -pedantic'
    check "$header as C23" compiles "$header" "$CC" '-x c -std=gnu2x'
    if $CXX --version >/dev/null 2>&1; then
        check "$header as C++" compiles "$header" "$CXX" '-x c++ -std=c++11 -pedantic'
    else
        skip "$header as C++" 'no C++ compiler'
    fi
done
done_testing
