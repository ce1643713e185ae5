/* SPDX-License-Identifier: MIT
 * cmd_optimize.c: leaksgc optimize - gives back what a live process has surely
 * lost, and tells which of its sites churn. */
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "tool/commands.h"
#include "tool/link.h"
#include "tool/number.h"
#include "tool/optimizeview.h"

enum { DEFAULT_TOP = 10, DEFAULT_SAMPLES = 200, MOST = 10000 };

struct request {
    uint64_t top, samples, min_age_ns;
    bool age_given, dry, json;
};

void lgc_cmd_optimize_help(struct lgc_out *out)
{
    lgc_out_str(out,
        "PROCESS is a pid or a name.  It is checked twice; what both checks find lost, and is old\n"
        "enough, is freed.  A pointer that the program has disguised is not seen: what it leads to\n"
        "would be freed.\n"
        "\n"
        "  -n, --dry-run              say what would be freed, and free nothing\n"
        "  --min-age=TIME             free only what is older (default: the process's option min_age)\n"
        "  --samples=N                look N times, 5 ms apart, for blocks that do not live long\n"
        "                             (default: 200; 0: not at all)\n"
        "  --top=N                    the N first sites of each list (default: 10)\n"
        "  --format=FORMAT            one of: text json\n");
}

static int read_count(struct lgc_cli *cli, const char *value, uint64_t *to)
{
    if (lgc_num_count(value, to) && *to <= MOST)
        return 0;
    return lgc_cli_usage(cli->command, "wrong number '%s' for --%s: 0 to %d is wanted", value,
                         cli->name, MOST);
}

static int read_value(struct request *r, struct lgc_cli *cli)
{
    const char *value = lgc_cli_value(cli);
    if (value == NULL)
        return lgc_cli_no_value(cli);
    if (lgc_cli_is(cli, "top"))
        return read_count(cli, value, &r->top);
    if (lgc_cli_is(cli, "samples"))
        return read_count(cli, value, &r->samples);
    if (lgc_cli_is(cli, "min-age")) {
        r->age_given = true;
        return lgc_num_duration(value, &r->min_age_ns) && r->min_age_ns <= 31536000000000000u
                   ? 0
                   : lgc_cli_usage(cli->command, "wrong time '%s' for --min-age: as 250ms, 30s or "
                                   "5m, at most a year", value);
    }
    r->json = strcmp(value, "json") == 0;
    return r->json || strcmp(value, "text") == 0
               ? 0
               : lgc_cli_usage(cli->command, "wrong format '%s': text or json is wanted", value);
}

static int read_option(struct request *r, struct lgc_cli *cli)
{
    if (lgc_cli_is(cli, "n") || lgc_cli_is(cli, "dry-run")) {
        r->dry = true;
        return cli->value == NULL ? 0 : lgc_cli_odd_value(cli);
    }
    if (!lgc_cli_is(cli, "top") && !lgc_cli_is(cli, "samples") && !lgc_cli_is(cli, "min-age") &&
        !lgc_cli_is(cli, "format"))
        return lgc_cli_unknown(cli);
    return read_value(r, cli);
}

/* Asks, and reads the rows that come with the answer. */
static int ask(struct lgc_link *link, const struct lgc_message_request *request,
               struct lgc_client_answer *answer, struct lgc_toplist *rows)
{
    int status = lgc_link_ask(link, request, answer);
    if (status == 0 && answer->file >= 0) {
        status = lgc_toplist_read(rows, lgc_link_file(answer));
        close(answer->file);
    }
    return status;
}

/* First the churn, as it was before anything is given back. */
static int ask_both(struct lgc_link *link, const struct request *r, struct lgc_optimizeview *view)
{
    struct lgc_message_request request;
    int status = 0;
    if (r->samples > 0) {
        lgc_message_init(&request, LGC_MESSAGE_churn);
        request.value[LGC_MESSAGE_churn_samples] = r->samples;
        request.value[LGC_MESSAGE_churn_top] = r->top > 0 ? r->top : 1;
        view->interval_ns = request.value[LGC_MESSAGE_churn_interval];
        status = ask(link, &request, &view->churn, &view->churn_rows);
    }
    if (status != 0)
        return status;
    lgc_message_init(&request, LGC_MESSAGE_optimize);
    request.value[LGC_MESSAGE_optimize_age_given] = r->age_given;
    request.value[LGC_MESSAGE_optimize_min_age] = r->min_age_ns;
    request.value[LGC_MESSAGE_optimize_dry] = r->dry;
    return ask(link, &request, &view->answer, &view->rows);
}

static int run(const char *process, const struct request *r)
{
    struct lgc_link link;
    struct lgc_out out;
    static struct lgc_optimizeview view;
    int status = lgc_link_open(&link, process);
    view = (struct lgc_optimizeview){ .process = &link.process, .dry = r->dry, .top = r->top,
                                      .sampled = r->samples > 0 };
    if (status == 0)
        status = ask_both(&link, r, &view);
    if (status == 0) {
        lgc_out_init(&out, STDOUT_FILENO);
        if (r->json)
            lgc_optimizeview_json(&out, &view);
        else
            lgc_optimizeview_text(&out, &view);
        status = lgc_cli_end(&out, lgc_link_number(&view.answer, "left_objects") > 0
                                       ? LGC_EXIT_LEAKS : LGC_EXIT_CLEAN);
    }
    lgc_toplist_free(&view.churn_rows);
    lgc_toplist_free(&view.rows);
    lgc_link_close(&link);
    return status;
}

int lgc_cmd_optimize(const struct lgc_command *self, int argc, char **argv)
{
    struct lgc_cli cli = { .command = self, .argc = argc, .argv = argv, .next = 1 };
    struct request r = { .top = DEFAULT_TOP, .samples = DEFAULT_SAMPLES };
    const char *process = NULL;
    int status = 0;
    while (status == 0 && lgc_cli_next(&cli, &process, &status))
        status = read_option(&r, &cli);
    if (status != 0)
        return status;
    return process != NULL ? run(process, &r) : lgc_cli_no_process(self);
}
