#!/bin/sh
# SPDX-License-Identifier: MIT
# build_case.sh: builds one case program as the comment at the top of its source says.
# Usage: build_case.sh COMPILER SOURCE OUTPUT [INCLUDE_DIRECTORY...]
# Always -O2 without frame pointers, whatever CFLAGS are: that is what stacks
# must be right for.  Output beside OUTPUT: one NAME.so per `plugin: NAME`.
set -eu
compiler=$1 source=$2 output=$3
shift 3
includes=
for d in "$@"; do includes="$includes -I$d"; done
mkdir -p "${output%/*}"
base=${output%.case}
lines=$(sed -n 's/^ \* \(build\|plugin\|after\): */\1 /p; /\*\//q' "$source")
flags='-O2 -g -fomit-frame-pointer -fno-builtin -Wall -Wextra -pthread'
case $source in
*.cc) flags="$flags -std=gnu++17" ;;
*) flags="$flags -std=gnu11" ;;
esac
own=$(printf '%s\n' "$lines" | sed -n 's/^build //p')
srcdir=${source%/*}
# Words of `build:` and `plugin:` are flags, so they are split on purpose.
# shellcheck disable=SC2086
{
    printf '%s\n' "$lines" | sed -n 's/^plugin //p' | while read -r name more; do
        $compiler $flags $includes -I"$srcdir" -DPLUGIN -DPLUGIN_"$name" -shared -fPIC -o "$base.$name.so" "$source" $more
    done
    own=$(printf '%s' "$own" | sed "s|@srcdir@|$srcdir|g")
    $compiler $flags $includes -I"$srcdir" -o "$output" "$source" $own
}
printf '%s\n' "$lines" | sed -n 's/^after //p' | while read -r command; do
    (cd "${output%/*}" && case=${output##*/} && base=${base##*/} && export case base && eval "$command")
done
