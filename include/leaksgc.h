/* SPDX-License-Identifier: MIT
 * leaksgc.h: the public C API of libleaksgc, the leak-finding malloc.
 *
 * Every function may be called from any thread and from constructors and
 * destructors.  None may be called from inside malloc or from a signal
 * handler unless its comment says so.  Where leak finding is off (GC_FIND_LEAK
 * unset) all of them but leaksgc_encode are harmless: they do nothing, and
 * those that return an int return -1 with errno ENOTSUP.
 */
#ifndef LEAKSGC_H
#define LEAKSGC_H

#include <stddef.h>
#include <stdint.h>

#define LEAKSGC_VERSION "0.1.0"

#ifdef __cplusplus
extern "C" {
#endif

/* Why a block counts as lost. */
enum leaksgc_kind {
    LEAKSGC_DIRECT,    /* no reachable or lost block points to it           */
    LEAKSGC_INDIRECT,  /* only other lost blocks point to it                */
    LEAKSGC_POSSIBLE,  /* reached only through pointers into its inside     */
    LEAKSGC_REACHABLE  /* not lost                                          */
};

/* The call stack of one allocation, innermost frame first: complete, but for
 * what the options malloc_context_size, max_sites and fold_recursion leave out. */
struct leaksgc_stack {
    uint32_t id;               /* equal stacks have equal ids in one process */
    uint32_t depth;            /* number of entries in pc                    */
    const void *const *pc;     /* return addresses; never freed.  The first
                                  may be one of <leaksgc/leak_detector.h> */
};

/* One lost object, or (from a grouped listing) one site's lost objects. */
struct leaksgc_leak {
    const void *obj;                   /* the object; the first of a group   */
    const struct leaksgc_stack *stack; /* who allocated it                   */
    size_t size;                       /* bytes as requested; sum of a group */
    int64_t time_ns;                   /* allocation time, Unix epoch, ns    */
    enum leaksgc_kind kind;
    uint32_t thread;                   /* small id, 1 = the first thread     */
    uint64_t count;                    /* objects: 1, or those of the group  */
    uint32_t last_reachable_check;     /* 0 = was never seen reachable       */
    uint32_t found_check;              /* the first check that missed it     */
};

/* The heap at one moment.  Bytes are as the program requested them. */
struct leaksgc_heap {
    int64_t time_ns;          /* Unix epoch                                  */
    uint64_t process_bytes;   /* resident set of the process                 */
    uint64_t allocated_bytes; /* ever allocated                              */
    uint64_t freed_bytes;     /* ever freed                                  */
    uint64_t live_bytes;      /* allocated and not freed                     */
    uint64_t unused_bytes;    /* held from the system, in no live block      */
    uint64_t largest_bytes;   /* the largest single allocation so far        */
};

struct leaksgc_amount { uint64_t bytes, objects; };

/* What the checks of this process have found so far. */
struct leaksgc_result {
    uint32_t num_threads;          /* stopped by the last check              */
    uint32_t checks;               /* done so far                            */
    struct leaksgc_heap before, after; /* the last check                     */
    uint64_t pause_ns, duration_ns;    /* the last check                     */
    uint64_t heap_objects;         /* live                                   */
    struct leaksgc_amount direct, indirect, possible, reachable;
    uint64_t evicted;              /* entries a full table had to give up    */
    struct leaksgc_amount fresh;   /* lost, and not at the check before      */
    uint32_t on_copy;              /* 1: the last check worked on a copy of
                                      the process, 0: in place               */
    uint32_t suspects;             /* sites that grow in every check         */
    uint32_t unjoined_threads;     /* ended, neither joined nor detached     */
    struct leaksgc_amount reclaimed;   /* freed so far, as lost              */
    struct leaksgc_amount false_leaks; /* called lost so far, and in use     */
    /* As in Go's runtime.MemStats; after the last check.  A realloc counts as
     * an allocation and a free. */
    uint64_t alloc;                /* bytes, requested, live                 */
    uint64_t total_alloc;          /* bytes, requested, ever allocated       */
    uint64_t sys;                  /* bytes of addresses that the library has
                                      from the system: the heap, and tables of
                                      its own, most of them never touched    */
    uint64_t lookups;              /* words of roots and blocks, in all checks,
                                      that pointed near the heap and
                                      were looked up there                   */
    uint64_t mallocs, frees;       /* objects ever allocated, ever freed     */
    uint64_t heap_alloc;           /* bytes of the heap in live objects: alloc */
    uint64_t heap_sys;             /* bytes of the heap, all in all: the sum
                                      of the next two                        */
    uint64_t heap_idle;            /* bytes in blocks without any object     */
    uint64_t heap_inuse;           /* bytes in blocks with live objects, or
                                      with some that a thread keeps for reuse */
    uint64_t heap_released;        /* bytes given back to the system, all in
                                      all: what is used again meanwhile is
                                      not subtracted                         */
};

/* One check now.  Stops the world until a copy of the process is made or, for
 * small heaps and where there can be none, until it is done.  With `out` the result is
 * stored there and nothing is printed; with NULL the leaks, if any, are
 * reported where reports go (option log_path).
 * Returns 1 if something is lost, 0 if nothing is, -1 with errno. */
int leaksgc_check(struct leaksgc_result *out);

/* Called once for each finding of the last check; a non-zero return ends the
 * iteration and is returned by leaksgc_leaks.  `leak` is valid during the call
 * only, its stack for ever.  The callback may allocate and free. */
typedef int leaksgc_leak_fn(const struct leaksgc_leak *leak, void *arg);
int leaksgc_leaks(leaksgc_leak_fn *each, void *arg);

/* Writes a heap dump (leaksgc-dump(5)): every object with its stack, and every
 * pointer between objects and from roots.  `path` appears when it is complete;
 * what was there before is replaced.  The program stands still for a
 * moment only: a copy of it is what is walked (option snapshot).
 * Returns 0, or -1 with errno. */
int leaksgc_dump(const char *path);
/* `count` checks (0: until the process ends), one every `interval_ms`
 * milliseconds, by a thread of the library; each writes a line to where
 * reports go, the last one the report.  In place of an earlier schedule.
 * Returns 0 at once, or -1 with errno (EINVAL: an interval of 0). */
int leaksgc_gc(unsigned count, unsigned interval_ms);

/* What was given back, and what was not. */
struct leaksgc_reclaimed {
    struct leaksgc_amount freed;
    struct leaksgc_amount quarantined;  /* is being watched                  */
    struct leaksgc_amount false_leaks;  /* turned out to be in use           */
};

/* Two checks, and then what both found lost is freed (with reclaim=quarantine:
 * goes into quarantine), if it is older than the option min_age and of the
 * sites that reclaim_sites names.  What is done is reported where reports go.
 * A pointer that the program has disguised (as a difference, compressed, in a
 * file) is not seen: what it leads to would be freed.
 * `out` may be NULL.  Returns 0, or -1 with errno. */
int leaksgc_optimize(struct leaksgc_reclaimed *out);

/* The heap's numbers now; takes no lock that an allocation holds for long. */
int leaksgc_heap(struct leaksgc_heap *out);

/* So much memory in use at one time by one stack. */
struct leaksgc_sample {
    int64_t time_ns;                   /* Unix epoch, ns                     */
    uint64_t bytes;                    /* in use then                        */
    const struct leaksgc_stack *stack; /* who holds it                       */
    uint64_t objects;                  /* of a live site; else 0             */
    uint32_t added;                    /* 1: by leaksgc_heap_add             */
};

/* Adds a sample of what the library cannot count: an arena's use, memory of a
 * device, a cache.  time_ns 0: now; stack NULL: the caller's; a stack of your own
 * is copied (its id does not matter).  `objects` and `added` are not read.  It takes
 * the place of an earlier sample of the same stack.  max_samples are kept, the
 * largest; what is evicted is counted in leaksgc_result.
 * Returns 0, or -1 with errno (EINVAL: no sample, or a stack without frames;
 * ENOMEM). */
int leaksgc_heap_add(const struct leaksgc_sample *sample);

/* Stores the n largest samples, largest first: those that were added, and one for
 * each stack that has live blocks, counted now while the program runs on.
 * Their stacks are never freed.  Returns how many were stored; 0 with errno
 * ENOTSUP or ENOMEM if none could be.  Takes about 10 ns an object. */
size_t leaksgc_heap_top(struct leaksgc_sample *out, size_t n);

/* Between disable and enable what this thread allocates is never a leak.
 * Nestable.  The _all variants do the same for every thread at once. */
void leaksgc_disable(void);
void leaksgc_enable(void);
void leaksgc_disable_all(void);
void leaksgc_enable_all(void);

/* `p` and what it points to are no leak from now on.
 * Returns 0, or -1 with errno EINVAL if p points into no live block. */
int leaksgc_ignore_object(const void *p);

/* [p, p+n) is searched for pointers too.  Registering twice counts twice.
 * Returns 0, or -1 with errno (EINVAL: unregister of an unknown region). */
int leaksgc_register_root_region(const void *p, size_t n);
int leaksgc_unregister_root_region(const void *p, size_t n);

/* Names the calling thread in reports; NULL takes the name away. */
#define LEAKSGC_THREAD_IGNORE 1u /* what this thread allocates is no leak */
int leaksgc_thread_tag(const char *tag, unsigned flags);

/* 1 if the last check reached the block at p, 0 if it did not, -1 with errno
 * EINVAL if p is in no live block or no check saw it.  Safe from any thread. */
int leaksgc_is_reachable(const void *p);

/* The token of `p` under `password` (1 to 1024 bytes): what reports show in
 * place of this address with encode_addresses=1, and `leaksgc encode` prints.
 * The same password and address give the same token in every process.  Text
 * and a NUL go to buf[size], LEAKSGC_TOKEN_SIZE bytes.  `p` is not followed.
 * The first call for a password loads libsodium and takes 64 MiB for some
 * 50 ms; the key (not the password) is kept for the next call.  Works where
 * leak finding is off, too.
 * Returns the length, 18, or -1 with errno: EINVAL (password NULL, empty or
 * too long; buf NULL), ERANGE (buf too small), ENOTSUP (no libsodium), ENOMEM. */
#define LEAKSGC_TOKEN_SIZE 19
int leaksgc_encode(const void *p, const char *password, char *buf, size_t size);

/* Does nothing.  Its object file keeps the library's own data on pages of its
 * own, which are no roots. */
void leaksgc_empty(void);

#ifdef __cplusplus
}
#endif
#endif
