/* SPDX-License-Identifier: MIT
 * root.h: which memory is searched for pointers, in a stopped world.
 *
 *  kind          range                                                option
 *  globals       writable segments of every loaded object but ours    use_globals
 *                what the loader itself allocated before malloc
 *  stacks        [sp - red zone, top) of every thread; a thread on    use_stacks
 *                another stack than its own: all of its own as well
 *  registers     general and vector registers as interrupted          use_registers
 *  TLS           static TLS and struct pthread of every thread, and   use_tls
 *                the vector (dtv) that leads to dynamic TLS
 *  mappings      private writable ones that the program made          use_mmap
 *  root regions  registered by the program                            use_root_regions
 *
 * Everything is clipped to what /proc/self/maps says is readable, and what
 * belongs to us or to libgc is cut out.
 */
#ifndef LGC_WORLD_ROOT_H
#define LGC_WORLD_ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lgc_stopped;

struct lgc_root_kinds {
    bool globals, stacks, registers, tls, mappings, regions;
};

/* Notes what the loader has allocated so far; by the first thread, before
 * libgc and the program map anything, and after lgc_module_refresh. */
void lgc_root_learn_loader(void);

/* Collects the root ranges; the world is stopped, `self` describes the calling
 * thread.  False: no memory for the list (then it is incomplete). */
bool lgc_root_collect(const struct lgc_root_kinds *kinds, const struct lgc_stopped *self);
/* The last one could not read the list of mappings (no /proc, no free
 * descriptor): pages were tried instead.  Complete, but for memory that the
 * loader took before lgc_root_learn_loader, if that could not read it either. */
bool lgc_root_tried(void);

enum lgc_root_kind {
    LGC_ROOT_GLOBAL, LGC_ROOT_STACK, LGC_ROOT_REGISTER, LGC_ROOT_VECTOR, LGC_ROOT_TLS,
    LGC_ROOT_MAPPING, LGC_ROOT_REGION, LGC_ROOT_LOADER
};

struct lgc_root {
    uintptr_t lo, hi;
    enum lgc_root_kind kind;     /* what it is, for whoever explains         */
    int tid;                     /* of whose stack, registers, TLS; or 0     */
};

/* What the last collect found; valid until the next. */
size_t lgc_root_count(void);
const struct lgc_root *lgc_root_at(size_t index);

#endif
