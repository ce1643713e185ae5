/* SPDX-License-Identifier: MIT
 * ten_million_objects.c: of a tree of ten million objects in random places a check finds what is cut off, all of it and nothing else.
 *
 * run: snapshot=fork:markers=4:check_at_exit=0
 *   no-report
 */
#include "case.h"
#include "api.h"

enum { NODES = 10000000, CUT = 100 };
static uintptr_t *hidden;

static NOINLINE void build(void ***head)
{
    uint64_t seed = 7;
    CHECK((hidden = malloc(NODES * sizeof *hidden)) != NULL);
    for (int i = 0; i < NODES; i++)
        hidden[i] = HIDE(make(16));
    for (int i = NODES - 1; i > 0; i--) {
        int k;
        uintptr_t other;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        k = (int)((seed >> 33) % (unsigned)(i + 1));
        other = hidden[i];
        hidden[i] = hidden[k];
        hidden[k] = other;
    }
    for (int i = 1; i < NODES; i++)
        ((void **)REVEAL(hidden[(i - 1) / 2]))[(i - 1) % 2] = REVEAL(hidden[i]);
    *head = REVEAL(hidden[0]);
}

/* Level by level. */
static uint64_t nodes_below(uint64_t first)
{
    uint64_t n = 0;
    for (uint64_t width = 1; first < NODES; first = 2 * first + 1, width *= 2)
        n += first + width < NODES ? width : NODES - first;
    return n;
}

static void **head;

int main(void)
{
    struct leaksgc_result r;
    NEED(leaksgc_check);
    build(&head);
    clear_stack();
    r = check_now();
    CHECK(r.direct.objects == 0 && r.indirect.objects == 0 && r.possible.objects == 0);
    CHECK(r.reachable.objects >= NODES);
    ((void **)REVEAL(hidden[(CUT - 1) / 2]))[(CUT - 1) % 2] = NULL;
    clear_stack();
    r = check_now();
    CHECK(r.direct.objects == 1 && r.indirect.objects == nodes_below(CUT) - 1);
    CHECK(r.reachable.objects >= NODES - nodes_below(CUT));
    return 0;
}
