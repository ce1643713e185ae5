/* SPDX-License-Identifier: MIT
 * lost.c: what the last check found lost, counted by kind, size, age and thread. */
#include "run/lost.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "capture/track.h"
#include "find/finding.h"
#include "leaksgc.h"
#include "run/check.h"
#include "world/thread.h"

enum { SIZES = 64, AGES = 9 };
static const uint32_t age_limit[AGES] = { 1, 10, 60, 600, 3600, 21600, 86400, 604800, 0 };

struct counts {
    struct lgc_amount kind[LGC_KIND_COUNT], size[SIZES], age[AGES];
    struct lgc_amount *thread;       /* by id                                */
    int64_t now_ns;
    unsigned kinds;
};

static void add(struct lgc_amount *to, const struct leaksgc_leak *leak)
{
    to->bytes += leak->size;
    to->objects += leak->count;
}

static unsigned size_class(size_t size)
{
    return size <= 1 ? 0 : 64 - (unsigned)__builtin_clzll(size - 1);
}

static unsigned age_class(const struct counts *c, int64_t time_ns)
{
    int64_t seconds = (c->now_ns - time_ns) / 1000000000;
    unsigned i = 0;

    while (i < AGES - 1 && seconds > (int64_t)age_limit[i])
        i++;
    return i;
}

static int count(const struct leaksgc_leak *leak, void *arg)
{
    struct counts *c = arg;
    unsigned size = size_class(leak->size);

    if (!(c->kinds >> leak->kind & 1))
        return 0;
    add(&c->kind[leak->kind], leak);
    if (leak->kind != LEAKSGC_DIRECT && leak->kind != LEAKSGC_INDIRECT)
        return 0;
    add(&c->size[size < SIZES ? size : SIZES - 1], leak);
    add(&c->age[age_class(c, leak->time_ns)], leak);
    add(&c->thread[leak->thread <= LGC_THREAD_MAX ? leak->thread : LGC_THREAD_MAX], leak);
    return 0;
}

static void row(struct lgc_out *out, const char *name, unsigned long long key,
                const struct lgc_amount *amount)
{
    if (amount->objects > 0)
        lgc_out_f(out, "%s %llu %llu %llu\n", name, key, (unsigned long long)amount->bytes,
                  (unsigned long long)amount->objects);
}

static void thread_row(struct lgc_out *out, unsigned id, const struct lgc_amount *amount)
{
    const struct lgc_thread *t = lgc_thread_at(id);

    if (amount->objects == 0)
        return;
    lgc_out_f(out, "thread %u %u %llu %llu ", id, t->tid, (unsigned long long)amount->bytes,
              (unsigned long long)amount->objects);
    lgc_out_printable(out, t->tag[0] != '\0' ? t->tag : t->name);
    lgc_out_char(out, '\n');
}

bool lgc_lost_write(struct lgc_out *out, unsigned kinds)
{
    struct counts c;
    size_t size = (LGC_THREAD_MAX + 1ul) * sizeof *c.thread;
    bool good;

    memset(&c, 0, sizeof c);
    c.now_ns = lgc_track_now_ns();
    c.kinds = kinds;
    c.thread = lgc_mem_map(size);
    errno = ENOMEM;
    good = c.thread != NULL && lgc_check_each(count, &c) == 0;
    if (good) {
        for (unsigned i = 0; i < LGC_KIND_COUNT; i++)
            row(out, "kind", i, &c.kind[i]);
        for (unsigned i = 0; i < SIZES; i++)
            row(out, "size", 1ull << i, &c.size[i]);
        for (unsigned i = 0; i < AGES; i++)
            row(out, "age", age_limit[i], &c.age[i]);
        for (unsigned i = 0; i <= LGC_THREAD_MAX; i++)
            thread_row(out, i, &c.thread[i]);
        good = lgc_out_flush(out);
    }
    if (c.thread != NULL)
        lgc_mem_unmap(c.thread, size);
    return good;
}
