/* SPDX-License-Identifier: MIT
 * gcheap.h: the Boehm collector as we use it: a source of blocks and a marker.
 *
 * Threads of the program are never registered with libgc: we stop the world
 * ourselves and hand every root to the marker (world/root.h).  So libgc sees
 * one thread, the one that checks, on a small stack of its own.
 */
#ifndef LGC_HEAP_GCHEAP_H
#define LGC_HEAP_GCHEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LGC_GCHEAP_PAGE = 4096 }; /* libgc's block of equal objects           */

/* Starts libgc; once, before everything else here.  libgc installs its stop
 * and restart handlers on these two signals although it never needs them. */
void lgc_gcheap_init(int stop_signal, int restart_signal);

/* Makes libgc's mark stack larger than the 4096 entries that it starts with:
 * when that is full, all that is marked is searched anew, for each doubling.
 * The pages are touched only when they are needed.  Once, before the first
 * object, where leaks are looked for; without memory it stays as it is. */
void lgc_gcheap_deepen(void);

/* Objects of exactly `size` bytes (a multiple of 16 below 2048), uncleared,
 * linked through their first word; NULL if there is no memory.  All of them
 * count as allocated for libgc from now on. */
void *lgc_gcheap_many(size_t size);

/* One object of at least `size` bytes on pages of its own, uncleared. */
void *lgc_gcheap_large(size_t size);
/* The same, in which libgc looks for no pointers. */
void *lgc_gcheap_opaque(size_t size);
void lgc_gcheap_free(void *object);

/* The start of the object around p, or NULL; needs no lock in a stopped world. */
void *lgc_gcheap_base(const void *p);
size_t lgc_gcheap_size(const void *object);

/* True while what libgc asks of the system is for its heap, not for its tables. */
bool lgc_gcheap_grows(void);

/* Asked before the heap grows for so many bytes in a row, for what can be given
 * back to it instead; true: there was something.  Set once. */
extern bool (*lgc_gcheap_spare)(size_t bytes);

/* Bytes libgc holds from the system; no lock. */
size_t lgc_gcheap_held(void);
/* The same, and those of them in no object. */
void lgc_gcheap_footprint(uint64_t *held, uint64_t *unused);
/* Bytes that libgc has from the system, its tables included; no lock. */
size_t lgc_gcheap_obtained(void);

/* Gives whole pages of free memory back to the system, and counts them; and
 * the bytes so far. */
void lgc_gcheap_return(void *p, size_t bytes);
uint64_t lgc_gcheap_returned(void);

/* Runs work(arg) while no other thread is inside libgc. */
void lgc_gcheap_locked(void (*work)(void *arg), void *arg);

/* One mark phase; the world is stopped.  The hooks run in this order:
 *
 *   start  must set the mark of every object there is.  libgc scans its own
 *          frames and registers next, full of its own addresses: with
 *          everything marked that reaches nothing.
 *   roots  clears the mark of what is to be found by tracing, and pushes the
 *          roots.  What it leaves marked is neither reached nor traced.
 *   done   asks is_marked, and must leave every object marked that is to live
 *          on: libgc reclaims the others.
 *
 * Nothing that looked like a pointer meanwhile keeps later objects from a page.
 * For that, start may be called again, and nothing else, once the others are done. */
struct lgc_gcheap_hooks {
    void (*start)(void *arg);
    void (*roots)(void *arg);
    void (*done)(void *arg);
    void *arg;
};
void lgc_gcheap_mark(const struct lgc_gcheap_hooks *hooks);

/* The same while the world runs and nobody else is in libgc: what has no mark in
 * the end is reclaimed, and blocks without any mark are free for all sizes. */
void lgc_gcheap_sweep(const struct lgc_gcheap_hooks *hooks);

void lgc_gcheap_set_mark(const void *object);
void lgc_gcheap_clear_mark(const void *object);
bool lgc_gcheap_is_marked(const void *object);
/* [lo, hi) is searched for pointers; only from the roots hook. */
void lgc_gcheap_push(uintptr_t lo, uintptr_t hi);

/* Around fork, by the forking thread: enter before our locks are taken (it may
 * ask for memory), lock after them (whoever is in libgc holds one of them);
 * then parent or child; leave when our locks are released. */
void lgc_gcheap_fork_enter(void);
void lgc_gcheap_fork_lock(void);
void lgc_gcheap_fork_parent(void);
void lgc_gcheap_fork_child(void);
void lgc_gcheap_fork_leave(void);

#endif
