/* SPDX-License-Identifier: MIT
 * answer.c: checks and numbers as messages of the channel. */
#include "run/answer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/sys.h"
#include "control/message.h"
#include "leaksgc.h"
#include "run/check.h"
#include "run/deliver.h"
#include "run/dumpfile.h"
#include "run/files.h"
#include "run/helper.h"
#include "run/lost.h"
#include "run/settings.h"

/* The tool at the other end reads whatever comes; this is for one that hangs. */
enum { SLOW_READER_SECONDS = 20 };

void lgc_answer_init(struct lgc_answer *a)
{
    lgc_out_init(&a->text, -1);
    a->file = -1;
}

void lgc_answer_free(struct lgc_answer *a)
{
    if (a->file >= 0)
        lgc_sys_close(a->file);
    a->file = -1;
}

void lgc_answer_fail(struct lgc_answer *a, const char *what)
{
    int error = errno;

    lgc_answer_free(a);
    lgc_answer_init(a);
    lgc_out_f(&a->text, LGC_MESSAGE_ERROR " %s: %s", what, strerrordesc_np(error));
}

void lgc_answer_put(struct lgc_answer *a, const char *name, uint64_t value)
{
    lgc_out_f(&a->text, " %s=%llu", name, (unsigned long long)value);
}

static void put_amount(struct lgc_answer *a, const char *bytes, const char *objects,
                       struct leaksgc_amount amount)
{
    lgc_answer_put(a, bytes, amount.bytes);
    lgc_answer_put(a, objects, amount.objects);
}

bool lgc_answer_open(struct lgc_answer *a)
{
    a->file = (int)syscall(SYS_memfd_create, "leaksgc", 1u /* MFD_CLOEXEC */);
    if (a->file < 0)
        lgc_answer_fail(a, "no file in memory could be made");
    return a->file >= 0;
}

void lgc_answer_rewind(struct lgc_answer *a) { lgc_sys_lseek(a->file, 0, SEEK_SET); }

/* A check as seen from outside: none of the program's data is on this thread. */
static int check_outside(struct lgc_check_request *request)
{
    struct lgc_stopped self;
    int status;

    memset(&self, 0, sizeof self);
    self.state = LGC_STOP_GONE;
    request->self = &self;
    lgc_guard_leave(); /* the check enters it by itself */
    status = lgc_check_run(request);
    lgc_guard_enter();
    return status;
}

/* What it gives back, it says in the log, whoever has asked. */
static int check(struct lgc_check_request *request)
{
    bool says = request->order != NULL || lgc_settings.reclaim != LGC_RECLAIM_OFF;
    int status;

    if (says)
        lgc_files_borrow_stderr();
    status = check_outside(request);
    if (says)
        lgc_files_return_stderr();
    return status;
}

/* ---- checks ----------------------------------------------------------- */

/* What the last check has found, in numbers. */
struct outcome { struct leaksgc_result r; struct leaksgc_amount news; };

static int add_new(const struct leaksgc_leak *leak, void *arg)
{
    struct outcome *o = arg;

    if (leak->found_check == o->r.checks &&
        (leak->kind == LEAKSGC_DIRECT || leak->kind == LEAKSGC_INDIRECT)) {
        o->news.bytes += leak->size;
        o->news.objects += leak->count;
    }
    return 0;
}

static void take_outcome(struct outcome *o)
{
    memset(o, 0, sizeof *o);
    lgc_check_result(&o->r);
    lgc_check_each(add_new, o);
}

static void put_outcome(struct lgc_answer *a, const char *word, const struct outcome *o)
{
    lgc_out_str(&a->text, word);
    lgc_answer_put(a, "check", o->r.checks);
    lgc_answer_put(a, "pause", o->r.pause_ns);
    lgc_answer_put(a, "duration", o->r.duration_ns);
    lgc_answer_put(a, "live_bytes", o->r.after.live_bytes);
    lgc_answer_put(a, "live_objects", o->r.heap_objects);
    put_amount(a, "direct_bytes", "direct_objects", o->r.direct);
    put_amount(a, "indirect_bytes", "indirect_objects", o->r.indirect);
    put_amount(a, "new_bytes", "new_objects", o->news);
}

