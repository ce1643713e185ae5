#!/bin/sh
# SPDX-License-Identifier: MIT
# gcc.t: the compiler, under the library, writes the same object file.
. "${srcdir=.}/tests/lib/world.sh"
need gcc awk
awk 'BEGIN {
    print "#include <stdio.h>\n#include <string.h>\n#include <stdlib.h>"
    for (i = 0; i < 100; i++) {
        printf "struct s%d { int a, b[%d]; char *name; struct s%d *next; };\n", i, i % 9 + 1, i
        printf "static int f%d(struct s%d *s, int n)\n{\n    int sum = 0;\n", i, i
        printf "    for (int k = 0; k < n; k++) {\n        switch (k %% 7) {\n"
        for (c = 0; c < 7; c++) printf "        case %d: sum += s->b[k %% %d] * %d + (s->name ? (int)strlen(s->name) : k); break;\n", c, i % 9 + 1, c * i + 1
        printf "        }\n        if (sum > %d && s->next) s = s->next;\n    }\n    return sum ^ s->a;\n}\n", i * 1000
    }
    print "int main(int argc, char **argv)\n{\n    int sum = argc;"
    for (i = 0; i < 100; i++) printf "    { struct s%d s; memset(&s, argc, sizeof s); s.name = argv[0]; s.next = &s; sum += f%d(&s, argc * %d); }\n", i, i, i + 3
    print "    return printf(\"%d\\n\", sum) < 0;\n}"
}' >"$scratch/input.c"
workload() {
    cp "$scratch/input.c" .
    "$@" gcc -O2 -g -fdebug-prefix-map="$PWD"=. -c input.c && cksum <input.o
    "$@" gcc -O1 -S -o - input.c | cksum
    "$@" gcc -o program input.o && ./program
    echo 'int x = ;' >wrong.c
    "$@" gcc -c wrong.c
    echo "status $?"
}
world gcc
finish
