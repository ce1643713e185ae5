# SPDX-License-Identifier: MIT
# input.awk: writes a C source that keeps a compiler busy for a second or two (-v functions=N).
BEGIN {
    if (!functions)
        functions = 120
    print "#include <stdio.h>\n#include <string.h>"
    for (i = 0; i < functions; i++) {
        printf "struct s%d { int a, b[%d]; char *name; struct s%d *next; };\n", i, i % 9 + 1, i
        printf "static int f%d(struct s%d *s, int n)\n{\n    int sum = 0;\n", i, i
        printf "    for (int k = 0; k < n; k++) {\n        switch (k %% 7) {\n"
        for (c = 0; c < 7; c++)
            printf "        case %d: sum += s->b[k %% %d] * %d + (s->name ? (int)strlen(s->name) : k); break;\n", c, i % 9 + 1, c * i + 1
        printf "        }\n        if (sum > %d && s->next) s = s->next;\n    }\n    return sum ^ s->a;\n}\n", i * 1000
    }
    print "int main(int argc, char **argv)\n{\n    int sum = argc;"
    for (i = 0; i < functions; i++)
        printf "    { struct s%d s; memset(&s, argc, sizeof s); s.name = argv[0]; sum += f%d(&s, argc * %d); }\n", i, i, i + 3
    print "    return printf(\"%d\\n\", sum) < 0;\n}"
}
