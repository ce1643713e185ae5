/* SPDX-License-Identifier: MIT
 * stop.h: stops every other thread of the process, records where each stands,
 * and lets them go on.
 *
 * Every task in /proc/self/task is asked by a real-time signal that the
 * program can neither block nor take (entry/signal.c); its handler notes the
 * interrupted registers and sleeps on a futex.  No registration is needed.
 */
#ifndef LGC_WORLD_STOP_H
#define LGC_WORLD_STOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lgc_thread;

enum { LGC_STOP_REGISTERS = 23 }; /* NGREG of x86-64                         */

/* One thread as it was interrupted (or, for the caller, as it asked). */
struct lgc_stopped {
    int tid;
    unsigned state;              /* LGC_STOP_...                             */
    uintptr_t sp;                /* of the interrupted code                  */
    uintptr_t tp;                /* its thread control block                 */
    uintptr_t alt_lo, alt_hi;    /* its alternate signal stack, or 0         */
    uintptr_t vector_lo, vector_hi; /* saved vector registers, or 0          */
    struct lgc_thread *thread;   /* registry entry, or NULL                  */
    uintptr_t registers[LGC_STOP_REGISTERS];
};

enum {
    LGC_STOP_ASKED = 1,
    LGC_STOP_STOPPED,  /* stands still in our handler                        */
    LGC_STOP_GONE,     /* has ended                                          */
    LGC_STOP_ASLEEP,   /* blocks all signals, in the kernel; only sp is known */
    LGC_STOP_SILENT    /* did not answer; nothing is known                   */
};

/* The signal; chosen by the build, reserved from the program. */
int lgc_stop_signal(void);
/* A second one that libgc wants and never uses. */
int lgc_stop_spare_signal(void);

/* Installs the handler; once. */
void lgc_stop_init(void);
/* This thread is the library's own: it stops like the others, but counts as
 * gone, nothing on it is the program's.  0: there is none. */
void lgc_stop_set_helper(int tid);
/* Called, in the handler, for a stop signal that comes while nothing is to be
 * stopped; gets the handler's ucontext.  NULL: nothing is. */
extern void (*lgc_stop_otherwise)(const void *ucontext);
/* Gives back both signals that libgc has taken; when no world is stopped. */
void lgc_stop_restore(void);

/* Stops all other threads, within timeout_ns; those that do not answer are
 * left as LGC_STOP_SILENT.  The caller holds every lock that it will need. */
void lgc_stop_world(uint64_t timeout_ns);
void lgc_stop_resume(void);

/* The process whose world was stopped last (the calling one, before any): not the calling one's in a copy of
 * it.  Its first thread has this as its tid. */
int lgc_stop_process(void);

/* The other threads, while the world is stopped. */
size_t lgc_stop_count(void);
const struct lgc_stopped *lgc_stop_at(size_t index);

/* Fills *out for the calling thread: what lies above `sp` is its live stack,
 * `registers` (6 that a call preserves, or NULL) are what the caller of the
 * code that checks may still hold in registers. */
void lgc_stop_here(struct lgc_stopped *out, uintptr_t sp, const uintptr_t *registers);

/* The same for code that was interrupted by a signal; its third argument. */
void lgc_stop_interrupted(struct lgc_stopped *out, const void *ucontext);

/* The stack pointer, with every register that a call preserves spilled above
 * it: for an exported function that is going to check. */
#define LGC_STOP_SPILL(sp) \
    (__builtin_unwind_init(), __extension__({ __asm__ volatile("mov %%rsp, %0" : "=r"(sp)); }))

#endif