void lgc_answer_hello(struct lgc_answer *a)
{
    struct leaksgc_result r;

    lgc_check_result(&r);
    lgc_out_str(&a->text, LGC_MESSAGE_OK);
    lgc_answer_put(a, "pid", (uint64_t)getpid());
    lgc_answer_put(a, "checks", r.checks);
}

static unsigned kinds_of(const struct lgc_ask *ask)
{
    return ask->what != LGC_ASK_LOST && ask->stream.kinds != 0 ? ask->stream.kinds
                                                              : (unsigned)lgc_settings.report_kinds;
}

/* What it wants of the check.  False: it has its answer, an error. */
static bool begin(struct lgc_ask *ask, struct lgc_check_request *request)
{
    lgc_answer_init(&ask->answer);
    if (ask->what != LGC_ASK_LINE && !lgc_answer_open(&ask->answer))
        return false;
    request->kinds |= kinds_of(ask);
    if (ask->what == LGC_ASK_LEAKS) {
        ask->stream.fd = ask->answer.file;
        ask->stream.error = 0;
        ask->stream.next = request->streams;
        request->streams = &ask->stream;
    }
    return true;
}

static int write_lost(const struct lgc_ask *ask)
{
    struct lgc_out out;

    lgc_out_init(&out, ask->answer.file);
    return lgc_lost_write(&out, kinds_of(ask)) ? 0 : errno;
}

/* `error`: of the check. */
static void finish(struct lgc_ask *ask, int error, const struct outcome *outcome)
{
    if (error == 0 && ask->what == LGC_ASK_LEAKS)
        error = ask->stream.error;
    if (error == 0 && ask->what == LGC_ASK_LOST)
        error = write_lost(ask);
    if (error != 0) {
        errno = error;
        lgc_answer_fail(&ask->answer, "the check could not be done");
        return;
    }
    if (ask->what != LGC_ASK_LINE)
        lgc_answer_rewind(&ask->answer);
    put_outcome(&ask->answer, ask->what == LGC_ASK_LINE ? LGC_MESSAGE_LINE : LGC_MESSAGE_OK, outcome);
}

void lgc_answer_asks(struct lgc_ask *ask, size_t n)
{
    struct lgc_check_request request = { .reason = "request" };
    struct outcome outcome;
    bool wanted = false;
    int error;

    for (size_t i = 0; i < n; i++) {
        ask[i].ready = ask[i].what == LGC_ASK_NOTHING || !begin(&ask[i], &request);
        wanted |= !ask[i].ready;
    }
    if (!wanted)
        return;
    error = check(&request) < 0 ? errno : 0;
    take_outcome(&outcome);
    for (size_t i = 0; i < n; i++)
        if (!ask[i].ready)
            finish(&ask[i], error, &outcome);
}

/* What is left is lost and was not given back. */
static void put_reclaimed(struct lgc_answer *a, const struct lgc_reclaim_done *d)
{
    put_amount(a, "due_bytes", "due_objects", d->due);
    put_amount(a, "quarantined_bytes", "quarantined_objects", d->sum.quarantined);
    put_amount(a, "once_bytes", "once_objects", d->once);
    put_amount(a, "young_bytes", "young_objects", d->young);
    put_amount(a, "site_bytes", "site_objects", d->site);
    put_amount(a, "wrong_bytes", "wrong_objects", d->wrong);
    put_amount(a, "held_bytes", "held_objects", d->held);
}

/* Between the two, by either check: with reclaim=free the first one frees, too. */
static struct leaksgc_amount since(struct leaksgc_amount now, struct leaksgc_amount before)
{
    return (struct leaksgc_amount){ now.bytes - before.bytes, now.objects - before.objects };
}

