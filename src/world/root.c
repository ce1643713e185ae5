/* SPDX-License-Identifier: MIT
 * root.c: turns threads, modules and mappings into a list of ranges. */
#include "world/root.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "heap/boot.h"
#include "world/maps.h"
#include "world/module.h"
#include "world/region.h"
#include "world/stop.h"
#include "world/thread.h"

/* x86-64 code may keep locals in the 128 bytes below its stack pointer. */
enum { RED_ZONE = 128, PAGE = 4096, SPARSE = 1 << 20, DEFAULT_STACK = 8 << 20 };
static const uintptr_t MOST_TRIED = 4ull << 30;

static struct lgc_root *root;
static size_t count, capacity;
static size_t join_from; /* ranges before it are not joined with new ones */
static bool complete;
static bool mapped;      /* the kernel's list of mappings is that of now     */
static struct lgc_root now; /* kind and thread of what is being added          */
static int pagemap = -1; /* open during a collect */

static void of(enum lgc_root_kind kind, int tid)
{
    now.kind = kind;
    now.tid = tid;
}

static bool joins(const struct lgc_root *r, uintptr_t lo)
{
    return r->hi == lo && r->kind == now.kind && r->tid == now.tid;
}

static void add(uintptr_t lo, uintptr_t hi)
{
    struct lgc_root *grown;

    lo = (lo + 7) & ~(uintptr_t)7;
    hi &= ~(uintptr_t)7;
    if (lo >= hi)
        return;
    if (count > join_from && joins(&root[count - 1], lo)) {
        root[count - 1].hi = hi;
        return;
    }
    grown = lgc_mem_grow(root, &capacity, count + 1, sizeof *root);
    if (grown == NULL) {
        complete = false;
        return;
    }
    root = grown;
    root[count++] = (struct lgc_root){ lo, hi, now.kind, now.tid };
}

/* Cuts [lo, hi) out of every range from `first` on. */
static void cut(size_t first, uintptr_t lo, uintptr_t hi)
{
    struct lgc_root saved = now;

    join_from = SIZE_MAX; /* the rest behind a hole is a range of its own */
    for (size_t i = first, n = count; i < n; i++) {
        uintptr_t end = root[i].hi;

        if (root[i].hi <= lo || root[i].lo >= hi)
            continue;
        root[i].hi = root[i].lo < lo ? lo : root[i].lo;
        of(root[i].kind, root[i].tid);
        if (end > hi)
            add(hi, end);
    }
    now = saved;
    join_from = count;
}

static void cut_own(uintptr_t lo, uintptr_t hi, void *first) { cut(*(size_t *)first, lo, hi); }

/* A file mapping may reach beyond its file, where reading is a SIGBUS.  The
 * kernel reads a signal set from any address we name and only then refuses. */
static bool page_reads(uintptr_t a)
{
    int saved = errno;
    bool bad = syscall(SYS_rt_sigprocmask, ~0, a, NULL, 8) != 0 && errno == EFAULT;

    errno = saved;
    return !bad;
}

static void add_pages_that_read(uintptr_t lo, uintptr_t hi)
{
    /* Without the list of mappings also of what is only reserved: in bounds. */
    if (!mapped && hi - lo > MOST_TRIED) {
        complete = false;
        hi = lo + MOST_TRIED;
    }
    while (lo < hi) {
        uintptr_t end = (lo + PAGE) & ~(uintptr_t)(PAGE - 1);

        end = end < hi ? end : hi;
        if (page_reads(lo & ~(uintptr_t)7))
            add(lo, end);
        lo = end;
    }
}

/* Of a large anonymous range only pages that exist, in memory or in swap: a
 * program may reserve gigabytes that it never touches. */
static void add_present(uintptr_t lo, uintptr_t hi)
{
    uint64_t entry[512];
    uintptr_t at = lo & ~(uintptr_t)(PAGE - 1), from = 0;

    while (at < hi) {
        size_t want = (hi - at + PAGE - 1) / PAGE;
        long got;

        want = want < 512 ? want : 512;
        got = syscall(SYS_pread64, pagemap, entry, want * sizeof *entry,
                      (off_t)(at / PAGE * sizeof *entry));
        if (got <= 0) {
            add(from ? from : (at > lo ? at : lo), hi);
            return;
        }
        for (long i = 0; i < got / (long)sizeof *entry; i++, at += PAGE) {
            bool present = (entry[i] >> 62) != 0; /* bit 63 present, 62 swapped */

            if (present && from == 0)
                from = at > lo ? at : lo;
            if (!present && from != 0) {
                add(from, at < hi ? at : hi);
                from = 0;
            }
        }
    }
    if (from != 0)
        add(from, hi);
}

static void add_readable(uintptr_t lo, uintptr_t hi, void *arg)
{
    const struct lgc_map *m = lgc_maps_find(lo);

    (void)arg;
    if (m != NULL && !m->anonymous)
        add_pages_that_read(lo, hi);
    else if (hi - lo >= SPARSE && pagemap >= 0)
        add_present(lo, hi);
    else
        add(lo, hi);
}

