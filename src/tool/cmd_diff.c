/* SPDX-License-Identifier: MIT
 * cmd_diff.c: leaksgc diff - what changed between two heap dumps or reports. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <leaksgc.h>

#include "base/num.h"
#include "graph/diff.h"
#include "graph/explain.h"
#include "run/option.h"
#include "tool/commands.h"
#include "tool/opencensus.h"

enum { DEFAULT_TOP = 40 };

struct request {
    struct lgc_options options;
    const char *file[2];
    uint64_t top;
    bool json, all;
};

static const char *const changes[] = { "new", "grown", "same", "shrunk", "gone" };

void lgc_cmd_diff_help(struct lgc_out *out)
{
    lgc_out_str(out,
        "A and B are heap dumps or JSON reports (--format=json); sites are compared by fingerprint.\n"
        "exit status: 1 if B has leaks of sites that lost nothing in A\n"
        "\n"
        "  --format=FORMAT            text or json\n"
        "  --report-kinds=KINDS       count these only: direct, indirect, possible, reachable,\n"
        "                             all (default: all that both list)\n"
        "  --top=N                    rows of the table (default: 40)\n"
        "  --all                      also sites that did not change\n");
}

static void remember_why(void *arg, const char *name, const char *value, const char *why)
{
    (void)name;
    (void)value;
    *(const char **)arg = why;
}

static int read_option(struct request *r, struct lgc_cli *cli)
{
    const char *why = NULL;
    if (lgc_cli_is(cli, "all")) {
        r->all = true;
        return cli->value == NULL ? 0 : lgc_cli_odd_value(cli);
    }
    bool top = lgc_cli_is(cli, "top"), format = lgc_cli_is(cli, "format");
    if (!top && !format && !lgc_cli_is(cli, "report-kinds") && !lgc_cli_is(cli, "report_kinds"))
        return lgc_cli_unknown(cli);
    const char *value = lgc_cli_value(cli);
    if (value == NULL)
        return lgc_cli_no_value(cli);
    if (top)
        return lgc_num_count(value, &r->top) && r->top > 0 ? 0
             : lgc_cli_usage(cli->command, "wrong value '%s' for --top: a number of rows is "
                             "wanted", value);
    if (format) {
        r->json = strcmp(value, "json") == 0;
        return r->json || strcmp(value, "text") == 0 ? 0
             : lgc_cli_usage(cli->command, "wrong value '%s' for --format: text or json", value);
    }
    if (lgc_option_set(&r->options, "report_kinds", value, remember_why, &why))
        return 0;
    return lgc_cli_usage(cli->command, "wrong value '%s' for --%s: %s", value, cli->name, why);
}

/* ---- text ------------------------------------------------------------- */

static void put_change(struct lgc_out *out, uint64_t before, uint64_t after)
{
    struct lgc_out text;
    lgc_out_init(&text, -1);
    lgc_out_char(&text, after >= before ? '+' : '-');
    lgc_explain_bytes(&text, after >= before ? after - before : before - after);
    for (size_t i = text.used; i < 10; i++)
        lgc_out_char(out, ' ');
    lgc_out_bytes(out, text.buf, text.used);
}

static void put_count(struct lgc_out *out, uint64_t before, uint64_t after)
{
    struct lgc_out text;
    lgc_out_init(&text, -1);
    lgc_out_f(&text, "%c%llu", after >= before ? '+' : '-',
              (unsigned long long)(after >= before ? after - before : before - after));
    for (size_t i = text.used; i < 11; i++)
        lgc_out_char(out, ' ');
    lgc_out_bytes(out, text.buf, text.used);
}

static void put_bytes(struct lgc_out *out, uint64_t bytes)
{
    struct lgc_out text;
    lgc_out_init(&text, -1);
    lgc_explain_bytes(&text, bytes);
    for (size_t i = text.used; i < 9; i++)
        lgc_out_char(out, ' ');
    lgc_out_bytes(out, text.buf, text.used);
}

static const char *where_of(const struct lgc_diff_row *r)
{
    return r->after != NULL ? r->after->where : r->before->where;
}

static void row_text(struct lgc_out *out, const struct lgc_diff_row *r)
{
    const char *name = r->new_leak ? "NEW LEAK" : changes[r->change];
    lgc_out_str(out, name);
    for (size_t n = strlen(name); n < 8; n++)
        lgc_out_char(out, ' ');
    put_change(out, r->had.bytes, r->has.bytes);
    put_count(out, r->had.objects, r->has.objects);
    put_bytes(out, r->has.bytes);
    put_change(out, r->had_lost.bytes, r->has_lost.bytes);
    lgc_out_f(out, "  %s\n", where_of(r));
}

static void put_total(struct lgc_out *out, const char *name, struct lgc_amount had,
                      struct lgc_amount has)
{
    lgc_out_f(out, "%s: %llu byte(s) in %llu object(s) -> %llu byte(s) in %llu object(s)\n", name,
              (unsigned long long)had.bytes, (unsigned long long)had.objects,
              (unsigned long long)has.bytes, (unsigned long long)has.objects);
}

