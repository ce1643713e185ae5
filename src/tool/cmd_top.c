/* SPDX-License-Identifier: MIT
 * cmd_top.c: leaksgc top - the heap monitor, live in the terminal. */
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "tool/commands.h"
#include "tool/topsession.h"

enum { DEFAULT_SITES = 200, MOST_SITES = 10000, BATCH_SITES = 20, BATCH_WIDTH = 200 };

struct request { struct lgc_topsession session; bool batch, most_given; };

void lgc_cmd_top_help(struct lgc_out *out)
{
    lgc_out_str(out,
        "PROCESS is a pid or a name.  It is not stopped.  Keys: arrows, Page Up and Down, Home, End\n"
        "move the mark; Enter shows the whole stack; s sorts by another column, r backwards; / filters\n"
        "by a name; c checks for leaks; space pauses; + and - change the interval; h helps; q ends.\n"
        "\n");
    lgc_number_series_help(out);
    lgc_out_str(out,
        "  -b, --batch                write lines to standard output, as many times as -n says\n"
        "  --sort=COLUMN              one of: bytes objects growth site\n"
        "  --top=N                    the N sites with the most live bytes (default: 200; --batch: 20)\n");
}

static int read_sort(struct lgc_top *top, struct lgc_cli *cli, const char *value)
{
    for (int i = 0; i < LGC_TOP_ORDERS; i++)
        if (strcmp(value, lgc_top_order_name((enum lgc_top_order)i)) == 0) {
            top->order = (enum lgc_top_order)i;
            return 0;
        }
    return lgc_cli_usage(cli->command, "wrong column '%s': bytes, objects, growth or site is wanted", value);
}

static int read_option(struct request *r, struct lgc_cli *cli)
{
    int status = 0;
    if (lgc_number_series(&r->session.series, cli, &status))
        return status;
    if (lgc_cli_is(cli, "batch") || lgc_cli_is(cli, "b")) {
        r->batch = true;
        return cli->value != NULL ? lgc_cli_odd_value(cli) : 0;
    }
    bool sort = lgc_cli_is(cli, "sort");
    if (!sort && !lgc_cli_is(cli, "top"))
        return lgc_cli_unknown(cli);
    const char *value = lgc_cli_value(cli);
    if (value == NULL)
        return lgc_cli_no_value(cli);
    if (sort)
        return read_sort(&r->session.top, cli, value);
    r->most_given = true;
    if (lgc_num_count(value, &r->session.most) && r->session.most >= 1 && r->session.most <= MOST_SITES)
        return 0;
    return lgc_cli_usage(cli->command, "wrong number '%s' for --top: 1 to %d is wanted", value, MOST_SITES);
}

static void put_batch(struct lgc_out *out, const struct lgc_topsession *s)
{
    char line[1024], clock[32] = "";
    time_t seconds = (time_t)(s->top.time_ns / 1000000000);
    struct tm tm;
    if (localtime_r(&seconds, &tm) != NULL)
        strftime(clock, sizeof clock, "%H:%M:%S", &tm);
    lgc_out_f(out, "%s  process %d (%s)\n", clock, (int)s->link.process.pid, s->link.process.name);
    lgc_top_memory_line(&s->top, line, sizeof line, BATCH_WIDTH);
    lgc_out_f(out, "%s\n", line);
    lgc_top_rate_line(&s->top, line, sizeof line, BATCH_WIDTH);
    lgc_out_f(out, "%s\n", line);
    lgc_top_heading(line, sizeof line, BATCH_WIDTH);
    lgc_out_f(out, "%s\n", line);
    for (size_t i = 0; i < s->top.nshown; i++) {
        lgc_top_row(&s->top, i, line, sizeof line, BATCH_WIDTH);
        lgc_out_f(out, "%s\n", line);
    }
    lgc_out_char(out, '\n');
}

static int run_batch(struct lgc_topsession *s)
{
    const struct timespec pause = { (time_t)(s->series.interval_ns / 1000000000),
                                    (long)(s->series.interval_ns % 1000000000) };
    struct lgc_out out;
    for (uint64_t i = 0; s->series.count == 0 || i < s->series.count; i++) {
        unsigned times = s->top.times;
        if (i > 0)
            nanosleep(&pause, NULL);
        if (lgc_topsession_ask_heap(s))
            lgc_topsession_hear(s);
        if (s->ended || s->top.times == times) {
            lgc_cli_say("process %d (%s) ended before it answered", (int)s->link.process.pid, s->link.process.name);
            return LGC_EXIT_FAILED;
        }
        lgc_out_init(&out, STDOUT_FILENO);
        put_batch(&out, s);
        int status = lgc_cli_end(&out, 0);
        if (status != 0)
            return status;
    }
    return 0;
}

int lgc_cmd_top(const struct lgc_command *self, int argc, char **argv)
{
    struct lgc_cli cli = { .command = self, .argc = argc, .argv = argv, .next = 1 };
    static struct request r;
    struct lgc_topsession *s = &r.session;
    const char *process = NULL;
    int status = 0;
    s->list.whole = true;
    s->link.fd = -1;
    while (status == 0 && lgc_cli_next(&cli, &process, &status))
        status = read_option(&r, &cli);
    if (status != 0)
        return status;
    if (process == NULL)
        return lgc_cli_no_process(self);
    setlocale(LC_CTYPE, "");
    if (!r.batch)
        s->series.count_given = true;       /* without -n until stopped */
    lgc_number_settle(&s->series);
    if (!r.most_given)
        s->most = r.batch ? BATCH_SITES : DEFAULT_SITES;
    if (!r.batch)
        signal(SIGPIPE, SIG_IGN);           /* the screen is put in order first */
    status = lgc_link_open(&s->link, process);
    if (status == 0)
        status = r.batch ? run_batch(s) : lgc_topscreen_run(s);
    lgc_topsession_free(s);
    return status;
}
