/* SPDX-License-Identifier: MIT
 * report_text_shape.c: the text report has LeakSanitizer's shape, on standard error, and says nothing when nothing leaked.
 *
 * run:
 *   raw-options
 *   args leak
 *   stderr-once ^==[0-9]+==ERROR: leaksgc: detected memory leaks$
 *   stderr-once ^Direct leak of 48 byte\(s\) in 3 object\(s\) allocated from: \[holds 7 byte\(s\) in 1 indirect object\(s\)\]$
 *   stderr-once ^Indirect leak of 7 byte\(s\) in 1 object\(s\) allocated from:$
 *   stderr ^    #[0-9]+ 0x[0-9a-f]+ in family .*report_text_shape\.c:[0-9]+
 *   stderr ^    #[0-9]+ 0x[0-9a-f]+ in main .*report_text_shape\.c:[0-9]+
 *   stderr-once ^SUMMARY: leaksgc: 55 byte\(s\) leaked in 4 allocation\(s\)\.$
 * run:
 *   raw-options
 *   args clean
 */
#include "case.h"

static NOINLINE void family(void)
{
    for (int i = 0; i < 3; i++) {
        void **p = malloc(16);
        p[0] = p[1] = NULL;
        KEEP(p);
        if (i == 1) {
            void *q = malloc(7);
            memset(q, 1, 7);
            p[1] = q;
        }
        KEEP(p);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "leak"))
        family();
    clear_stack();
    return 0;
}
