/* SPDX-License-Identifier: MIT
 * check.c: snapshot -> scan -> group -> deliver, and what is kept of it. */
#include "run/check.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "capture/site.h"
#include "capture/track.h"
#include "find/group.h"
#include "heap/heap.h"
#include "run/alone.h"
#include "run/apart.h"
#include "run/deliver.h"
#include "run/gaps.h"
#include "run/look.h"
#include "run/numbers.h"
#include "run/past.h"
#include "run/reclaim.h"
#include "run/sample.h"
#include "run/settings.h"

static uint32_t checks; /* begun; guarded by the check lock                   */

/* One check, from its request to its report.  Guarded by the check lock. */
static struct {
    struct lgc_look look;
    struct leaksgc_result result;
    struct lgc_gaps gaps;
    struct lgc_apart apart;
    struct lgc_grouping grouping;
} now;

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

static unsigned kinds_of(const struct lgc_check_request *request)
{
    return request->kinds != 0 ? request->kinds : (unsigned)lgc_settings.report_kinds;
}

static bool look(const struct lgc_check_request *request)
{
    struct lgc_count allocated, freed;

    lgc_cache_totals(&allocated, &freed);
    now.look = (struct lgc_look){
        .self = request->self,
        .way = request->way != LGC_WAY_AUTO ? request->way : (enum lgc_way)lgc_settings.snapshot,
        .last = request->last,
        .frees = !request->last && (lgc_settings.reclaim != LGC_RECLAIM_OFF ||
                                    request->order != NULL),
        .reports = request->report || request->streams != NULL,
        .patient = request->patient,
        .kinds = kinds_of(request),
        .size = { allocated.objects - freed.objects, now.result.before.live_bytes,
                  now.result.before.process_bytes },
    };
    return lgc_look(&now.look);
}

static struct leaksgc_amount amount(struct lgc_amount a)
{
    return (struct leaksgc_amount){ a.bytes, a.objects };
}

static void add(struct leaksgc_amount *to, const struct leaksgc_amount *more)
{
    to->bytes += more->bytes;
    to->objects += more->objects;
}