static void clip(uintptr_t lo, uintptr_t hi)
{
    if (mapped)
        lgc_maps_clip(lo, hi, add_readable, NULL);
    else
        add_pages_that_read(lo, hi);
}

/* The part of one thread's TLS: [static TLS][struct pthread]. */
static void tls_range(const struct lgc_stopped *t, uintptr_t *lo, uintptr_t *hi)
{
    *lo = t->tp - lgc_thread_tls_size();
    *hi = t->tp + lgc_thread_tcb_size();
}

/* %fs:8 is the dtv: 16-byte entries, [-1] counts them.  The first thread's was
 * made by the loader before there was a malloc. */
static void dtv_range(uintptr_t tp, struct lgc_root *range)
{
    uintptr_t dtv = ((const uintptr_t *)tp)[1], n;

    range->lo = range->hi = 0;
    if (mapped ? lgc_maps_find(dtv) == NULL : !page_reads(dtv & ~(uintptr_t)7))
        return;
    n = *(const uintptr_t *)(dtv - 16);
    if (n < 65536) {
        range->lo = dtv - 16;
        range->hi = dtv + 16 * (n + 1);
    }
}

static void add_tls(const struct lgc_stopped *t)
{
    struct lgc_root dtv;
    uintptr_t lo, hi;

    if (t->tp == 0)
        return;
    tls_range(t, &lo, &hi);
    clip(lo, hi);
    dtv_range(t->tp, &dtv);
    clip(dtv.lo, dtv.hi);
}

/* Written by the loader before it hands over; a symbol of GLIBC_2.2.5. */
extern void *__libc_stack_end;

/* The first thread's stack: the mapping, or all pages around that read. */
static bool first_stack(uintptr_t *lo, uintptr_t *hi)
{
    uintptr_t inside = (uintptr_t)__libc_stack_end & ~(uintptr_t)(PAGE - 1);
    const struct lgc_map *m = mapped ? lgc_maps_find(inside) : NULL;

    if (m != NULL) {
        *lo = m->lo;
        *hi = m->hi;
        return true;
    }
    if (mapped || !page_reads(inside))
        return false;
    for (*lo = inside; page_reads(*lo - PAGE); )
        *lo -= PAGE;
    for (*hi = inside + PAGE; page_reads(*hi); )
        *hi += PAGE;
    return true;
}

/* The bounds of the stack that belongs to the thread, 0 if unknown. */
static void stack_bounds(const struct lgc_stopped *t, uintptr_t *lo, uintptr_t *hi)
{
    const struct lgc_map *m;

    *lo = *hi = 0;
    if (t->thread != NULL && t->thread->stack_hi != 0) {
        *lo = t->thread->stack_lo;
        *hi = t->thread->stack_hi;
    } else if (t->tid == lgc_stop_process() && first_stack(lo, hi)) {
        /* done */
    } else if (t->state == LGC_STOP_ASLEEP && mapped && (m = lgc_maps_find(t->sp)) != NULL) {
        *lo = t->sp - RED_ZONE;
        *hi = m->hi - t->sp < DEFAULT_STACK ? m->hi : t->sp + DEFAULT_STACK;
    } else if (t->tp > t->sp && t->tp - t->sp < DEFAULT_STACK) {
        /* glibc puts struct pthread on top of every stack but the first. */
        *lo = t->sp - RED_ZONE;
        *hi = t->tp + lgc_thread_tcb_size();
    }
}

static void add_stack(const struct lgc_stopped *t)
{
    uintptr_t lo, hi, from, to, sp = t->sp - RED_ZONE;
    size_t first = join_from = count;

    stack_bounds(t, &lo, &hi);
    if (t->state == LGC_STOP_SILENT || sp < lo || sp >= hi) {
        /* On another stack (alternate, coroutine) or nobody knows where. */
        if (t->alt_lo <= sp && sp < t->alt_hi)
            clip(sp, t->alt_hi);
        clip(lo, hi);
    } else {
        clip(sp, hi);
    }
    if (t->tp != 0) { /* a root of another kind */
        tls_range(t, &from, &to);
        cut(first, from, to);
        join_from = count;
    }
}

static void add_registers(const struct lgc_stopped *t)
{
    of(LGC_ROOT_REGISTER, t->tid);
    add((uintptr_t)t->registers, (uintptr_t)(t->registers + LGC_STOP_REGISTERS));
    of(LGC_ROOT_VECTOR, t->tid);
    add(t->vector_lo, t->vector_hi);
    of(LGC_ROOT_STACK, t->tid);
    /* The kernel alone may know the alternate stack's memory. */
    add((uintptr_t)&t->alt_lo, (uintptr_t)&t->alt_hi);
}

static void add_thread(const struct lgc_stopped *t, const struct lgc_root_kinds *kinds)
{
    if (t->state == LGC_STOP_GONE)
        return;
    of(LGC_ROOT_STACK, t->tid);
    if (kinds->stacks)
        add_stack(t);
    of(LGC_ROOT_TLS, t->tid);
    if (kinds->tls)
        add_tls(t);
}