static void put_text(const struct request *r, struct lgc_out *out, const struct lgc_diff *d)
{
    size_t shown = 0, left = 0;
    put_total(out, "all", d->had, d->has);
    put_total(out, "lost", d->had_lost, d->has_lost);
    lgc_out_str(out, "\nchange       bytes    objects      now      lost  allocated in\n");
    for (size_t i = 0; i < d->n; i++) {
        if (d->row[i].change == LGC_DIFF_SAME && !d->row[i].new_leak && !r->all)
            continue;
        if (shown < r->top || d->row[i].new_leak) {
            row_text(out, &d->row[i]);
            shown++;
        } else {
            left++;
        }
    }
    if (shown == 0)
        lgc_out_str(out, "nothing changed\n");
    if (left > 0)
        lgc_out_f(out, "... and %zu more\n", left);
    if (d->new_leaks > 0)
        lgc_out_f(out, "\n%zu new leak(s)\n", d->new_leaks);
    else
        lgc_out_str(out, "\nno new leaks\n");
}

/* ---- JSON ------------------------------------------------------------- */

static void put_amount(struct lgc_out *out, const char *key, struct lgc_amount a)
{
    lgc_out_f(out, ",\"%s\":{\"bytes\":%llu,\"objects\":%llu}", key, (unsigned long long)a.bytes,
              (unsigned long long)a.objects);
}

static void put_json(const struct request *r, struct lgc_out *out, const struct lgc_diff *d)
{
    bool first = true;
    lgc_out_str(out, "{\"tool\":\"leaksgc\",\"version\":\"" LEAKSGC_VERSION "\",\"before_file\":");
    lgc_out_json(out, r->file[0]);
    lgc_out_str(out, ",\"after_file\":");
    lgc_out_json(out, r->file[1]);
    lgc_out_f(out, ",\"new_leaks\":%zu", d->new_leaks);
    put_amount(out, "before", d->had);
    put_amount(out, "after", d->has);
    put_amount(out, "before_lost", d->had_lost);
    put_amount(out, "after_lost", d->has_lost);
    lgc_out_str(out, ",\n\"sites\":[");
    for (size_t i = 0; i < d->n; i++) {
        const struct lgc_diff_row *row = &d->row[i];
        if (row->change == LGC_DIFF_SAME && !row->new_leak && !r->all)
            continue;
        lgc_out_f(out, "%s\n{\"fingerprint\":\"%s\",\"change\":\"%s\",\"new_leak\":%s",
                  first ? "" : ",", row->after != NULL ? row->after->fingerprint
                                                       : row->before->fingerprint,
                  changes[row->change], row->new_leak ? "true" : "false");
        put_amount(out, "before", row->had);
        put_amount(out, "after", row->has);
        put_amount(out, "before_lost", row->had_lost);
        put_amount(out, "after_lost", row->has_lost);
        lgc_out_str(out, ",\"where\":");
        lgc_out_json(out, where_of(row));
        lgc_out_char(out, '}');
        first = false;
    }
    lgc_out_str(out, "]}\n");
}

static int compare(struct request *r)
{
    static struct lgc_out out;
    struct lgc_census *before = lgc_opencensus(r->file[0]);
    struct lgc_census *after = before != NULL ? lgc_opencensus(r->file[1]) : NULL;
    struct lgc_diff d = { .row = NULL };
    int status = LGC_EXIT_FAILED;
    if (after != NULL && !lgc_diff_make(before, after, (unsigned)r->options.report_kinds, &d))
        status = lgc_cli_no_memory();
    else if (after != NULL) {
        lgc_out_init(&out, STDOUT_FILENO);
        if (r->json)
            put_json(r, &out, &d);
        else
            put_text(r, &out, &d);
        status = lgc_cli_end(&out, d.new_leaks > 0 ? LGC_EXIT_LEAKS : LGC_EXIT_CLEAN);
    }
    lgc_diff_free(&d);
    lgc_census_free(before);
    lgc_census_free(after);
    return status;
}

int lgc_cmd_diff(const struct lgc_command *self, int argc, char **argv)
{
    static struct request r = { .top = DEFAULT_TOP };
    struct lgc_cli cli = { .command = self, .argc = argc, .argv = argv, .next = 1 };
    const char *operand = "";
    int status = 0;
    unsigned n = 0;
    lgc_option_defaults(&r.options);
    lgc_option_set(&r.options, "report_kinds", "all", NULL, NULL);
    while (status == 0 && operand != NULL) {
        while (status == 0 && lgc_cli_option(&cli))
            status = read_option(&r, &cli);
        operand = status == 0 ? lgc_cli_operand(&cli) : NULL;
        if (operand != NULL && n == 2)
            status = lgc_cli_usage(self, "an argument too many: %s", operand);
        else if (operand != NULL)
            r.file[n++] = operand;
    }
    if (status == 0 && n < 2)
        status = lgc_cli_usage(self, "two files are needed: one from before, one from after");
    return status != 0 ? status : compare(&r);
}
