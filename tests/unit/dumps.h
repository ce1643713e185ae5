/* SPDX-License-Identifier: MIT
 * dumps.h: makes heap dumps for tests, and reads them. */
#ifndef LGC_TESTS_DUMPS_H
#define LGC_TESTS_DUMPS_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "graph/load.h"
#include "graph/pack.h"
#include "heapdump/write.h"

static char dump_file[256];

static inline void dump_remove(void)
{
    if (dump_file[0] != '\0')
        unlink(dump_file);
}

/* A file's name that no other test has; it is removed at the end. */
static inline const char *dump_path(void)
{
    const char *dir = getenv("TMPDIR");
    snprintf(dump_file, sizeof dump_file, "%s/leaksgc-test.%ld.dump", dir != NULL ? dir : "/tmp",
             (long)getpid());
    atexit(dump_remove);
    return dump_file;
}

/* A dump whose process is described. */
static inline struct lgc_heapdump *dump_begin(const char *path)
{
    struct lgc_heapdump *w = malloc(sizeof *w);
    struct lgc_pack *pack = lgc_pack_begin(path);
    cr_assert(w != NULL && pack != NULL);
    lgc_heapdump_begin(w, lgc_pack_chunk, pack);
    lgc_heapdump_process(w, &(struct lgc_heapdump_process){ 4711, 2, 1700000001000000000, 1,
        lgc_heapdump_text("call"), lgc_heapdump_text("/usr/bin/prog"), lgc_heapdump_text("1") });
    return w;
}

static inline void dump_end(struct lgc_heapdump *w)
{
    cr_assert(lgc_heapdump_end(w));
    cr_assert_eq(lgc_pack_end(w->arg, true), 0);
    free(w);
}

static inline void dump_object(struct lgc_heapdump *w, uint64_t address, uint64_t size,
                               unsigned kind)
{
    lgc_heapdump_object(w, &(struct lgc_heapdump_object){ .address = address, .size = size,
                                                          .kind = kind });
}

static inline struct lgc_graph *dump_try(const char *path, uint64_t most_bytes, char error[256])
{
    struct lgc_load load = { .in = fopen(path, "r"), .most_bytes = most_bytes };
    cr_assert_not_null(load.in);
    struct lgc_graph *g = lgc_load_graph(&load);
    fclose(load.in);
    memcpy(error, load.error, sizeof load.error);
    return g;
}

static inline struct lgc_graph *dump_load(const char *path)
{
    char error[256];
    struct lgc_graph *g = dump_try(path, 0, error);
    cr_assert_not_null(g, "%s", error);
    return g;
}

#endif
