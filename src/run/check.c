/* SPDX-License-Identifier: MIT
 * check.c: snapshot -> scan -> group -> deliver, and the memory of it. */
#include "run/check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/mem.h"
#include "base/out.h"
#include "capture/site.h"
#include "capture/track.h"
#include "find/group.h"
#include "find/scan.h"
#include "find/snapshot.h"
#include "heap/gcheap.h"
#include "heap/heap.h"
#include "run/deliver.h"
#include "run/settings.h"
#include "world/module.h"
#include "world/region.h"
#include "world/thread.h"

struct lgc_lock lgc_check_lock = LGC_LOCK_INIT(LGC_RANK_CHECK);

/* What the last check found; guarded by its lock.  Separate from the check
 * lock: nobody waits for a check to ask what the one before found. */
static struct lgc_lock last_lock = LGC_LOCK_INIT(LGC_RANK_CHECK);
static struct lgc_scan last;
static struct leaksgc_result result;
static uint32_t checks;

static int64_t wall_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static uint64_t clock_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t resident_bytes(void)
{
    char buf[128];
    uint64_t pages = 0;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/thread-self/statm", O_RDONLY | O_CLOEXEC, 0);
    long n = fd < 0 ? 0 : syscall(SYS_read, fd, buf, sizeof buf - 1);
    const char *s = buf;

    if (fd >= 0)
        syscall(SYS_close, fd);
    buf[n > 0 ? n : 0] = '\0';
    s += strcspn(s, " ");
    for (s += *s == ' '; *s >= '0' && *s <= '9'; s++)
        pages = pages * 10 + (uint64_t)(*s - '0');
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

void lgc_check_heap(struct leaksgc_heap *out)
{
    struct lgc_count allocated, freed;
    uint64_t held, unused;

    lgc_cache_totals(&allocated, &freed);
    lgc_gcheap_footprint(&held, &unused);
    out->time_ns = wall_ns();
    out->process_bytes = resident_bytes();
    out->allocated_bytes = allocated.bytes;
    out->freed_bytes = freed.bytes;
    out->live_bytes = allocated.bytes - freed.bytes;
    out->unused_bytes = held > out->live_bytes ? held - out->live_bytes : 0;
    out->largest_bytes = lgc_heap_largest();
}

static void on_snapshot(void *arg)
{
    lgc_scan_run(arg);
}

enum { NOTES_MAX = 8, NOTE_SIZE = 200 };

struct notes {
    char text[NOTES_MAX][NOTE_SIZE];
    const char *list[NOTES_MAX];
    size_t count;
};

LGC_PRINTF(2, 3) static void note(struct notes *n, const char *format, ...)
{
    struct lgc_out out;
    va_list args;

    lgc_out_init(&out, -1);
    va_start(args, format);
    lgc_out_v(&out, format, args);
    va_end(args);
    if (n->count == NOTES_MAX || out.used >= NOTE_SIZE)
        return;
    memcpy(n->text[n->count], out.buf, out.used);
    n->text[n->count][out.used] = '\0';
    n->list[n->count] = n->text[n->count];
    n->count++;
}

/* Everything that makes this check less than complete. */
static void note_gaps(struct notes *n, const struct lgc_snapshot *snap, const struct lgc_scan *scan)
{
    n->count = 0;
    if (snap->silent > 0)
        note(n, "%u thread(s), thread %d for one, did not stop in time: "
                "what only their registers held may be listed as lost",
             snap->silent, snap->silent_tid);
    if (!scan->complete)
        note(n, "there was not enough memory for the whole check: losses may be missing");
    if (lgc_site_refused() > 0)
        note(n, "%lu allocation(s) came after max_sites=%lu stacks were stored: "
                "their stacks are missing",
             (unsigned long)lgc_site_refused(), (unsigned long)lgc_settings.max_sites);
    if (lgc_module_incomplete())
        note(n, "there was no memory to note all loaded libraries: what they hold may be listed as lost");
    if (lgc_region_lost() > 0)
        note(n, "%lu mapping(s) of the program could not be noted as roots",
             (unsigned long)lgc_region_lost());
}

extern const char *__lsan_default_suppressions(void) __attribute__((weak));

/* The rules compiled into the program: one text, which the tool splits. */
static size_t compiled_suppressions(const char **text)
{
    *text = __lsan_default_suppressions != NULL ? __lsan_default_suppressions() : NULL;
    return *text != NULL && **text != '\0';
}

static void exe_path(char *path, size_t size)
{
    long n = syscall(SYS_readlinkat, AT_FDCWD, "/proc/thread-self/exe", path, size - 1);

    path[n > 0 ? n : 0] = '\0';
}

/* Builds the finding and has it reported.  True if it lists anything. */
static bool report(const struct lgc_check_request *request, const struct lgc_scan *scan,
                   const struct lgc_snapshot *snap, uint64_t duration_ns)
{
    static char exe[4096];
    static struct notes notes;
    struct lgc_grouping grouping;
    struct lgc_finding *f = &grouping.finding;
    const char *rules;
    bool listed;

    note_gaps(&notes, snap, scan);
    if (!lgc_group_build(&grouping, scan, (unsigned)lgc_settings.report_kinds))
        note(&notes, "there was not enough memory to group the losses by site");
    exe_path(exe, sizeof exe);
    f->pid = (uint32_t)getpid();
    f->check = checks;
    f->time_ns = wall_ns();
    f->reason = request->reason;
    f->exe = exe;
    f->pause_ns = snap->pause_ns;
    f->duration_ns = duration_ns;
    f->stopped_threads = snap->stopped;
    f->notes = notes.list;
    f->nnotes = notes.count;
    f->nsuppressions = compiled_suppressions(&rules);
    f->suppressions = &rules;
    listed = lgc_deliver(f);
    lgc_group_free(&grouping);
    return listed;
}

static struct leaksgc_amount amount(struct lgc_amount a)
{
    return (struct leaksgc_amount){ a.bytes, a.objects };
}

static void remember(struct lgc_scan *scan, const struct lgc_snapshot *snap,
                     const struct leaksgc_heap *before, uint64_t duration_ns)
{
    struct lgc_scan old;

    lgc_group_remember(scan, &last, checks);
    lgc_lock(&last_lock);
    old = last;
    last = *scan;
    result.num_threads = snap->stopped;
    result.checks = checks;
    result.before = *before;
    lgc_check_heap(&result.after);
    result.pause_ns = snap->pause_ns;
    result.duration_ns = duration_ns;
    result.heap_objects = scan->live.objects;
    result.direct = amount(scan->total[LGC_KIND_DIRECT]);
    result.indirect = amount(scan->total[LGC_KIND_INDIRECT]);
    result.possible = amount(scan->total[LGC_KIND_POSSIBLE]);
    result.reachable = amount(scan->total[LGC_KIND_REACHABLE]);
    result.evicted = lgc_site_refused();
    lgc_unlock(&last_lock);
    lgc_scan_free(&old);
}

/* The caller holds the check lock. */
static int run_locked(const struct lgc_check_request *request)
{
    struct lgc_snapshot snap = { .timeout_ns = lgc_settings.stop_timeout };
    struct lgc_scan scan = {
        .roots = { lgc_settings.use_globals, lgc_settings.use_stacks, lgc_settings.use_registers,
                   lgc_settings.use_tls, lgc_settings.use_mmap, lgc_settings.use_root_regions },
        .kinds = (unsigned)lgc_settings.report_kinds,
        .self = request->self,
    };
    struct leaksgc_heap before;
    uint64_t begin = clock_ns(), duration;
    bool lost;

    lgc_track_begin_check(++checks);
    lgc_check_heap(&before);
    lgc_module_refresh(); /* before the stop: it takes the loader's lock */
    if (lgc_snapshot_run(&snap, on_snapshot, &scan) != 0) {
        errno = ENOMEM;
        return -1;
    }
    duration = clock_ns() - begin;
    remember(&scan, &snap, &before, duration);
    lost = scan.total[LGC_KIND_DIRECT].objects + scan.total[LGC_KIND_INDIRECT].objects > 0;
    if (request->report)
        lost = report(request, &scan, &snap, duration);
    return lost;
}

int lgc_check_run(const struct lgc_check_request *request)
{
    uint64_t all = ~0ull, before = 0;
    int saved = errno, status;

    /* No handler of the program shall run on this thread while others stand
     * still: it could wait for one of them. */
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, &before, 8);
    lgc_guard_enter();
    lgc_lock(&lgc_check_lock);
    errno = saved;
    status = run_locked(request);
    if (status >= 0)
        errno = saved;
    saved = errno;
    lgc_unlock(&lgc_check_lock);
    lgc_guard_leave();
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8);
    errno = saved;
    return status;
}

