/* SPDX-License-Identifier: MIT
 * clients.c: requests become wishes; before a check all are heard, and one check fulfils them. */
#include "run/clients.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "control/server.h"
#include "run/answer.h"
#include "run/churn.h"
#include "run/reclaim.h"
#include "run/schedule.h"
#include "run/settings.h"

static struct lgc_server server = { .folder = -1, .listener = -1 };
/* A client's series: of checks, or, with a top, of samples for `churn`. */
static struct {
    struct lgc_schedule schedule;
    unsigned kinds;
    size_t top;
    struct lgc_churn churn;
} job[LGC_SERVER_CLIENTS];
static struct lgc_ask asks[LGC_SERVER_CLIENTS];     /* who waits for a check   */

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void send(unsigned client, struct lgc_answer *a)
{
    lgc_server_answer(&server, client, a->text.buf, a->text.used, a->file);
    lgc_answer_free(a);
}

static void end_job(unsigned client)
{
    asks[client].what = LGC_ASK_NOTHING;
    job[client].schedule.active = false;
    lgc_churn_free(&job[client].churn);
}

/* One more than asked for: the first sample only begins. */
static void on_churn(unsigned client, const struct lgc_message_request *request)
{
    job[client].top = (size_t)request->value[LGC_MESSAGE_churn_top];
    lgc_schedule_begin(&job[client].schedule, request->value[LGC_MESSAGE_churn_samples] + 1,
                       request->value[LGC_MESSAGE_churn_interval], now_ns());
}

static void on_optimize(struct lgc_answer *answer, const struct lgc_message_request *request)
{
    struct lgc_reclaim_order how = { LGC_RECLAIM_FREE, lgc_settings.min_age,
                                     request->value[LGC_MESSAGE_optimize_dry] != 0 };

    if (request->value[LGC_MESSAGE_optimize_age_given] != 0)
        how.min_age_ns = request->value[LGC_MESSAGE_optimize_min_age];
    lgc_answer_optimize(answer, &how);
}

static void on_gc(unsigned client, const struct lgc_message_request *request)
{
    job[client].top = 0;
    job[client].kinds = (unsigned)request->value[LGC_MESSAGE_gc_kinds];
    lgc_schedule_begin(&job[client].schedule, request->value[LGC_MESSAGE_gc_count],
                       request->value[LGC_MESSAGE_gc_interval], now_ns());
}

/* It shares the next check with all who ask before that begins. */
static void on_leaks(unsigned client, unsigned kinds, bool only_new)
{
    asks[client].what = LGC_ASK_LEAKS;
    asks[client].stream = (struct lgc_check_stream){ .kinds = kinds, .only_new = only_new };
}

static void on_request(void *arg, unsigned client, const struct lgc_message_request *request,
                       int file)
{
    struct lgc_answer answer;

    (void)arg;
    lgc_answer_init(&answer);
    end_job(client);
    switch (request->command) {
    case LGC_MESSAGE_gc:
        on_gc(client, request);
        return;
    case LGC_MESSAGE_churn:
        on_churn(client, request);
        return;
    case LGC_MESSAGE_optimize:
        on_optimize(&answer, request);
        break;
    case LGC_MESSAGE_samples:
        lgc_answer_samples(&answer, (size_t)request->value[LGC_MESSAGE_samples_top]);
        break;
    case LGC_MESSAGE_leaks:
        on_leaks(client, (unsigned)request->value[LGC_MESSAGE_leaks_kinds],
                 request->value[LGC_MESSAGE_leaks_new] != 0);
        return;
    case LGC_MESSAGE_stop:
        on_leaks(client, job[client].kinds, false);
        return;
    case LGC_MESSAGE_dump:
        lgc_answer_dump(&answer, file);
        break;
    case LGC_MESSAGE_lost:
        asks[client].what = LGC_ASK_LOST;
        return;
    case LGC_MESSAGE_heap:
        lgc_answer_heap(&answer, (size_t)request->value[LGC_MESSAGE_heap_top]);
        break;
    case LGC_MESSAGE_hello:
    default:
        lgc_answer_hello(&answer);
    }
    send(client, &answer);
}

static void on_gone(void *arg, unsigned client)
{
    (void)arg;
    end_job(client);
}

static bool is_idle(void *arg, unsigned client)
{
    (void)arg;
    return !job[client].schedule.active && asks[client].what == LGC_ASK_NOTHING;
}

static const struct lgc_server_hooks hooks = { on_request, on_gone, is_idle, NULL };

/* The next sample; without memory it is the last one. */
static void run_churn(unsigned client, bool last)
{
    struct lgc_answer answer;

    if (lgc_churn_sample(&job[client].churn) && !last) {
        lgc_schedule_done(&job[client].schedule, now_ns());
        return;
    }
    lgc_answer_init(&answer);
    lgc_answer_churn(&answer, &job[client].churn, job[client].top);
    end_job(client);
    send(client, &answer);
}