/* Their memory is still there, though nothing runs on it. */
static void add_left_behind(void)
{
    for (unsigned id = 1; id <= lgc_thread_count(); id++) {
        const struct lgc_thread *t = lgc_thread_at(id);

        of(LGC_ROOT_STACK, (int)t->tid);
        if (t->left_behind && t->stack_hi != 0)
            clip(t->stack_lo, t->stack_hi);
    }
}

static void add_joinable(uintptr_t tcb, void *arg)
{
    (void)arg;
    clip(tcb, tcb + lgc_thread_tcb_size());
}

enum { LOADER_MAX = 64 };
static struct lgc_root loader[LOADER_MAX];
static size_t nloader;
static uintptr_t first_pointer;
static struct lgc_root first_dtv;

static bool in_module(uintptr_t lo, uintptr_t hi)
{
    for (size_t i = 0; i < lgc_module_count(); i++)
        if (lgc_module_at(i)->start < hi && lo < lgc_module_at(i)->end)
            return true; /* bss: a global, or ours */
    return false;
}

static void learn_map(uintptr_t lo, uintptr_t hi, void *arg)
{
    const struct lgc_map *m = lgc_maps_find(lo);

    (void)arg;
    if (!in_module(lo, hi) && m->anonymous && m->private && m->writable && nloader < LOADER_MAX &&
        !((uintptr_t)__libc_stack_end - lo < hi - lo))
        loader[nloader++] = (struct lgc_root){ lo, hi, LGC_ROOT_LOADER, 0 };
}

void lgc_root_learn_loader(void)
{
    first_pointer = lgc_thread_pointer();
    if (!(mapped = lgc_maps_read()))
        return;
    lgc_maps_clip(0, UINTPTR_MAX, learn_map, NULL);
    dtv_range(first_pointer, &first_dtv);
}

static void add_loader_memory(void)
{
    size_t first = join_from = count;

    for (size_t i = 0; i < nloader; i++)
        clip(loader[i].lo, loader[i].hi);
    cut(first, first_pointer - lgc_thread_tls_size(), first_pointer + lgc_thread_tcb_size());
    cut(first, first_dtv.lo, first_dtv.hi);
    join_from = count;
}

static void add_globals(void)
{
    uintptr_t lo, hi;

    for (size_t i = 0; i < lgc_module_count(); i++) {
        const struct lgc_loaded *m = lgc_module_at(i);

        if (m->ours || m->until != LGC_MODULE_LOADED)
            continue;
        for (unsigned s = 0; s < m->nsegments; s++)
            clip(m->segment[s].lo, m->segment[s].hi);
    }
    of(LGC_ROOT_LOADER, 0);
    lgc_boot_range(&lo, &hi);
    clip(lo, hi);
    add_loader_memory();
}

static void add_region(uintptr_t lo, uintptr_t hi, void *arg)
{
    (void)arg;
    clip(lo, hi);
}

static void collect(const struct lgc_root_kinds *kinds, const struct lgc_stopped *self)
{
    size_t first = 0;

    count = join_from = 0;
    complete = true;
    mapped = lgc_maps_read();
    pagemap = (int)syscall(SYS_openat, AT_FDCWD, "/proc/thread-self/pagemap", O_RDONLY | O_CLOEXEC, 0);
    of(LGC_ROOT_GLOBAL, 0);
    if (kinds->globals)
        add_globals();
    of(LGC_ROOT_MAPPING, 0);
    if (kinds->mappings)
        lgc_region_each_mapped(add_region, NULL);
    of(LGC_ROOT_REGION, 0);
    if (kinds->regions)
        lgc_region_each_root(add_region, NULL);
    add_thread(self, kinds);
    for (size_t i = 0; i < lgc_stop_count(); i++)
        add_thread(lgc_stop_at(i), kinds);
    if (kinds->stacks)
        add_left_behind();
    of(LGC_ROOT_TLS, 0);
    if (kinds->tls)
        lgc_thread_each_joinable(add_joinable, NULL);
    lgc_mem_each_own(cut_own, &first);
    if (kinds->registers) { /* our copies: not to be cut out */
        add_registers(self);
        for (size_t i = 0; i < lgc_stop_count(); i++)
            if (lgc_stop_at(i)->state == LGC_STOP_STOPPED)
                add_registers(lgc_stop_at(i));
    }
    if (pagemap >= 0)
        syscall(SYS_close, pagemap);
    pagemap = -1;
}

/* A table that grows meanwhile leaves a hole where the list of mappings has
 * memory, and which is not ours any more to be cut out: whoever read that as
 * the loader's would crash.  Next time the tables are large enough. */
bool lgc_root_collect(const struct lgc_root_kinds *kinds, const struct lgc_stopped *self)
{
    size_t before;

    do {
        before = lgc_mem_unmaps();
        collect(kinds, self);
    } while (complete && lgc_mem_unmaps() != before);
    return complete;
}

bool lgc_root_tried(void) { return !mapped; }
size_t lgc_root_count(void) { return count; }
const struct lgc_root *lgc_root_at(size_t index) { return &root[index]; }