static void fill_result(uint64_t duration_ns)
{
    struct leaksgc_result *r = &now.result;
    static uint64_t lookups; /* of all checks; a forked child begins anew */

    if (now.look.self != NULL && now.look.self->state == LGC_STOP_GONE)
        now.look.snapshot.stopped--; /* our own thread, which is none of the program's */
    r->num_threads = now.look.snapshot.stopped;
    r->checks = checks;
    lgc_numbers_heap(&r->after);
    r->pause_ns = now.look.snapshot.pause_ns;
    r->duration_ns = duration_ns;
    r->heap_objects = now.look.scan.live.objects;
    r->direct = amount(now.look.scan.total[LGC_KIND_DIRECT]);
    r->indirect = amount(now.look.scan.total[LGC_KIND_INDIRECT]);
    r->possible = amount(now.look.scan.total[LGC_KIND_POSSIBLE]);
    r->reachable = amount(now.look.scan.total[LGC_KIND_REACHABLE]);
    r->evicted = lgc_site_refused() + lgc_sample_evicted();
    r->on_copy = now.look.on_copy;
    lgc_numbers_fill(r);
    lookups = (checks == 1 ? 0 : lookups) + now.look.scan.lookups;
    r->lookups = lookups;
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

/* What the finding says besides its groups. */
static void describe(struct lgc_finding *f, const char *reason, bool only_new)
{
    static char exe[4096];
    static const char *rules;

    exe_path(exe, sizeof exe);
    f->pid = (uint32_t)getpid();
    f->check = checks;
    f->time_ns = wall_ns();
    f->reason = reason;
    f->exe = exe;
    f->pause_ns = now.result.pause_ns;
    f->duration_ns = now.result.duration_ns;
    f->stopped_threads = now.look.snapshot.stopped;
    f->way = now.look.on_copy ? "fork" : "stop";
    f->way_reason = now.look.why;
    f->snapshot_bytes = now.look.copy_bytes;
    f->only_new = only_new;
    f->fresh = now.look.scan.fresh;
    f->notes = now.gaps.list;
    f->nnotes = now.gaps.count;
    f->nsuppressions = compiled_suppressions(&rules);
    f->suppressions = &rules;
}

/* Builds the finding and has it reported, to the log or the stream.  Whether the
 * log's lists anything. */
static bool report(const char *reason, unsigned kinds, struct lgc_check_stream *stream)
{
    struct lgc_finding *f = &now.grouping.finding;
    bool listed = false, only_new = stream != NULL && stream->only_new;

    now.gaps.count = 0;
    lgc_gaps_note(&now.gaps, &now.look.snapshot, &now.look.scan);
    if (!lgc_apart_group(&now.apart, &now.grouping, &now.look.scan, kinds))
        lgc_gaps_add(&now.gaps, "there was not enough memory to group the losses by site");
    if (only_new)
        lgc_group_drop_old(f);
    describe(f, reason, only_new);
    if (stream == NULL)
        listed = lgc_deliver(f);
    else
        stream->error = lgc_deliver_stream(f, stream->fd) ? 0 : errno;
    lgc_group_free(&now.grouping);
    return listed;
}

/* True if something was done that must be said. */
static bool reclaim(const struct lgc_check_request *request)
{
    static struct leaksgc_reclaimed ever;
    struct lgc_reclaim_order order = { LGC_RECLAIM_FREE, lgc_settings.min_age, false };
    struct lgc_reclaim_done done;

    memset(&done, 0, sizeof done);
    if (request->order != NULL)
        order = *request->order;
    if (request->order == NULL || lgc_settings.reclaim != LGC_RECLAIM_OFF)
        order.how = (enum lgc_reclaim)lgc_settings.reclaim;
    /* Where anything may have been missed, nothing is surely lost. */
    if (!request->last && now.look.scan.complete && !now.look.scan.tried && now.look.scan.differ == 0 &&
        now.look.snapshot.silent == 0)
        lgc_reclaim_run(&order, &now.look.scan, checks, &now.apart, &done);
    if (checks == 1)
        memset(&ever, 0, sizeof ever);
    add(&ever.freed, &done.sum.freed);
    add(&ever.false_leaks, &done.sum.false_leaks);
    now.result.reclaimed = ever.freed;
    now.result.false_leaks = ever.false_leaks;
    if (request->reclaimed != NULL)
        *request->reclaimed = done;
    return done.sum.freed.objects + done.sum.false_leaks.objects > 0;
}

/* What a check leads to; its scan is done. */
static int conclude(const struct lgc_check_request *request)
{
    int status = now.look.scan.total[LGC_KIND_DIRECT].objects > 0 || now.apart.unjoined > 0;
    bool done;

    lgc_past_match(&now.look.scan, checks);
    done = reclaim(request);
    lgc_past_add(&now.look.scan, &now.result);
    lgc_apart_add_suspects(&now.apart);
    if (request->result != NULL)
        *request->result = now.result;
    if (done && !request->report) /* it is always said in the log */
        report(request->reason, 0, NULL);
    for (struct lgc_check_stream *s = request->streams; s != NULL; s = s->next)
        report(request->reason, s->kinds != 0 ? s->kinds : (unsigned)lgc_settings.report_kinds, s);
    return request->report ? report(request->reason, kinds_of(request), NULL) : status;
}

struct run { const struct lgc_check_request *request; int status; };

static int run(const struct lgc_check_request *request)
{
    uint64_t begin = clock_ns();
    int status;

    lgc_track_begin_check(++checks);
    lgc_numbers_heap(&now.result.before);
    if (!look(request)) {
        checks -= now.look.given_up;
        errno = now.look.given_up ? ECANCELED : ENOMEM;
        return -1;
    }
    fill_result(clock_ns() - begin);
    lgc_apart_begin(&now.apart, checks, lgc_track_now_ns());
    now.result.unjoined_threads = now.apart.unjoined;
    status = conclude(request);
    lgc_apart_free(&now.apart);
    lgc_past_release(&now.look.scan);
    return status;
}

static void run_alone(void *arg)
{
    struct run *r = arg;
    int saved = errno;

    r->status = run(r->request);
    if (r->status >= 0)
        errno = saved;
}

int lgc_check_run(const struct lgc_check_request *request)
{
    struct run r = { request, -1 };

    lgc_alone_run(!request->patient, run_alone, &r);
    return r.status;
}

void lgc_check_result(struct leaksgc_result *out) { lgc_past_result(out); }

int lgc_check_each(leaksgc_leak_fn *each, void *arg) { return lgc_past_each(each, arg); }

int lgc_check_reachable(const void *p) { return lgc_past_reachable(p); }

void lgc_check_fork_enter(void)
{
    lgc_past_fork_enter();
    lgc_sample_fork_enter();
}

void lgc_check_fork_leave(void)
{
    lgc_sample_fork_leave();
    lgc_past_fork_leave();
}

/* A check that was under way goes on in the parent alone. */
void lgc_check_fork_child(void)
{
    lgc_lock_reset(&lgc_check_lock);
    lgc_past_fork_child();
    lgc_sample_fork_child();
    lgc_reclaim_fork_child();
    lgc_look_fork_child();
    memset(&now.apart, 0, sizeof now.apart);
    checks = 0;
}
