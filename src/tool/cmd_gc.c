/* SPDX-License-Identifier: MIT
 * cmd_gc.c: leaksgc gc - checks of a live process on a schedule. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tool/commands.h"
#include "tool/link.h"
#include "tool/number.h"
#include "tool/reporting.h"

void lgc_cmd_gc_help(struct lgc_out *out)
{
    lgc_out_str(out,
        "PROCESS is a pid or a name.  Each check is one line; with another format than text they\n"
        "go to standard error.  Ctrl-C ends a series, with the report.\n"
        "\n");
    lgc_number_series_help(out);
    lgc_reporting_help(out);
}

static volatile sig_atomic_t stopped;

static void on_interrupt(int sig)
{
    stopped = 1;
    signal(sig, SIG_DFL);   /* twice: at once */
}

/* Blocked from then on, but while the tool waits: one that comes between the test of
 * `stopped` and the wait would be seen only at the next line. */
static void block_interrupts(sigset_t *before)
{
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGINT);
    sigaddset(&both, SIGTERM);
    sigprocmask(SIG_BLOCK, &both, before);
}

static void watch_interrupts(void)
{
    struct sigaction sa;
    memset(&sa, 0, sizeof sa);
    sa.sa_handler = on_interrupt;   /* without SA_RESTART */
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGTERM, &sa, NULL);
}

static unsigned long long sum(const struct lgc_client_answer *a, const char *x, const char *y)
{
    return lgc_link_number(a, x) + lgc_link_number(a, y);
}

static bool show_line(const struct lgc_client_answer *a)
{
    struct lgc_out out;
    char pause[32], duration[32];
    lgc_number_time(pause, sizeof pause, lgc_link_number(a, "pause"));
    lgc_number_time(duration, sizeof duration, lgc_link_number(a, "duration"));
    lgc_out_init(&out, strcmp(lgc_reporting_format(), "text") == 0 ? STDOUT_FILENO
                                                                   : STDERR_FILENO);
    lgc_out_f(&out, "check %llu: pause %s, took %s, live %llu byte(s) in %llu object(s), lost "
              "%llu byte(s) in %llu object(s), new %llu byte(s) in %llu object(s)\n",
              sum(a, "check", ""), pause, duration, sum(a, "live_bytes", ""),
              sum(a, "live_objects", ""), sum(a, "direct_bytes", "indirect_bytes"),
              sum(a, "direct_objects", "indirect_objects"), sum(a, "new_bytes", ""),
              sum(a, "new_objects", ""));
    return lgc_cli_end(&out, 0) == 0;
}

/* The program has gone in the middle of a series, and its sites with it.  Of a
 * series without an end what the last line said is the result; but a report that
 * somebody will parse is not there, and a number of checks was not reached. */
static int say_known(const struct lgc_client_answer *last, bool endless)
{
    unsigned long long objects = sum(last, "direct_objects", "indirect_objects");
    bool text = strcmp(lgc_reporting_format(), "text") == 0;
    lgc_cli_say("its last check, number %llu, had found %llu byte(s) in %llu object(s) lost; %s",
                sum(last, "check", ""), sum(last, "direct_bytes", "indirect_bytes"), objects,
                text ? "where they were allocated is not known here"
                     : "there is no report");
    return !text || !endless ? LGC_EXIT_FAILED : objects > 0 ? LGC_EXIT_LEAKS : LGC_EXIT_CLEAN;
}

/* Lines until the last answer, or until the user stops it. */
static int follow(struct lgc_link *link, struct lgc_client_answer *answer,
                  struct lgc_client_answer *last)
{
    int status = 0;
    while (!stopped && status == 0 && lgc_message_is(answer->text, LGC_MESSAGE_LINE)) {
        *last = *answer;
        if (!show_line(answer))
            return LGC_EXIT_FAILED;
        status = lgc_link_hear(link, answer);
    }
    if (status > 0 || (status == 0 && lgc_message_is(answer->text, LGC_MESSAGE_OK)))
        return status;
    struct lgc_message_request request;
    lgc_message_init(&request, LGC_MESSAGE_stop);
    status = lgc_link_ask(link, &request, answer);
    while (status == 0 && lgc_message_is(answer->text, LGC_MESSAGE_LINE)) /* on its way already */
        do
            status = lgc_link_hear(link, answer);
        while (status < 0);
    return status;
}

static int run(const char *process, const struct lgc_series *series)
{
    struct lgc_link link;
    struct lgc_message_request request;
    struct lgc_client_answer answer, last;
    sigset_t before;
    lgc_message_init(&request, LGC_MESSAGE_gc);
    request.value[LGC_MESSAGE_gc_count] = series->count;
    request.value[LGC_MESSAGE_gc_interval] = series->interval_ns;
    request.value[LGC_MESSAGE_gc_kinds] = lgc_reporting_kinds();
    watch_interrupts();
    int status = lgc_link_once(&link, process, &request, &answer);
    if (status != 0)
        return status;
    last.text[0] = '\0';
    block_interrupts(&before);
    link.mask = &before;
    status = follow(&link, &answer, &last);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (link.lost && last.text[0] != '\0')
        status = say_known(&last, series->count == 0);
    else if (status == 0) {
        lgc_reporting_say_clean();
        status = !show_line(&answer) ? LGC_EXIT_FAILED
                                     : lgc_reporting_write(lgc_link_file(&answer),
                                                           link.process.pid);
        close(answer.file);
    }
    lgc_link_close(&link);
    return status;
}

int lgc_cmd_gc(const struct lgc_command *self, int argc, char **argv)
{
    struct lgc_cli cli = { .command = self, .argc = argc, .argv = argv, .next = 1 };
    struct lgc_series series = { 0, 0, false, false };
    const char *process = NULL;
    int status = lgc_reporting_begin(self);
    while (status == 0 && lgc_cli_next(&cli, &process, &status))
        if (!lgc_number_series(&series, &cli, &status))
            status = lgc_reporting_option(&cli);
    lgc_number_settle(&series);
    if (status == 0)
        status = process != NULL ? run(process, &series) : lgc_cli_no_process(self);
    lgc_reporting_end();
    return status;
}
