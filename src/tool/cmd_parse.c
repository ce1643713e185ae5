/* SPDX-License-Identifier: MIT
 * cmd_parse.c: leaksgc parse - what a heap dump says. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <leaksgc.h>

#include "base/address.h"
#include "base/num.h"
#include "graph/export.h"
#include "graph/load.h"
#include "graph/path.h"
#include "run/option.h"
#include "token/token.h"
#include "tool/commands.h"
#include "tool/opencensus.h"
#include "tool/openheap.h"
#include "tool/progress.h"
#include "tool/render.h"
#include "tool/secret.h"
#include "tool/view.h"

enum { DEFAULT_TOP = 20 };

enum view { SITES = 1, GROWING = 2, RETAINED = 4, INTERIOR = 8 };

struct request {
    struct lgc_options options;  /* of the table: format, kinds              */
    struct lgc_suppress *suppress;
    struct lgc_notes notes;
    unsigned views;
    const char *sqlite;
    struct lgc_census *baseline;
    const char *object, *referrers, *path;  /* addresses, as given           */
    uint64_t top;
    bool quiet;
};

void lgc_cmd_parse_help(struct lgc_out *out)
{
    lgc_out_str(out,
        "without one of these views the leaks are listed, with the lines that allocated them:\n"
        "  --sites                    the sites with the most live bytes\n"
        "  --growing                  the sites that grew most in the last tenth of the time\n"
        "  --retained                 what retains most memory, by object and by site\n"
        "  --interior                 objects that only pointers into their inside reach\n"
        "  --object=ADDR              what is known of the object at ADDR, or around it\n"
        "  --who-points-at=ADDR       which objects and roots point to it\n"
        "  --path=ADDR                the shortest way from a root to it\n"
        "  --sqlite=FILE              write all of it into a new SQLite database\n"
        "\n"
        "  --format=FORMAT            text or json; for the leaks also:");
    for (unsigned i = 0; lgc_report_format_name(i) != NULL; i++)
        lgc_out_f(out, " %s", lgc_report_format_name(i));
    lgc_out_str(out,
        "\n"
        "  --top=N                    rows of a table (default: 20)\n"
        "  --report-kinds=KINDS       which to list: direct, indirect, possible, reachable,\n"
        "                             all, none (default: direct,indirect)\n"
        "  --suppressions=FILE        hide what its rules name; may be given more than once\n"
        "  --baseline=FILE            hide the leaks of an earlier report or heap dump\n"
        "  --encode-addresses=BOOL    show every address as a token, keyed by a password: that of\n"
        "                             LEAKSGC_PASSWORD, or of the file; ADDR may be a token then\n"
        "  --encode-password-file=FILE\n"
        "                             the password is the contents of FILE\n"
        "  -q, --quiet                no progress on the terminal\n");
}

/* ---- options ---------------------------------------------------------- */

static void add_note(void *arg, const char *text) { lgc_notes_add(arg, "%s", text); }

static void remember_why(void *arg, const char *name, const char *value, const char *why)
{
    (void)name;
    (void)value;
    *(const char **)arg = why;
}

static bool read_view(struct request *r, const struct lgc_cli *cli)
{
    static const struct { const char *name; enum view view; } views[] = {
        { "sites", SITES }, { "growing", GROWING }, { "retained", RETAINED },
        { "interior", INTERIOR },
    };
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        if (lgc_cli_is(cli, views[i].name)) {
            r->views |= views[i].view;
            return true;
        }
    }
    if (!lgc_cli_is(cli, "q") && !lgc_cli_is(cli, "quiet"))
        return false;
    r->quiet = true;
    return true;
}

static const char **text_option(struct request *r, const struct lgc_cli *cli)
{
    return lgc_cli_is(cli, "object") ? &r->object
         : lgc_cli_is(cli, "who-points-at") ? &r->referrers
         : lgc_cli_is(cli, "path") ? &r->path
         : lgc_cli_is(cli, "sqlite") ? &r->sqlite : NULL;
}

static int table_option(struct request *r, struct lgc_cli *cli, const char *value)
{
    const struct lgc_option_info *info = lgc_option_find(cli->name);
    const char *why = NULL;
    if (lgc_option_set(&r->options, info->name, value, remember_why, &why))
        return 0;
    return lgc_cli_usage(cli->command, "wrong value '%s' for --%s: %s", value, cli->name, why);
}

