/* SPDX-License-Identifier: MIT
 * record.h: the records of a heap dump as plain data, and who receives them.
 *
 * Addresses and indices are numbers that a dump's writer chose: whoever
 * receives them checks them. */
#ifndef LGC_HEAPDUMP_RECORD_H
#define LGC_HEAPDUMP_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text that need not end in NUL. */
struct lgc_heapdump_text { const char *at; size_t size; };

struct lgc_heapdump_process {
    uint64_t pid, check;
    int64_t time_ns;              /* Unix epoch                              */
    uint64_t stopped;             /* threads that stood still                */
    struct lgc_heapdump_text reason, exe, version;
};

struct lgc_heapdump_module {      /* numbered 0, 1, ... in their order       */
    uint64_t start, end, bias;
    bool unloaded;
    struct lgc_heapdump_text build_id, path;
};

struct lgc_heapdump_thread {
    uint64_t id, tid;             /* id 0: it never allocated                */
    struct lgc_heapdump_text name, tag;
};

/* Where code stood when the world was stopped. */
struct lgc_heapdump_frame {
    uint64_t tid;
    uint64_t lo, hi;              /* of its part of the stack                */
    uint64_t pc;
    uint64_t module;              /* number plus one, or 0                   */
    bool exact;                   /* pc is no return address                 */
};

enum { LGC_HEAPDUMP_INTERNAL = 1 };  /* made by the loader or on our behalf  */

struct lgc_heapdump_object {
    uint64_t address, size;
    uint64_t site, thread;        /* 0: not known                            */
    int64_t time_ns;
    unsigned kind;                /* enum lgc_kind                           */
    unsigned flags;
};

/* A pointer in an object, `offset` behind its start, to another one (or the
 * same), `inside` behind its start. */
struct lgc_heapdump_edge { uint64_t source, offset, target, inside; };

enum lgc_heapdump_root_kind {
    LGC_HEAPDUMP_GLOBAL,          /* slot: address                           */
    LGC_HEAPDUMP_STACK,           /* slot: address                           */
    LGC_HEAPDUMP_REGISTER,        /* slot: number in the kernel's order (NGREG) */
    LGC_HEAPDUMP_VECTOR,          /* slot: byte in the saved vector registers */
    LGC_HEAPDUMP_TLS,             /* slot: address                           */
    LGC_HEAPDUMP_MAPPING,         /* slot: address                           */
    LGC_HEAPDUMP_REGION,          /* slot: address                           */
    LGC_HEAPDUMP_LOADER,          /* slot: address; memory of the dynamic loader */
    LGC_HEAPDUMP_IGNORED,         /* the program said that it is no leak     */
    LGC_HEAPDUMP_ROOT_KINDS
};

struct lgc_heapdump_root {
    enum lgc_heapdump_root_kind kind;
    uint64_t tid;                 /* of the thread, or 0                     */
    uint64_t slot;
    uint64_t target, inside;
};

struct lgc_heapdump_pc {
    uint64_t pc, module;          /* module: number plus one                 */
    bool exact;                   /* as above                                */
    uint8_t folded;               /* so many calls, this the last of them, are
                                     a round; further ones are left out      */
};

struct lgc_heapdump_site {
    uint64_t id;
    size_t nframes;               /* innermost first                         */
    const struct lgc_heapdump_pc *frames;
};

/* Added by the tool: what a frame of a site, or of a thread, is called.
 * Several for one pc: inlined functions, innermost first. */
struct lgc_heapdump_source {
    uint64_t pc, module;
    bool exact, inlined;
    uint64_t function, file;      /* number of a string plus one, or 0       */
    uint64_t line, column;
};

/* Added by the tool: a variable of a module that is a root. */
struct lgc_heapdump_variable {
    uint64_t start, size;         /* address in the process                  */
    uint64_t name;                /* number of a string plus one             */
};

struct lgc_heapdump_totals {
    uint64_t objects, edges, roots, sites, modules, strings;
};

/* Each is called in the order of the dump; false stops, with *why set.  What
 * is NULL is passed over.  Texts are valid during the call. */
struct lgc_heapdump_visitor {
    bool (*process)(void *arg, const struct lgc_heapdump_process *p);
    bool (*note)(void *arg, struct lgc_heapdump_text text);
    bool (*module)(void *arg, const struct lgc_heapdump_module *m);
    bool (*thread)(void *arg, const struct lgc_heapdump_thread *t);
    bool (*frame)(void *arg, const struct lgc_heapdump_frame *f);
    bool (*object)(void *arg, const struct lgc_heapdump_object *o);
    bool (*edge)(void *arg, const struct lgc_heapdump_edge *e);
    bool (*root)(void *arg, const struct lgc_heapdump_root *r);
    bool (*site)(void *arg, const struct lgc_heapdump_site *s);
    bool (*string)(void *arg, struct lgc_heapdump_text text);
    bool (*source)(void *arg, const struct lgc_heapdump_source *s);
    bool (*variable)(void *arg, const struct lgc_heapdump_variable *v);
    bool (*end)(void *arg, const struct lgc_heapdump_totals *t);
    void *arg;
    const char *why;              /* out: set by whoever returned false      */
};

#endif
