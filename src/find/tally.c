/* SPDX-License-Identifier: MIT
 * tally.c: one walk over the records; each member counts by itself. */
#include "find/tally.h"

#include <atomic_ops.h>
#include <string.h>

#include "base/mem.h"
#include "find/crew.h"
#include "find/field.h"
#include "find/pace.h"
#include "find/reach.h"

enum { BLOCKS = 512 };

static struct count {
    struct lgc_amount live, total[LGC_KIND_COUNT];
    struct lgc_amount *by_site;  /* member 0: the scan's own                 */
} LGC_ALIGNED(64) count[LGC_CREW_MAX];

static AO_t next_block;
static size_t sites;

static void add(struct lgc_amount *to, const struct lgc_amount *more)
{
    to->bytes += more->bytes;
    to->objects += more->objects;
}

static void add_object(struct count *c, const struct lgc_block *b, unsigned slot, bool reached,
                       bool exactly)
{
    unsigned info = *lgc_block_info(b, slot);
    const struct lgc_origin *origin = lgc_block_origin(b, slot);
    struct lgc_amount one = { 0, 1 };

    if ((info & LGC_INFO_STATE) != LGC_INFO_USED || (info & LGC_INFO_INTERNAL) != 0)
        return;
    one.bytes = lgc_block_requested(b, slot);
    add(&c->live, &one);
    if (!reached)
        return; /* its entry tells */
    add(&c->total[exactly ? LGC_KIND_REACHABLE : LGC_KIND_POSSIBLE], &one);
    if (origin != NULL && origin->site < sites && c->by_site != NULL)
        add(&c->by_site[origin->site], &one);
}

static void add_block(struct count *c, const struct lgc_block *b, size_t word)
{
    for (unsigned first = 0; first < b->count; first += 64, word++) {
        unsigned n = b->count - first < 64 ? b->count - first : 64;
        uint64_t reached = lgc_reach_word(word), exact = lgc_reach_exact_word(word);

        for (unsigned i = 0; i < n; i++)
            add_object(c, b, first + i, (reached >> i & 1) != 0, (exact >> i & 1) != 0);
    }
}

static void walk(unsigned member, void *unused)
{
    size_t i;

    (void)unused;
    while ((i = AO_fetch_and_add(&next_block, BLOCKS)) < lgc_field.blocks) {
        for (size_t end = i + BLOCKS; i < end && i < lgc_field.blocks; i++)
            add_block(&count[member], lgc_field.block[i], lgc_field.word[i]);
        lgc_pace(member);
    }
}

/* Members without a table of their own would have to leave sites out. */
static unsigned give_tables(struct lgc_scan *scan, unsigned members)
{
    unsigned n = 1;

    memset(count, 0, sizeof count);
    sites = scan->sites;
    count[0].by_site = scan->by_site;
    for (; n < members && n < LGC_CREW_MAX; n++)
        if (sites > 0 && (count[n].by_site = lgc_mem_map(sites * sizeof *count[n].by_site)) == NULL)
            break;
    return n;
}

void lgc_tally_run(struct lgc_scan *scan, unsigned markers)
{
    unsigned n = give_tables(scan, markers);

    next_block = 0;
    lgc_crew_run(n, walk, NULL);
    for (unsigned i = 0; i < n; i++) {
        add(&scan->live, &count[i].live);
        for (int kind = 0; kind < LGC_KIND_COUNT; kind++)
            add(&scan->total[kind], &count[i].total[kind]);
        for (size_t s = 0; i > 0 && s < sites; s++)
            add(&scan->by_site[s], &count[i].by_site[s]);
        if (i > 0)
            lgc_mem_unmap(count[i].by_site, sites * sizeof *count[i].by_site);
    }
}