/* The names of the table, with '-' for '_' or not. */
static bool is_encode_option(const char *name)
{
    const struct lgc_option_info *info = lgc_option_find(name);
    return info != NULL && strncmp(info->name, "encode_", 7) == 0;
}

static int read_option(struct request *r, struct lgc_cli *cli)
{
    if (read_view(r, cli))
        return cli->value == NULL ? 0 : lgc_cli_odd_value(cli);
    const char **text = text_option(r, cli);
    bool table = lgc_cli_is(cli, "format") || lgc_cli_is(cli, "report-kinds")
              || lgc_cli_is(cli, "report_kinds") || is_encode_option(cli->name);
    if (text == NULL && !table && !lgc_cli_is(cli, "top") && !lgc_cli_is(cli, "suppressions")
        && !lgc_cli_is(cli, "baseline"))
        return lgc_cli_unknown(cli);
    const char *value = lgc_cli_value(cli);
    if (value == NULL)
        return lgc_cli_no_value(cli);
    if (text != NULL)
        *text = value;
    else if (table)
        return table_option(r, cli, value);
    else if (lgc_cli_is(cli, "top"))
        return lgc_num_count(value, &r->top) && r->top > 0 && r->top <= 100000000 ? 0
             : lgc_cli_usage(cli->command, "wrong value '%s' for --top: a number of rows is "
                             "wanted", value);
    else if (lgc_cli_is(cli, "baseline"))
        return (r->baseline = lgc_opencensus(value)) != NULL ? 0 : LGC_EXIT_FAILED;
    else if (!lgc_suppress_add_file(r->suppress, value, add_note, &r->notes)) {
        lgc_cli_say("cannot read the suppressions %s: %s", value, strerror(errno));
        return LGC_EXIT_FAILED;
    }
    return 0;
}

/* ---- one view after the other ------------------------------------------ */

/* 0x7f00... or decimal. */
static bool read_address(const char *text, uint64_t *address)
{
    char *end;
    errno = 0;
    *address = strtoull(text, &end, 0);
    return errno == 0 && end != text && *end == '\0' && *text != '-';
}

/* Of an object's first byte: a token cannot be turned back. */
static uint32_t find_token(const struct lgc_graph *g, uint64_t token)
{
    uint64_t shown;
    for (uint32_t i = 0; i < g->n; i++) {
        if (lgc_address_shown(g->address[i], &shown) && shown == token)
            return i;
    }
    return LGC_GRAPH_NONE;
}

/* Returns 0 and the object, or an exit status. */
static int find_object(const struct lgc_graph *g, const char *text, uint32_t *object)
{
    uint64_t address;
    if (!read_address(text, &address))
        return lgc_cli_usage(NULL, "'%s' is no address; one looks like 0x7f12345678", text);
    *object = address >> 56 == LGC_TOKEN_TOP && !lgc_address_plain() ? find_token(g, address)
                                                                     : lgc_load_find(g, address);
    if (*object != LGC_GRAPH_NONE)
        return 0;
    lgc_cli_say("there is no object at %s in this dump", text);
    return LGC_EXIT_FAILED;
}

static int view_objects(struct request *r, struct lgc_view *v)
{
    uint32_t object;
    int status = 0;
    if (r->object != NULL && (status = find_object(v->graph, r->object, &object)) == 0)
        lgc_view_object(v, object);
    if (status == 0 && r->referrers != NULL
        && (status = find_object(v->graph, r->referrers, &object)) == 0)
        lgc_view_referrers(v, object);
    if (status == 0 && r->path != NULL && (status = find_object(v->graph, r->path, &object)) == 0
        && !lgc_view_path(v, object))
        status = lgc_cli_no_memory();
    return status;
}

static void on_progress(void *arg, uint64_t done, uint64_t total)
{
    (void)total;
    lgc_progress_at(arg, done);
}

static int export(struct request *r, const struct lgc_view *v)
{
    struct lgc_progress p;
    struct lgc_export e = { .graph = v->graph, .dominate = v->dominate,
                            .references = v->references, .progress = on_progress, .arg = &p };
    lgc_progress_begin(&p, "writing the database",
                       (uint64_t)v->graph->n + v->graph->nedges + v->graph->nroots, r->quiet);
    bool ok = lgc_export_sqlite(&e, r->sqlite);
    lgc_progress_end(&p);
    if (!ok)
        lgc_cli_say("the database %s could not be written: %s", r->sqlite, e.error);
    return ok ? LGC_EXIT_CLEAN : LGC_EXIT_FAILED;
}

