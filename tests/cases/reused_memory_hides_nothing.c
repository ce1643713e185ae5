/* SPDX-License-Identifier: MIT
 * reused_memory_hides_nothing.c: what memory held when it served objects of another size keeps nothing alive.
 *
 * run:
 *   direct 64 64000
 */
#include "case.h"

/* Nodes of less than 4 MB, which are not given back to the system, and others that take all there is. */
enum { NODES = 60000, NODE = 48, OTHERS = 200000, OTHER = 112, LOST = 64, WORDS = NODE / sizeof(void *) };

void *kept[OTHERS]; /* not static: the compiler must keep what is only written */

static NOINLINE void fill(void)
{
    void **lost[LOST];
    void ***node = malloc(NODES * sizeof *node);

    for (int i = 0; i < LOST; i++)
        CHECK((lost[i] = calloc(1, 1000)) != NULL);
    for (int i = 0; i < NODES; i++) {
        CHECK((node[i] = malloc(NODE)) != NULL);
        for (size_t w = 0; w < WORDS; w++)
            node[i][w] = lost[(size_t)i % LOST];
    }
    for (int i = 0; i < NODES; i++)
        free(node[i]);
    memset(node, 0, NODES * sizeof *node);
    free(node);
    memset(lost, 0, sizeof lost);
    KEEP(*lost);
}

int main(void)
{
    fill();
    for (int i = 0; i < OTHERS; i++)
        CHECK((kept[i] = malloc(OTHER)) != NULL);
    clear_stack();
    return 0;
}
