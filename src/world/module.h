/* SPDX-License-Identifier: MIT
 * module.h: the loaded objects, now and earlier, read at safe moments.
 *
 * Asking the loader takes its lock, which a stopped thread may hold: so the
 * list is refreshed before a stop, and around dlclose, and only read after.
 */
#ifndef LGC_WORLD_MODULE_H
#define LGC_WORLD_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/lock.h"

enum { LGC_MODULE_SEGMENTS = 6 };
#define LGC_MODULE_LOADED UINT32_MAX

struct lgc_loaded {
    uintptr_t start, end, bias;
    const char *path;            /* absolute; "[vdso]"                       */
    char build_id[65];           /* hex, or empty                            */
    uint32_t since, until;       /* generations; until LOADED: still there   */
    bool ours;                   /* this library or libgc: its data is no root */
    unsigned nsegments;          /* writable ones                            */
    struct { uintptr_t lo, hi; } segment[LGC_MODULE_SEGMENTS];
};

/* Rank MODULE. */
extern LGC_HIDDEN struct lgc_lock lgc_module_lock;

/* Asks the loader; takes its lock, so: no other lock of ours is held, the
 * world runs.  Returns the generation, which changes when objects do. */
uint32_t lgc_module_refresh(void);
uint32_t lgc_module_generation(void);

/* True if an object is missing from the list, for lack of memory. */
bool lgc_module_incomplete(void);

/* Modules 0..count-1; entries never move or vanish. */
size_t lgc_module_count(void);
const struct lgc_loaded *lgc_module_at(size_t index);

/* The module that held pc at that generation; -1: none. */
long lgc_module_find(uintptr_t pc, uint32_t generation);

/* Where the dynamic loader and this library lie; known from the first refresh
 * on. */
extern LGC_HIDDEN struct lgc_module_range { uintptr_t lo, hi; } lgc_module_loader, lgc_module_ours;

/* True if pc lies in the dynamic loader, or in this library. */
LGC_INLINE bool lgc_module_is_loader(uintptr_t pc)
{
    return pc - lgc_module_loader.lo < lgc_module_loader.hi - lgc_module_loader.lo;
}

LGC_INLINE bool lgc_module_is_ours(uintptr_t pc)
{
    return pc - lgc_module_ours.lo < lgc_module_ours.hi - lgc_module_ours.lo;
}

/* Whether an object other than this library needs libgc: then its collector
 * is not ours to steer.  Needs only the loader. */
bool lgc_module_foreign_gc(const char **path);

#endif