static bool is_last(unsigned client)
{
    return !job[client].schedule.endless && job[client].schedule.left == 1;
}

static bool check_is_due(unsigned client, uint64_t now)
{
    return job[client].top == 0 && lgc_schedule_due(&job[client].schedule, now);
}

/* One check for all who have asked and all series of which one is due; with the
 * last one of a series the finding. */
static void run_asks(uint64_t now)
{
    for (unsigned i = 0; i < LGC_SERVER_CLIENTS; i++) {
        if (!check_is_due(i, now))
            continue;
        on_leaks(i, job[i].kinds, false);
        if (!is_last(i))
            asks[i].what = LGC_ASK_LINE;
    }
    lgc_answer_asks(asks, LGC_SERVER_CLIENTS);
    for (unsigned i = 0; i < LGC_SERVER_CLIENTS; i++) {
        if (asks[i].what == LGC_ASK_NOTHING)
            continue;
        asks[i].what = LGC_ASK_NOTHING;
        if (job[i].schedule.active)
            lgc_schedule_done(&job[i].schedule, now_ns());
        send(i, &asks[i].answer);
    }
}

/* ---- who asks at the same time ----------------------------------------- */

static bool has_place(void)
{
    for (unsigned i = 0; i < LGC_SERVER_CLIENTS; i++)
        if (server.client[i].fd < 0)
            return true;
    return false;
}

/* Whether anybody is to get a check now; `last`: and wants nothing afterwards. */
static bool any_waits(bool last)
{
    uint64_t now = now_ns();

    for (unsigned i = 0; i < LGC_SERVER_CLIENTS; i++)
        if (asks[i].what != LGC_ASK_NOTHING || (check_is_due(i, now) && (!last || is_last(i))))
            return true;
    return false;
}

/* What is asked, and then who comes: for whom there is no place until those who
 * wait have their answer, he waits as well. */
void lgc_clients_serve(struct pollfd *fds, size_t n)
{
    struct pollfd comes;

    if (n == 0)
        return;
    comes = fds[0];
    fds[0].revents = 0;
    lgc_server_serve(&server, fds, n);
    if (comes.revents != 0 && (has_place() || !any_waits(true)))
        lgc_server_serve(&server, &comes, 1);
}

/* Of those who wait only their end is of interest. */
static size_t others(struct pollfd fds[LGC_SERVER_FDS])
{
    size_t n = lgc_server_poll_set(&server, fds), at = 1;

    if (n > 0 && !has_place())
        fds[0].events = 0;
    for (unsigned i = 0; n > 0 && i < LGC_SERVER_CLIENTS; i++)
        if (server.client[i].fd >= 0 && asks[i].what != LGC_ASK_NOTHING)
            fds[at++].events = 0;
        else
            at += server.client[i].fd >= 0;
    return n;
}

/* Before a check whoever has asked is heard, if there are not always more. */
static void hear_others(void)
{
    const struct timespec none = { 0, 0 };
    struct pollfd fds[LGC_SERVER_FDS];
    size_t n;

    for (int i = 0; i < 2 * LGC_SERVER_CLIENTS && any_waits(false); i++) {
        n = others(fds);
        if (syscall(SYS_ppoll, fds, n, &none, NULL, 0) <= 0)
            return;
        lgc_clients_serve(fds, n);
    }
}

void lgc_clients_run_due(void)
{
    uint64_t now = now_ns();

    for (unsigned i = 0; i < LGC_SERVER_CLIENTS; i++)
        if (job[i].top > 0 && lgc_schedule_due(&job[i].schedule, now))
            run_churn(i, is_last(i));
    hear_others();
    run_asks(now_ns());
}

uint64_t lgc_clients_next(void)
{
    uint64_t next = UINT64_MAX;

    for (unsigned i = 0; i < LGC_SERVER_CLIENTS; i++)
        if (lgc_schedule_next(&job[i].schedule) < next)
            next = lgc_schedule_next(&job[i].schedule);
    return next;
}

/* ---- the channel ------------------------------------------------------- */

bool lgc_clients_open(void)
{
    for (unsigned i = 0; i < LGC_SERVER_CLIENTS; i++)
        end_job(i);
    return !lgc_settings.control ||
           lgc_server_open(&server, secure_getenv("XDG_RUNTIME_DIR"), (unsigned)getpid(), &hooks);
}

size_t lgc_clients_poll_set(struct pollfd *fds) { return lgc_server_poll_set(&server, fds); }

void lgc_clients_close(void) { lgc_server_close(&server); }

/* The descriptors are the parent's: here they were never open, or are closed
 * without a trace. */
void lgc_clients_fork_child(void) { lgc_server_forget(&server); }
