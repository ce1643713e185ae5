/* SPDX-License-Identifier: MIT
 * stale_freed_block_in_wide_graph.c: a freed block keeps nothing alive, also when a search has a hundred thousand blocks ahead of it at once.
 *
 * run: snapshot=stop
 *   direct 1 111
 * run: snapshot=fork
 *   direct 1 111
 */
#include "case.h"

enum { WIDE = 100000 };
static void **wide, **freed[1000];

static NOINLINE void build(void)
{
    wide = malloc(WIDE * sizeof *wide);
    CHECK(wide);
    for (int i = 0; i < WIDE; i++) {
        void **p = malloc(16);
        CHECK(p);
        p[0] = p[1] = wide;
        wide[i] = p;
    }
    for (int i = 0; i < 1000; i++) {
        freed[i] = malloc(32);
        CHECK(freed[i]);
    }
    void *lost = make(111);
    for (int i = 0; i < 1000; i++) {
        freed[i][0] = freed[i][1] = lost;
        free(freed[i]);
        freed[i] = NULL;
    }
    KEEP(lost);
}

int main(void)
{
    build();
    clear_stack();
    return 0;
}
