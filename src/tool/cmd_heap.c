/* SPDX-License-Identifier: MIT
 * cmd_heap.c: leaksgc heap - the heap monitor of a live process. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "tool/commands.h"
#include "tool/heapview.h"
#include "tool/number.h"

enum { DEFAULT_TOP = 10, MOST_TOP = 10000 };

struct request {
    struct lgc_series series;
    lgc_heapview_fn *put;
    uint64_t top;
    bool top_given, tables;         /* csv: no sites unless asked for        */
};

void lgc_cmd_heap_help(struct lgc_out *out)
{
    lgc_out_str(out,
        "PROCESS is a pid or a name.  It is not stopped.\n"
        "\n");
    lgc_number_series_help(out);
    lgc_out_str(out,
        "  --format=FORMAT            one of: text json csv prometheus; json is one object a line,\n"
        "                             prometheus one page: no series\n"
        "  --top=N                    the N sites with the most live bytes (default: 10; in a\n"
        "                             series of text, and in csv: 0)\n");
}

static int read_option(struct request *r, struct lgc_cli *cli)
{
    int status = 0;
    bool format = lgc_cli_is(cli, "format");
    if (lgc_number_series(&r->series, cli, &status))
        return status;
    if (!format && !lgc_cli_is(cli, "top"))
        return lgc_cli_unknown(cli);
    const char *value = lgc_cli_value(cli);
    if (value == NULL)
        return lgc_cli_no_value(cli);
    if (format) {
        r->put = lgc_heapview_format(value);
        r->tables = strcmp(value, "csv") == 0;
        return r->put != NULL ? 0 : lgc_cli_usage(cli->command, "wrong format '%s': text, json, "
                                                  "csv or prometheus is wanted", value);
    }
    r->top_given = true;
    if (lgc_num_count(value, &r->top) && r->top <= MOST_TOP)
        return 0;
    return lgc_cli_usage(cli->command, "wrong number '%s' for --top: 0 to %d is wanted", value,
                         MOST_TOP);
}

static int read_samples(struct lgc_link *link, const struct request *r, struct lgc_toplist *samples)
{
    struct lgc_message_request request;
    struct lgc_client_answer answer;
    lgc_message_init(&request, LGC_MESSAGE_samples);
    request.value[LGC_MESSAGE_samples_top] = r->top;
    int status = lgc_link_ask(link, &request, &answer);
    if (status == 0 && answer.file >= 0) {
        status = lgc_toplist_read(samples, lgc_link_file(&answer));
        close(answer.file);
    }
    return status;
}

static int show_one(struct lgc_link *link, const struct request *r, struct lgc_heapview *view,
                    struct lgc_toplist *sites, struct lgc_toplist *samples)
{
    struct lgc_message_request request;
    struct lgc_client_answer answer;
    struct lgc_out out;
    lgc_message_init(&request, LGC_MESSAGE_heap);
    request.value[LGC_MESSAGE_heap_top] = r->top;
    int status = lgc_link_ask(link, &request, &answer);
    if (status != 0)
        return status;
    if (answer.file >= 0) {
        status = lgc_toplist_read(sites, lgc_link_file(&answer));
        close(answer.file);
    }
    lgc_heapview_read(view, &answer);
    if (status == 0 && r->top > 0 && lgc_link_number(&answer, "samples") > 0)
        status = read_samples(link, r, samples);
    lgc_out_init(&out, STDOUT_FILENO);
    if (status == 0)
        r->put(&out, view);
    return lgc_cli_end(&out, status);
}

static int run(const char *process, struct request *r)
{
    struct lgc_link link;
    struct lgc_toplist sites = { 0 }, samples = { 0 };
    struct lgc_heapview view = { .process = &link.process, .sites = &sites, .samples = &samples,
                                 .first = true,
                                 .series = r->series.count != 1 };
    const struct timespec pause = { (time_t)(r->series.interval_ns / 1000000000),
                                    (long)(r->series.interval_ns % 1000000000) };
    if (!r->top_given)
        r->top = r->tables || (view.series && r->put == lgc_heapview_format("text")) ? 0
                                                                                      : DEFAULT_TOP;
    int status = lgc_link_open(&link, process);
    for (uint64_t i = 0; status == 0 && (r->series.count == 0 || i < r->series.count); i++) {
        if (i > 0)
            nanosleep(&pause, NULL);
        status = show_one(&link, r, &view, &sites, &samples);
        view.first = false;
    }
    lgc_toplist_free(&samples);
    lgc_toplist_free(&sites);
    lgc_link_close(&link);
    return status;
}

int lgc_cmd_heap(const struct lgc_command *self, int argc, char **argv)
{
    struct lgc_cli cli = { .command = self, .argc = argc, .argv = argv, .next = 1 };
    static struct request r;
    const char *process = NULL;
    int status = 0;
    r.put = lgc_heapview_format("text");
    while (status == 0 && lgc_cli_next(&cli, &process, &status))
        status = read_option(&r, &cli);
    lgc_number_settle(&r.series);
    if (status != 0)
        return status;
    if (r.series.count != 1 && r.put == lgc_heapview_format("prometheus"))
        return lgc_cli_usage(self, "a page for Prometheus has one sample: -n 1, and again at each "
                             "scrape");
    return process != NULL ? run(process, &r) : lgc_cli_no_process(self);
}