void lgc_check_result(struct leaksgc_result *out)
{
    lgc_lock(&last_lock);
    *out = result;
    lgc_unlock(&last_lock);
}

static const struct leaksgc_stack no_stack;

static void describe(const struct lgc_entry *e, struct leaksgc_leak *out)
{
    const struct lgc_site *s = lgc_site_at(e->origin.site);

    out->obj = (const void *)e->address;
    out->stack = s != NULL ? &s->stack : &no_stack;
    out->size = e->size;
    out->time_ns = lgc_track_time_ns(e->origin.time);
    out->kind = (enum leaksgc_kind)e->kind;
    out->thread = e->origin.thread;
    out->count = 1;
    out->found_check = e->found_check;
    out->last_reachable_check =
        e->found_check > 1 && lgc_track_before_check(e->origin.time, e->found_check - 1)
            ? e->found_check - 1
            : 0;
}

int lgc_check_each(leaksgc_leak_fn *each, void *arg)
{
    struct lgc_entry *copy = NULL;
    size_t n, size;
    int status = 0;

    lgc_lock(&last_lock);
    n = last.count;
    size = n * sizeof *copy;
    if (n > 0 && (copy = lgc_mem_map(size)) != NULL)
        memcpy(copy, last.entry, size);
    lgc_unlock(&last_lock);
    if (n > 0 && copy == NULL) {
        errno = ENOMEM;
        return -1;
    }
    for (size_t i = 0; i < n && status == 0; i++) {
        struct leaksgc_leak leak;

        describe(&copy[i], &leak);
        status = each(&leak, arg);
    }
    lgc_mem_unmap(copy, size);
    return status;
}

int lgc_check_reachable(const void *p)
{
    struct lgc_object o;
    const struct lgc_entry *e;
    int reachable = -1;

    lgc_lock(&last_lock);
    if (lgc_heap_find(p, false, &o) && checks > 0 && o.block->origin != NULL &&
        lgc_track_before_check(o.block->origin[o.slot].time, checks)) {
        e = lgc_group_find(&last, o.address);
        reachable = e == NULL || (e->kind != LGC_KIND_DIRECT && e->kind != LGC_KIND_INDIRECT);
    }
    lgc_unlock(&last_lock);
    if (reachable < 0)
        errno = EINVAL;
    return reachable;
}

void lgc_check_fork_child(void)
{
    lgc_lock_reset(&lgc_check_lock);
    lgc_lock_reset(&last_lock);
}