static struct leaksgc_amount left(const struct leaksgc_result *r, const struct leaksgc_amount *freed)
{
    return (struct leaksgc_amount){ r->direct.bytes + r->indirect.bytes - freed->bytes,
                                    r->direct.objects + r->indirect.objects - freed->objects };
}

void lgc_answer_optimize(struct lgc_answer *a, const struct lgc_reclaim_order *order)
{
    struct lgc_check_request request = { .reason = "optimize" };
    struct lgc_reclaim_done done;
    struct leaksgc_result before;
    struct outcome after;
    struct lgc_check_stream stream = { .fd = -1 };

    if (!lgc_answer_open(a))
        return;
    lgc_check_result(&before);
    if (check(&request) >= 0) {
        request = (struct lgc_check_request){ .reason = "optimize", .streams = &stream,
                                              .order = order, .reclaimed = &done };
        stream.fd = a->file;
        if (check(&request) >= 0 && (errno = stream.error) == 0) {
            take_outcome(&after);
            lgc_answer_rewind(a);
            put_outcome(a, LGC_MESSAGE_OK, &after);
            lgc_answer_put(a, "min_age", order->min_age_ns);
            put_amount(a, "freed_bytes", "freed_objects", since(after.r.reclaimed, before.reclaimed));
            put_amount(a, "false_bytes", "false_objects", since(after.r.false_leaks, before.false_leaks));
            put_amount(a, "left_bytes", "left_objects",
                       left(&after.r, &done.sum.freed));
            put_reclaimed(a, &done);
            return;
        }
    }
    lgc_answer_fail(a, "the check could not be done");
}

void lgc_answer_dump(struct lgc_answer *a, int socket)
{
    struct lgc_stopped self;
    struct lgc_dumpfile_request request = { .reason = "command", .self = &self };
    struct timeval limit = { SLOW_READER_SECONDS, 0 };
    int status = -1;

    memset(&self, 0, sizeof self);
    self.state = LGC_STOP_GONE;
    errno = EINVAL;
    if (socket >= 0 && lgc_sys_setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0) {
        lgc_guard_leave(); /* the dump enters it by itself */
        status = lgc_dumpfile_send(socket, &request);
        lgc_guard_enter();
    }
    if (status != 0)
        lgc_answer_fail(a, "the heap dump could not be written");
    else {
        lgc_out_str(&a->text, LGC_MESSAGE_OK);
        lgc_answer_put(a, "encode", lgc_settings.encode_addresses != 0);
    }
}

void lgc_answer_log(const char *reason, bool report)
{
    struct lgc_check_request request = { .reason = reason, .report = report,
                                         .patient = strcmp(reason, "signal") != 0 };
    struct outcome o;
    struct lgc_out out;

    lgc_out_init(&out, -1);
    if (check_outside(&request) < 0) {
        if (errno == ECANCELED)
            return; /* the process ends, with a check of its own */
        lgc_out_f(&out, "no check (%s): %s", reason, strerrordesc_np(errno));
    } else {
        take_outcome(&o);
        lgc_out_f(&out, "check %u (%s): pause %llu us, took %llu us, live %llu byte(s) in %llu "
                        "object(s), lost %llu byte(s) in %llu object(s), new %llu byte(s) in "
                        "%llu object(s)", o.r.checks, reason,
                  (unsigned long long)o.r.pause_ns / 1000, (unsigned long long)o.r.duration_ns / 1000,
                  (unsigned long long)o.r.after.live_bytes, (unsigned long long)o.r.heap_objects,
                  (unsigned long long)(o.r.direct.bytes + o.r.indirect.bytes),
                  (unsigned long long)(o.r.direct.objects + o.r.indirect.objects),
                  (unsigned long long)o.news.bytes, (unsigned long long)o.news.objects);
    }
    lgc_deliver_line(out.buf, out.used);
}
