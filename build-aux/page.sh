#!/bin/sh
# SPDX-License-Identifier: MIT
# page.sh: page.html, page.css and page.js -> a C header with the parts of the HTML report.
#
# usage: page.sh FOLDER >page.h
# The page permits its own style and script alone, by their SHA-256: those of
# the very bytes between the tags.
set -eu
LC_ALL=C
export LC_ALL
folder=$1
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

# Without the licence line; a line break at both ends, as the page has it.
body() {
    echo
    sed 1d "$1"
}
# The SHA-256 as base64; printf knows octal only.
hash() {
    octal=$(sha256sum "$1" | cut -c1-64 | awk '{
        for (i = 1; i < 64; i += 2) {
            high = index("0123456789abcdef", substr($0, i, 1)) - 1
            low = index("0123456789abcdef", substr($0, i + 1, 1)) - 1
            printf "\\%03o", 16 * high + low
        }
    }')
    # shellcheck disable=SC2059
    printf "$octal" | base64
}
body "$folder/page.css" >"$temporary/css"
body "$folder/page.js" >"$temporary/js"
css=$(hash "$temporary/css")
js=$(hash "$temporary/js")
[ ${#css} = 44 ] && [ ${#js} = 44 ]
sed -e 1d -e "s|@CSS_HASH@|$css|" -e "s|@JS_HASH@|$js|" "$folder/page.html" >"$temporary/html"

# Lines of C: a string each.
quote() {
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n"/'
}
part() {
    echo "static const char page_$1[] ="
    awk -v part="$2" '
        /^@(TITLE|REPORT)@$/ { n++; next }
        n == part' "$temporary/html" | while IFS= read -r line; do
        case $line in
        @CSS@) sed 1d "$temporary/css" ;;
        @JS@) sed 1d "$temporary/js" ;;
        *) printf '%s\n' "$line" ;;
        esac
    done | quote
    echo '    "";'
}
echo '/* Made by build-aux/page.sh. */'
part head 0
part body 1
part end 2
