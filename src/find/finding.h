/* SPDX-License-Identifier: MIT
 * finding.h: what a check found, as plain data.
 *
 * The narrow waist of the project: above it nobody knows the heap, below it
 * nobody knows a format.  No pointer here leads into the program's heap;
 * addresses are numbers.  Whoever makes a finding owns all memory behind it.
 */
#ifndef LGC_FIND_FINDING_H
#define LGC_FIND_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lgc_kind {
    LGC_KIND_DIRECT, LGC_KIND_INDIRECT, LGC_KIND_POSSIBLE, LGC_KIND_REACHABLE,
    LGC_KIND_COUNT
};

struct lgc_amount { uint64_t bytes, objects; };

/* One loaded object, now or earlier in the life of the process. */
struct lgc_module {
    uint64_t start, end;   /* its image is [start, end)                      */
    uint64_t bias;         /* pc - bias is the address inside the file       */
    const char *path;
    const char *build_id;  /* lower-case hex, or NULL                        */
    bool unloaded;         /* dlclosed before the check                      */
};

#define LGC_NO_MODULE UINT32_MAX
struct lgc_frame {
    uint64_t pc;
    uint32_t module;       /* index into modules, or LGC_NO_MODULE           */
    bool exact;            /* pc is the instruction itself (a frame that a
                              signal interrupted), not a return address      */
    uint8_t folded;        /* not 0: so many calls, this the last of them, are
                              one round of a recursion of which further rounds
                              are left out before the next frame             */
};

struct lgc_thread_info {
    uint32_t id;           /* small, 1 = the first thread                    */
    uint32_t tid;          /* the kernel's                                   */
    const char *name;      /* comm; may be NULL                              */
    const char *tag;       /* of leaksgc_thread_tag; may be NULL             */
};

/* What a group is listed under.  All but LOSS are apart from the leaks: not in
 * the totals, not of the list "leaks". */
enum lgc_section {
    LGC_SECTION_LOSS,
    LGC_SECTION_SUSPECT,     /* reachable, and more of them in every check   */
    LGC_SECTION_THREAD,      /* threads that ended, neither joined nor
                                detached; the stack is that of their creator;
                                bytes: of their stacks                       */
    LGC_SECTION_RECLAIMED,   /* were lost; freed by us since the check before */
    LGC_SECTION_FALSE,       /* were called lost, and were not: in use again,
                                or freed by the program                      */
    LGC_SECTION_COUNT
};

/* How much of an indirect group hangs on objects of a direct one. */
struct lgc_hang { uint32_t number; struct lgc_amount amount; };

/* All objects of one kind from one site. */
struct lgc_group {
    enum lgc_kind kind;
    struct lgc_amount amount;
    struct lgc_amount held;       /* direct only: the indirect ones that hang
                                     on these objects                        */
    int64_t first_time_ns, last_time_ns; /* allocated; Unix epoch, ns        */
    uint32_t last_reachable_check;       /* 0 = never seen reachable         */
    uint32_t found_check;                /* first check that missed one      */
    uint32_t nframes, nthreads;
    const struct lgc_frame *frames;      /* innermost first                  */
    const uint32_t *threads;             /* ids                              */
    const char *suppressed_by;           /* the pattern, or NULL             */
    enum lgc_section section;
    struct lgc_amount fresh;             /* of amount: not so at the check
                                            before                           */
    uint32_t growth_checks;              /* checks that the growth was
                                            measured over; 0: it is not known */
    int64_t growth_bytes;                /* per hour                         */
    uint32_t number;                     /* of this group, for `hangs`; 0: no
                                            group hangs on it                */
    uint32_t nhangs;                     /* indirect only; what is not listed
                                            hangs on groups that are not     */
    const struct lgc_hang *hangs;
};

struct lgc_finding {
    uint32_t pid, check;
    int64_t time_ns;              /* Unix epoch                              */
    const char *reason;           /* exit, signal, call                      */
    const char *exe;
    uint64_t pause_ns, duration_ns;
    uint32_t stopped_threads;
    const char *way;              /* fork or stop; NULL: not known           */
    const char *way_reason;       /* why not by fork; may be NULL            */
    uint64_t snapshot_bytes;      /* what the forked child took of memory    */
    bool encode;                  /* addresses are shown as tokens only      */
    bool only_new;                /* groups without anything fresh are left out */
    struct lgc_amount fresh;      /* lost now, and not at the check before   */
    struct lgc_amount live;       /* all allocated objects                   */
    struct lgc_amount total[LGC_KIND_COUNT]; /* also kinds without groups    */
    /* Each list is an array of `n...`. */
    size_t nnotes, nmodules, nthreads, ngroups, nsuppressions;
    const char *const *notes;     /* what is incomplete, one sentence each   */
    const struct lgc_module *modules;
    const struct lgc_thread_info *threads;
    struct lgc_group *groups;     /* by section, kind, bytes, largest first  */
    const char *const *suppressions; /* rules compiled into the program      */
};

#endif
