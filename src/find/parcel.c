/* SPDX-License-Identifier: MIT
 * parcel.c: copies results in and out. */
#include "find/parcel.h"

#include <atomic_ops.h>
#include <string.h>

#include "base/mem.h"
#include "find/child.h"

struct lgc_parcel {
    size_t size, room;       /* bytes; entries                               */
    size_t site_room;
    AO_t done;               /* written last                                 */
    uint64_t child_bytes;
    struct lgc_scan scan;    /* but for its pointers                         */
    struct lgc_amount site[]; /* and behind them the entries                 */
};

static struct lgc_entry *entries(struct lgc_parcel *p)
{
    return (struct lgc_entry *)(p->site + p->site_room);
}

struct lgc_parcel *lgc_parcel_new(size_t room, size_t sites)
{
    size_t size = sizeof(struct lgc_parcel) + sites * sizeof(struct lgc_amount) +
                  room * sizeof(struct lgc_entry);
    struct lgc_parcel *p = lgc_mem_map_shared(size);

    if (p != NULL) {
        p->size = size;
        p->room = room;
        p->site_room = sites;
    }
    return p;
}

void lgc_parcel_free(struct lgc_parcel *p)
{
    if (p != NULL)
        lgc_mem_unmap(p, p->size);
}

void lgc_parcel_put(struct lgc_parcel *p, const struct lgc_scan *scan)
{
    p->scan = *scan;
    if (p->scan.count > p->room) {
        p->scan.count = p->room;
        p->scan.complete = false;
    }
    if (p->scan.count > 0)
        memcpy(entries(p), scan->entry, p->scan.count * sizeof *scan->entry);
    p->scan.sites = scan->sites < p->site_room ? scan->sites : p->site_room;
    if (p->scan.sites > 0)
        memcpy(p->site, scan->by_site, p->scan.sites * sizeof *p->site);
    p->child_bytes = lgc_child_bytes();
    AO_store_release(&p->done, 1);
}

/* A copy of n elements, or NULL: there are none, or there is no memory. */
static void *copy(const void *from, size_t n, size_t element)
{
    void *to = n > 0 ? lgc_mem_map(n * element) : NULL;

    if (to != NULL)
        memcpy(to, from, n * element);
    return to;
}

bool lgc_parcel_take(struct lgc_parcel *p, struct lgc_scan *scan, uint64_t *child_bytes)
{
    if (!AO_load_acquire(&p->done))
        return false;
    scan->live = p->scan.live;
    memcpy(scan->total, p->scan.total, sizeof scan->total);
    scan->complete = p->scan.complete;
    scan->tried = p->scan.tried;
    scan->compared = p->scan.compared;
    scan->differ = p->scan.differ;
    scan->differs = p->scan.differs;
    scan->lookups = p->scan.lookups;
    scan->entry = copy(entries(p), p->scan.count, sizeof *scan->entry);
    scan->count = scan->capacity = scan->entry != NULL ? p->scan.count : 0;
    if (scan->count != p->scan.count)
        scan->complete = false;
    scan->by_site = copy(p->site, p->scan.sites, sizeof *scan->by_site);
    scan->sites = scan->by_site != NULL ? p->scan.sites : 0;
    *child_bytes = p->child_bytes;
    return true;
}
