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
#include "find/live.h"
#include "leaksgc.h"
#include "run/check.h"
#include "run/deliver.h"
#include "run/dumpfile.h"
#include "run/lost.h"

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

static void fail(struct lgc_answer *a, const char *what)
{
    int error = errno;

    lgc_answer_free(a);
    lgc_answer_init(a);
    lgc_out_f(&a->text, LGC_MESSAGE_ERROR " %s: %s", what, strerrordesc_np(error));
}

static void put(struct lgc_answer *a, const char *name, uint64_t value)
{
    lgc_out_f(&a->text, " %s=%llu", name, (unsigned long long)value);
}

static void put_amount(struct lgc_answer *a, const char *bytes, const char *objects,
                       struct leaksgc_amount amount)
{
    put(a, bytes, amount.bytes);
    put(a, objects, amount.objects);
}

/* A file in memory: the check writes to it and waits for nobody. */
static bool open_file(struct lgc_answer *a)
{
    a->file = (int)syscall(SYS_memfd_create, "leaksgc", 1u /* MFD_CLOEXEC */);
    if (a->file < 0)
        fail(a, "no file in memory could be made");
    return a->file >= 0;
}

static void rewind_file(struct lgc_answer *a) { lseek(a->file, 0, SEEK_SET); }

/* A check as seen from outside: none of the program's data is on this thread. */
static int check(struct lgc_check_request *request)
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
    put(a, "check", r.checks);
    put(a, "pause", r.pause_ns);
    put(a, "duration", r.duration_ns);
    put(a, "live_bytes", r.after.live_bytes);
    put(a, "live_objects", r.heap_objects);
    put_amount(a, "direct_bytes", "direct_objects", r.direct);
    put_amount(a, "indirect_bytes", "indirect_objects", r.indirect);
    put_amount(a, "new_bytes", "new_objects", news.amount);
}

void lgc_answer_hello(struct lgc_answer *a)
{
    struct leaksgc_result r;

    lgc_check_result(&r);
    lgc_out_str(&a->text, LGC_MESSAGE_OK);
    put(a, "pid", (uint64_t)getpid());
    put(a, "checks", r.checks);
}

void lgc_answer_leaks(struct lgc_answer *a, unsigned kinds, bool only_new)
{
    struct lgc_check_request request = { .reason = "request", .kinds = kinds, .report = true,
                                         .only_new = only_new, .to_fd = true };

    if (!open_file(a))
        return;
    request.fd = a->file;
    if (check(&request) < 0) {
        fail(a, "the check could not be done");
        return;
    }
    rewind_file(a);
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
        fail(a, "the check could not be done");
        return;
    }
    lgc_out_str(&a->text, LGC_MESSAGE_LINE);
    put_result(a);
}

void lgc_answer_lost(struct lgc_answer *a)
{
    struct lgc_check_request request = { .reason = "request" };
    struct lgc_out out;

    if (!open_file(a))
        return;
    lgc_out_init(&out, a->file);
    if (check(&request) < 0 || !lgc_lost_write(&out)) {
        fail(a, "the check could not be done");
        return;
    }
    rewind_file(a);
    lgc_out_str(&a->text, LGC_MESSAGE_OK);
    put_result(a);
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
        fail(a, "the heap dump could not be written");
    else
        lgc_out_str(&a->text, LGC_MESSAGE_OK);
}

void lgc_answer_log(const char *reason, bool report)
{
    struct lgc_check_request request = { .reason = reason, .report = report };
    struct leaksgc_result r;
    struct news news = { 0, { 0, 0 } };
    struct lgc_out out;

    lgc_out_init(&out, -1);
    if (check(&request) < 0) {
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

/* ---- the monitor ------------------------------------------------------ */

/* The largest live sites as a finding stream. */
static bool write_top(struct lgc_answer *a, size_t top)
{
    static struct lgc_grouping grouping;
    struct lgc_live live;
    bool good = lgc_live_count(&live) && lgc_live_build(&grouping, &live, top);

    lgc_live_free(&live);
    if (good) {
        grouping.finding.pid = (uint32_t)getpid();
        grouping.finding.reason = "heap";
        good = lgc_deliver_stream(&grouping.finding, a->file);
    }
    lgc_group_free(&grouping);
    return good;
}

void lgc_answer_heap(struct lgc_answer *a, size_t top)
{
    struct leaksgc_heap h;

    if (top > 0) {
        if (!open_file(a))
            return;
        errno = ENOMEM;
        if (!write_top(a, top)) {
            fail(a, "the sites could not be counted");
            return;
        }
        rewind_file(a);
    }
    lgc_check_heap(&h);
    lgc_out_str(&a->text, LGC_MESSAGE_OK);
    put(a, "time", (uint64_t)h.time_ns);
    put(a, "process", h.process_bytes);
    put(a, "allocated", h.allocated_bytes);
    put(a, "freed", h.freed_bytes);
    put(a, "live", h.live_bytes);
    put(a, "unused", h.unused_bytes);
    put(a, "largest", h.largest_bytes);
}
