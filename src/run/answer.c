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
#include "control/message.h"
#include "leaksgc.h"
#include "run/check.h"
#include "run/deliver.h"
#include "run/dumpfile.h"
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
        close(a->file);
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

void lgc_answer_rewind(struct lgc_answer *a) { lseek(a->file, 0, SEEK_SET); }

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
        lgc_helper_borrow_stderr();
    status = check_outside(request);
    if (says)
        lgc_helper_return_stderr();
    return status;
}

/* ---- checks ----------------------------------------------------------- */

struct news { uint32_t check; struct leaksgc_amount amount; };

static int add_new(const struct leaksgc_leak *leak, void *arg)
{
    struct news *news = arg;

    if (leak->found_check == news->check &&
        (leak->kind == LEAKSGC_DIRECT || leak->kind == LEAKSGC_INDIRECT)) {
        news->amount.bytes += leak->size;
        news->amount.objects += leak->count;
    }
    return 0;
}

/* What the last check has found, in numbers. */
static void put_result(struct lgc_answer *a)
{
    struct leaksgc_result r;
    struct news news = { 0, { 0, 0 } };

    lgc_check_result(&r);
    news.check = r.checks;
    lgc_check_each(add_new, &news);
    lgc_answer_put(a, "check", r.checks);
    lgc_answer_put(a, "pause", r.pause_ns);
    lgc_answer_put(a, "duration", r.duration_ns);
    lgc_answer_put(a, "live_bytes", r.after.live_bytes);
    lgc_answer_put(a, "live_objects", r.heap_objects);
    put_amount(a, "direct_bytes", "direct_objects", r.direct);
    put_amount(a, "indirect_bytes", "indirect_objects", r.indirect);
    put_amount(a, "new_bytes", "new_objects", news.amount);
}

void lgc_answer_hello(struct lgc_answer *a)
{
    struct leaksgc_result r;

    lgc_check_result(&r);
    lgc_out_str(&a->text, LGC_MESSAGE_OK);
    lgc_answer_put(a, "pid", (uint64_t)getpid());
    lgc_answer_put(a, "checks", r.checks);
}

void lgc_answer_leaks(struct lgc_answer *a, unsigned kinds, bool only_new)
{
    struct lgc_check_request request = { .reason = "request", .kinds = kinds, .report = true,
                                         .only_new = only_new, .to_fd = true };

    if (!lgc_answer_open(a))
        return;
    request.fd = a->file;
    if (check(&request) < 0) {
        lgc_answer_fail(a, "the check could not be done");
        return;
    }
    lgc_answer_rewind(a);
    lgc_out_str(&a->text, LGC_MESSAGE_OK);
    put_result(a);
}

void lgc_answer_line(struct lgc_answer *a, bool last, unsigned kinds)
{
    struct lgc_check_request request = { .reason = "request", .kinds = kinds };

    if (last) {
        lgc_answer_leaks(a, kinds, false);
        return;
    }
    if (check(&request) < 0) {
        lgc_answer_fail(a, "the check could not be done");
        return;
    }
    lgc_out_str(&a->text, LGC_MESSAGE_LINE);
    put_result(a);
}

void lgc_answer_lost(struct lgc_answer *a)
{
    struct lgc_check_request request = { .reason = "request" };
    struct lgc_out out;

    if (!lgc_answer_open(a))
        return;
    lgc_out_init(&out, a->file);
    if (check(&request) < 0 || !lgc_lost_write(&out)) {
        lgc_answer_fail(a, "the check could not be done");
        return;
    }
    lgc_answer_rewind(a);
    lgc_out_str(&a->text, LGC_MESSAGE_OK);
    put_result(a);
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
    struct leaksgc_result before, after;

    if (!lgc_answer_open(a))
        return;
    lgc_check_result(&before);
    if (check(&request) >= 0) {
        request = (struct lgc_check_request){ .reason = "optimize", .report = true, .to_fd = true,
                                              .fd = a->file, .order = order, .reclaimed = &done };
        if (check(&request) >= 0) {
            lgc_check_result(&after);
            lgc_answer_rewind(a);
            lgc_out_str(&a->text, LGC_MESSAGE_OK);
            put_result(a);
            lgc_answer_put(a, "min_age", order->min_age_ns);
            put_amount(a, "freed_bytes", "freed_objects", since(after.reclaimed, before.reclaimed));
            put_amount(a, "false_bytes", "false_objects", since(after.false_leaks, before.false_leaks));
            put_amount(a, "left_bytes", "left_objects",
                       left(&after, &done.sum.freed));
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
    if (socket >= 0 && setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0) {
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
    struct leaksgc_result r;
    struct news news = { 0, { 0, 0 } };
    struct lgc_out out;

    lgc_out_init(&out, -1);
    if (check_outside(&request) < 0) {
        if (errno == ECANCELED)
            return; /* the process ends, with a check of its own */
        lgc_out_f(&out, "no check (%s): %s", reason, strerrordesc_np(errno));
    } else {
        lgc_check_result(&r);
        news.check = r.checks;
        lgc_check_each(add_new, &news);
        lgc_out_f(&out, "check %u (%s): pause %llu us, took %llu us, live %llu byte(s) in %llu "
                        "object(s), lost %llu byte(s) in %llu object(s), new %llu byte(s) in "
                        "%llu object(s)", r.checks, reason,
                  (unsigned long long)r.pause_ns / 1000, (unsigned long long)r.duration_ns / 1000,
                  (unsigned long long)r.after.live_bytes, (unsigned long long)r.heap_objects,
                  (unsigned long long)(r.direct.bytes + r.indirect.bytes),
                  (unsigned long long)(r.direct.objects + r.indirect.objects),
                  (unsigned long long)news.amount.bytes, (unsigned long long)news.amount.objects);
    }
    lgc_deliver_line(out.buf, out.used);
}
