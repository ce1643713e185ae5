#!/bin/sh
# SPDX-License-Identifier: MIT
# quickstart.t: quickstart names and installs what is missing, once, and nothing else.
. "${srcdir=$(dirname "$0")/../..}/tests/shape/tap.sh"

# A machine that has every command but two, and no library.
mkdir "$tmp/bin"
for command in sh env id cat awk grep sed printf dirname nproc tee chmod rm mkdir tail; do
    ln -s "$(command -v $command)" "$tmp/bin/"
done
for command in cc c++ make autoreconf automake libtoolize nm python3 git perl sqlite3 redis-server redis-cli wrk strace gdb groff chromium; do
    ln -s /bin/true "$tmp/bin/$command"
done
# pkg-config --exists MODULE: all but one.
cat >"$tmp/bin/pkg-config" <<'FAKE'
#!/bin/sh
[ "$2" != bdw-gc ]
FAKE
# apt-get tells what it was asked, and provides it.
cat >"$tmp/bin/apt-get" <<FAKE
#!/bin/sh
echo "\$*" >>"$tmp/asked"
case "\$*" in
*install*)
    [ -x "$tmp/policy" ] && echo guarded >>"$tmp/asked"
    printf '#!/bin/sh\n' >"$tmp/bin/pkg-config"
    for command in lua5.4 nginx; do
        printf '#!/bin/sh\n' >"$tmp/bin/\$command"
        chmod 755 "$tmp/bin/\$command"
    done ;;
esac
FAKE
printf '#!/bin/sh\nexec "$@"\n' >"$tmp/bin/sudo"
chmod 755 "$tmp/bin/pkg-config" "$tmp/bin/apt-get" "$tmp/bin/sudo"

# The system's own /usr/sbin stays behind our PATH: nginx may be there.
quickstart() {
    PATH=$tmp/bin policy=$tmp/policy "$srcdir/quickstart" "$@" 2>&1
}
says() {
    expected=$1
    shift
    quickstart "$@" >"$tmp/said"
    sed 's/ nginx-light//' "$tmp/said" >"$tmp/said.rest"
    echo "$expected" | diff -u - "$tmp/said.rest"
}
asked() {
    sed 's/ nginx-light//' "$tmp/asked" >"$tmp/asked.rest"
    diff -u - "$tmp/asked.rest" <<'EXPECTED'
-q update
-q install -y --no-install-recommends libgc-dev lua5.4
guarded
EXPECTED
}
usage() {
    quickstart "$@"
    [ $? = 2 ]
}

check 'what a build needs and is missing is named' says 'libgc-dev' print-missing
check 'what the tests need and is missing is named' says 'libgc-dev lua5.4' print-missing check
quickstart install check >"$tmp/out"
check 'it is installed at once, and no service starts' asked
check 'the user is told' grep -q "installing from Debian's packages: libgc-dev" "$tmp/out"
check 'the guard against services is gone' test ! -e "$tmp/policy"
rm "$tmp/asked"
quickstart install check >"$tmp/out"
check 'a second time nothing is asked for' test ! -e "$tmp/asked"
printf '#!/bin/sh\n[ "$2" != bdw-gc ]\n' >"$tmp/bin/pkg-config"
rm "$tmp/bin/apt-get"
check 'without apt-get it names the packages and goes on' says "quickstart: missing, as Debian names it: libgc-dev
quickstart: no apt-get here: going on with what there is" install
check 'no command is a usage error' usage
check 'an unknown command is a usage error' usage frobnicate
check 'an unknown purpose is a usage error' usage print-missing frobnicate
named() {
    quickstart print-missing bench >"$tmp/said"
    for package in libgc-dev heaptrack valgrind; do
        grep -q "\\b$package\\b" "$tmp/said" || return 1
    done
}
check 'what the benchmarks need besides is named' named
done_testing
