#!/bin/sh
# SPDX-License-Identifier: MIT
# install.t: an installation into a DESTDIR works, and uninstall takes all of it away.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"
cd "$builddir" || exit 99

make_in() {
    # The outer make's flags (jobs, targets) are not for this one.
    env -u MAKEFLAGS -u MAKELEVEL "$MAKE" -s --no-print-directory DESTDIR="$tmp/root" "$@"
}
files() {
    find "$tmp/root" ! -type d
}
installed() {
    files | grep "$1\$"
}
emptied() {
    files
    [ -z "$(files)" ]
}

check 'make install' make_in install
for file in bin/leaksgc lib/libleaksgc.so.0.0.0 include/leaksgc.h pkgconfig/leaksgc.pc man1/leaksgc.1 man3/libleaksgc.3 \
    bash-completion/completions/leaksgc; do
    check "$file is installed" installed "/$file"
done
check 'make installcheck' make_in installcheck
check 'make uninstall' make_in uninstall
check 'no file is left' emptied
done_testing
