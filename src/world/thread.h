/* SPDX-License-Identifier: MIT
 * thread.h: the registry: who allocates, under which name, and where each
 * thread's stack and thread control block lie.
 *
 * A thread registers itself at its first allocation, however it was created;
 * one that never allocates is met when the world is stopped.
 */
#ifndef LGC_WORLD_THREAD_H
#define LGC_WORLD_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/lock.h"

enum { LGC_THREAD_MAX = 65535, LGC_THREAD_TAG = 64 };

struct lgc_thread {
    uint16_t id;             /* 1 = the first; LGC_THREAD_MAX: all further   */
    bool alive;
    bool is_main;            /* its control block is not on its stack        */
    unsigned tid;
    uintptr_t stack_lo, stack_hi; /* 0: unknown                              */
    uintptr_t control;       /* its thread control block: its pthread_t      */
    char name[16];           /* as of registration or the last check         */
    char tag[LGC_THREAD_TAG];
    unsigned disabled;       /* depth of leaksgc_disable; only its own thread */
    bool ignored;            /* LEAKSGC_THREAD_IGNORE                        */
    bool left_behind;        /* alive in the parent when this process forked:
                                what it holds here is no leak of this one    */
};

extern LGC_HIDDEN struct lgc_lock lgc_thread_lock; /* rank THREAD                       */

/* The calling thread, registered if need be; never NULL.  Inside a guard. */
struct lgc_thread *lgc_thread_self(void);
/* The same, or NULL if it has not registered; for signal handlers. */
struct lgc_thread *lgc_thread_known(void);
/* The calling thread is about to end. */
void lgc_thread_end(void);

/* id 1..count; the entry stays valid for ever. */
unsigned lgc_thread_count(void);
struct lgc_thread *lgc_thread_at(unsigned id);

/* The thread control block of the calling thread, and the sizes around one:
 * static TLS below it, glibc's struct pthread from it on. */
uintptr_t lgc_thread_pointer(void);
size_t lgc_thread_tcb_size(void);
size_t lgc_thread_tls_size(void);

/* Threads that somebody may still join: the value they return is a root, the
 * rest of their stacks is none once they have ended. */
struct lgc_thread_joinable {
    pthread_t handle;
    uint32_t site, time;         /* who made it, when: the caller's own numbers */
    size_t stack;                /* bytes                                    */
    unsigned before;             /* lgc_thread_count() before it was made    */
    uint32_t ended_check;        /* the first check that saw it ended, or 0  */
    bool joining;                /* somebody waits for it                    */
};
void lgc_thread_joinable(const struct lgc_thread_joinable *made);
/* Somebody begins to wait for it, or has given up; it has been joined (since
 * which the handle may be another thread's: that one stays); it is about to be
 * detached. */
void lgc_thread_joining(pthread_t handle, bool begins);
void lgc_thread_joined(pthread_t handle);
void lgc_thread_detached(pthread_t handle);
void lgc_thread_each_joinable(void (*each)(uintptr_t tcb, void *arg), void *arg);

/* The threads that are known without the kernel's list of them: those that have
 * allocated, and those that somebody may join.  One may come twice, or have
 * ended.  The caller holds lgc_thread_lock, or the world stands still. */
void lgc_thread_each_tid(void (*each)(int tid, void *arg), void *arg);

/* Those that have ended and nobody waits for; `check` is noted as the one that
 * saw it first.  `thread` is its entry, NULL if it never allocated.  Holds
 * lgc_thread_lock around all calls. */
typedef void lgc_thread_ended_fn(const struct lgc_thread_joinable *ended,
                                 const struct lgc_thread *thread, void *arg);
void lgc_thread_each_ended(uint32_t check, lgc_thread_ended_fn *each, void *arg);

/* In the child of a fork: only the caller is left, the others that were alive
 * are left behind. */
void lgc_thread_fork_child(void);

#endif