static int view_all(struct request *r, struct lgc_view *v)
{
    if (v->json)
        lgc_out_str(v->out, "{\"tool\":\"leaksgc\",\"version\":\"" LEAKSGC_VERSION "\"");
    lgc_view_summary(v);
    int status = view_objects(r, v);
    if (status != 0)
        return status;
    if (r->views & SITES)
        lgc_view_sites(v);
    if (r->views & GROWING)
        lgc_view_growing(v);
    if (r->views & RETAINED)
        lgc_view_retained(v);
    if (r->views & INTERIOR)
        lgc_view_interior(v);
    if (v->json)
        lgc_out_str(v->out, "}\n");
    status = lgc_cli_end(v->out, LGC_EXIT_CLEAN);
    return status == 0 && r->sqlite != NULL ? export(r, v) : status;
}

/* The leaks, by the same code that reports those of a check. */
static int report(struct request *r, struct lgc_view *v)
{
    struct lgc_finding *f = lgc_sites_finding(v->graph, v->sites, v->dominate);
    if (f == NULL)
        return lgc_cli_no_memory();
    struct lgc_symbolizer symbolizer = lgc_load_symbolizer(v->graph);
    struct lgc_render render = {
        .finding = f, .format = r->options.format, .suppress = r->suppress, .notes = r->notes,
        .baseline = r->baseline,
        .style = { .kinds = (unsigned)r->options.report_kinds, .say_clean = true,
                   .print_suppressions = true },
        .symbolizer = &symbolizer };
    int status = lgc_render(&render, STDOUT_FILENO);
    lgc_sites_free_finding(f);
    return status;
}

static int show(struct request *r, const struct lgc_graph *g)
{
    static struct lgc_out out;
    bool views = r->views != 0 || r->object != NULL || r->referrers != NULL || r->path != NULL
              || r->sqlite != NULL;
    bool json = strcmp(r->options.format, "json") == 0;
    if (views && !json && strcmp(r->options.format, "text") != 0)
        return lgc_cli_usage(NULL, "the views are text or json, not %s", r->options.format);
    struct lgc_dominate dominate = { .by = NULL };
    struct lgc_sites sites = { .row = NULL };
    bool deep = (r->views & RETAINED) || r->object != NULL || r->sqlite != NULL
             || (!views && r->options.report_kinds & 1u << LGC_KIND_DIRECT);
    uint32_t *references = views ? lgc_path_count_references(g) : NULL;
    int status;
    lgc_out_init(&out, STDOUT_FILENO);
    if ((views && references == NULL) || (deep && !lgc_dominate_run(g, &dominate))
        || !lgc_sites_count(g, deep ? &dominate : NULL, &sites)) {
        status = lgc_cli_no_memory();
    } else {
        struct lgc_view v = { .out = &out, .json = json, .graph = g, .sites = &sites,
                              .dominate = deep ? &dominate : NULL, .references = references,
                              .top = (size_t)r->top };
        status = views ? view_all(r, &v) : report(r, &v);
    }
    free(references);
    lgc_sites_free(&sites);
    lgc_dominate_free(&dominate);
    return status;
}

int lgc_cmd_parse(const struct lgc_command *self, int argc, char **argv)
{
    static struct request r = { .top = DEFAULT_TOP };
    struct lgc_cli cli = { .command = self, .argc = argc, .argv = argv, .next = 1 };
    int status = 0;
    lgc_option_defaults(&r.options);
    r.suppress = lgc_suppress_new();
    if (r.suppress == NULL)
        return lgc_cli_no_memory();
    const char *file = NULL, *operand = "";
    while (status == 0 && operand != NULL) {
        while (status == 0 && lgc_cli_option(&cli))
            status = read_option(&r, &cli);
        operand = status == 0 ? lgc_cli_operand(&cli) : NULL;
        if (operand != NULL && file != NULL)
            status = lgc_cli_usage(self, "an argument too many: %s", operand);
        file = file != NULL ? file : operand;
    }
    if (status == 0 && file == NULL)
        status = lgc_cli_usage(self, "the heap dump to read is missing");
    if (status == 0) {
        if (r.options.encode_addresses)
            lgc_secret_encode(r.options.encode_password_file);
        struct lgc_graph *g = lgc_openheap(file, r.quiet);
        status = g != NULL ? show(&r, g) : LGC_EXIT_FAILED;
        lgc_load_free(g);
    }
    lgc_suppress_free(r.suppress);
    lgc_census_free(r.baseline);
    return status;
}
