/* SPDX-License-Identifier: MIT
 * parcel.c: copies results in and out. */
#include "find/parcel.h"

#include <atomic_ops.h>
#include <string.h>

#include "base/mem.h"
#include "find/child.h"

struct lgc_parcel {
    size_t size, room;       /* bytes; entries                               */
    AO_t done;               /* written last                                 */
    uint64_t child_bytes;
    struct lgc_scan scan;    /* but for its pointers                         */
    struct lgc_entry entry[];
};

struct lgc_parcel *lgc_parcel_new(size_t entries)
{
    size_t size = sizeof(struct lgc_parcel) + entries * sizeof(struct lgc_entry);
    struct lgc_parcel *p = lgc_mem_map_shared(size);

    if (p != NULL) {
        p->size = size;
        p->room = entries;
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
    memcpy(p->entry, scan->entry, p->scan.count * sizeof *p->entry);
    p->child_bytes = lgc_child_bytes();
    AO_store_release(&p->done, 1);
}

bool lgc_parcel_take(const struct lgc_parcel *p, struct lgc_scan *scan, uint64_t *child_bytes)
{
    size_t bytes = p->scan.count * sizeof *p->entry;

    if (!AO_load_acquire(&p->done))
        return false;
    scan->live = p->scan.live;
    memcpy(scan->total, p->scan.total, sizeof scan->total);
    scan->complete = p->scan.complete;
    scan->count = scan->capacity = 0;
    scan->entry = bytes > 0 ? lgc_mem_map(bytes) : NULL;
    if (scan->entry != NULL) {
        memcpy(scan->entry, p->entry, bytes);
        scan->count = scan->capacity = p->scan.count;
    } else if (bytes > 0) {
        scan->complete = false;
    }
    *child_bytes = p->child_bytes;
    return true;
}
