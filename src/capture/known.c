/* SPDX-License-Identifier: MIT
 * known.c: a table that grows with the stacks; one that is replaced by a larger
 * one is emptied but stays mapped, as readers may still be in it. */
#include "capture/known.h"

#include <sys/mman.h>

#include "base/lock.h"
#include "base/mem.h"
#include "capture/path.h"

enum { FIRST_BUCKETS = 32, SLOTS_PER_SITE = 4 };

AO_t lgc_known_table;

static unsigned turn;            /* of the slot that is evicted next         */

static size_t size_of(size_t buckets)
{
    return sizeof(struct lgc_known_table) + buckets * LGC_KNOWN_WAYS * sizeof(struct lgc_known_slot);
}

static void write_slot(struct lgc_known_slot *s, AO_t upper, AO_t rest)
{
    AO_store_full(&s->rest, 0);
    AO_store_release(&s->upper, upper);
    AO_store_release(&s->rest, rest);
}

/* Into its own slot, a free one, or the one whose turn it is. */
static void insert(struct lgc_known_table *t, AO_t upper, AO_t rest)
{
    struct lgc_known_slot *s;

    for (int way = 0; way < 2 * LGC_KNOWN_WAYS; way++) {
        AO_t there;

        s = (struct lgc_known_slot *)lgc_known_slot(t, lgc_known_bucket(t, upper), way);
        there = AO_load(&s->rest);
        if (there == 0 || (AO_load(&s->upper) == upper && there >> 32 == rest >> 32)) {
            t->used += there == 0;
            write_slot(s, upper, rest);
            return;
        }
    }
    s = (struct lgc_known_slot *)lgc_known_slot(t, lgc_known_bucket(t, upper), (int)(turn++ % LGC_KNOWN_WAYS));
    write_slot(s, upper, rest);
}

/* The table to insert into, or NULL: no memory. */
static struct lgc_known_table *room(size_t sites)
{
    struct lgc_known_table *t = (struct lgc_known_table *)AO_load(&lgc_known_table), *bigger;
    size_t buckets = t == NULL ? FIRST_BUCKETS : 2 * (t->mask + 1);

    if (t != NULL && (t->used < (t->mask + 1) * 2 || buckets * LGC_KNOWN_WAYS > sites * SLOTS_PER_SITE))
        return t;
    bigger = lgc_mem_map(size_of(buckets));
    if (bigger == NULL)
        return t;
    bigger->mask = buckets - 1;
    if (t != NULL) {
        for (struct lgc_known_slot *s = t->slot; s < &t->slot[buckets / 2 * LGC_KNOWN_WAYS]; s++)
            if (s->rest != 0)
                insert(bigger, s->upper, s->rest);
    }
    AO_store_release(&lgc_known_table, (AO_t)bigger);
    /* Its first page holds the mask, which readers need. */
    if (t != NULL && size_of(buckets / 2) > 4096)
        madvise((char *)t + 4096, size_of(buckets / 2) - 4096, MADV_DONTNEED);
    return bigger;
}

void lgc_known_put(lgc_digest d, uint32_t site, size_t sites)
{
    struct lgc_known_table *t;

    if (!lgc_digest_ready() || !lgc_lock_try(&lgc_site_lock))
        return;
    t = room(sites);
    if (t != NULL)
        insert(t, lgc_known_upper(d), (AO_t)lgc_known_next(d) << 32 | site);
    lgc_unlock(&lgc_site_lock);
}

void lgc_known_forget_all(void)
{
    struct lgc_known_table *t;

    lgc_lock(&lgc_site_lock);
    t = (struct lgc_known_table *)AO_load(&lgc_known_table);
    if (t != NULL) {
        for (struct lgc_known_slot *s = t->slot; s < &t->slot[(t->mask + 1) * LGC_KNOWN_WAYS]; s++)
            AO_store_full(&s->rest, 0);
        t->used = 0;
    }
    lgc_unlock(&lgc_site_lock);
}
