/* SPDX-License-Identifier: MIT
 * optimizeview.c: the answers to optimize and churn (control/command.def), written. */
#include "tool/optimizeview.h"

#include <stdio.h>
#include <string.h>

#include "find/finding.h"
#include "tool/number.h"

/* What became of what is lost, by the names of the answer's numbers. */
static const struct { const char *key, *title; bool always; } fates[] = {
    { "freed",       "freed", true },
    { "due",         "would be freed", false },
    { "quarantined", "in quarantine", false },
    { "false",       "not lost after all", false },
    { "once",        "not freed: only the last check found it lost", false },
    { "young",       "not freed: too young (--min-age)", false },
    { "site",        "not freed: site not in reclaim_sites", false },
    { "wrong",       "not freed: its site was wrong before", false },
    { "held",        "not freed: a thread has its address", false },
    { "left",        "still lost", true },
};
enum { FATES = sizeof fates / sizeof fates[0] };

static uint64_t number(const struct lgc_client_answer *answer, const char *key, const char *what)
{
    char name[48];
    snprintf(name, sizeof name, "%s_%s", key, what);
    return lgc_link_number(answer, name);
}

typedef bool row_filter(const struct lgc_toplist_row *row);
static bool is_freed(const struct lgc_toplist_row *r) { return r->section == LGC_SECTION_RECLAIMED; }
static bool is_churn(const struct lgc_toplist_row *r) { return r->kind == LGC_KIND_POSSIBLE; }
static bool is_copied(const struct lgc_toplist_row *r) { return r->kind == LGC_KIND_REACHABLE; }

/* ---- text ------------------------------------------------------------- */

static void put_row(struct lgc_out *out, uint64_t a, uint64_t b, const char *label)
{
    uint64_t start = out->total;
    lgc_number_column(out, start, 14, a);
    lgc_number_column(out, start, 28, b);
    lgc_out_f(out, "  %s\n", label);
}

/* The rows of a kind below a title.  Rows of churn come with the most samples
 * in `held`. */
static void put_rows(struct lgc_out *out, const struct lgc_toplist *rows, row_filter *wanted,
                     uint64_t top, const char *title)
{
    uint64_t shown = 0;
    for (size_t i = 0; i < rows->n && shown < top; i++) {
        const struct lgc_toplist_row *r = &rows->row[i];
        if (!wanted(r))
            continue;
        if (shown++ == 0)
            lgc_out_f(out, "%s\n", title);
        if (wanted == is_churn)
            put_row(out, r->held_objects, r->objects, r->label);
        else
            put_row(out, r->bytes, r->objects, r->label);
    }
}

static void put_churn(struct lgc_out *out, const struct lgc_optimizeview *view)
{
    char interval[32];
    lgc_number_time(interval, sizeof interval, view->interval_ns);
    lgc_out_f(out, "\nshort-lived blocks, allocated and freed within %s: sampled, %llu times; "
              "%llu allocation(s) meanwhile\n", interval,
              (unsigned long long)lgc_link_number(&view->churn, "samples"),
              (unsigned long long)lgc_link_number(&view->churn, "allocations"));
    put_rows(out, &view->churn_rows, is_churn, view->top, "    in samples   blocks seen  site");
    lgc_out_f(out, "\ncopied by realloc since the start: %llu byte(s), %llu time(s)\n",
              (unsigned long long)lgc_link_number(&view->churn, "copied_bytes"),
              (unsigned long long)lgc_link_number(&view->churn, "copied_times"));
    put_rows(out, &view->churn_rows, is_copied, view->top, "         bytes         times  site");
}

void lgc_optimizeview_text(struct lgc_out *out, const struct lgc_optimizeview *view)
{
    char age[32];
    lgc_number_time(age, sizeof age, lgc_link_number(&view->answer, "min_age"));
    lgc_out_f(out, "process %d (%s), check %llu, min_age %s%s\n", (int)view->process->pid,
              view->process->name, (unsigned long long)lgc_link_number(&view->answer, "check"), age,
              view->dry ? ": nothing is freed, --dry-run" : "");
    for (unsigned i = 0; i < FATES; i++) {
        uint64_t bytes = number(&view->answer, fates[i].key, "bytes");
        uint64_t objects = number(&view->answer, fates[i].key, "objects");
        if (fates[i].always || objects > 0)
            lgc_out_f(out, "  %s: %llu byte(s) in %llu object(s)\n", fates[i].title,
                      (unsigned long long)bytes, (unsigned long long)objects);
    }
    put_rows(out, &view->rows, is_freed, view->top,
             "\n   freed bytes       objects  site");
    if (view->sampled)
        put_churn(out, view);
}

/* ---- JSON ------------------------------------------------------------- */

static void put_json_rows(struct lgc_out *out, const struct lgc_toplist *rows, row_filter *wanted,
                          uint64_t top, const char *first, const char *second)
{
    uint64_t shown = 0;
    lgc_out_char(out, '[');
    for (size_t i = 0; i < rows->n && shown < top; i++) {
        const struct lgc_toplist_row *r = &rows->row[i];
        if (!wanted(r))
            continue;
        lgc_out_f(out, "%s{\"%s\":%llu,\"%s\":%llu,\"site\":", shown++ > 0 ? "," : "", first,
                  (unsigned long long)(wanted == is_churn ? r->held_objects : r->bytes), second,
                  (unsigned long long)r->objects);
        lgc_out_json(out, r->label);
        lgc_out_char(out, '}');
    }
    lgc_out_char(out, ']');
}

static void put_json_churn(struct lgc_out *out, const struct lgc_optimizeview *view)
{
    lgc_out_f(out, ",\"churn\":{\"samples\":%llu,\"interval_ns\":%llu,\"allocations\":%llu,\"sites\":",
              (unsigned long long)lgc_link_number(&view->churn, "samples"),
              (unsigned long long)view->interval_ns,
              (unsigned long long)lgc_link_number(&view->churn, "allocations"));
    put_json_rows(out, &view->churn_rows, is_churn, view->top, "samples", "blocks");
    lgc_out_f(out, "},\"copied\":{\"bytes\":%llu,\"times\":%llu,\"sites\":",
              (unsigned long long)lgc_link_number(&view->churn, "copied_bytes"),
              (unsigned long long)lgc_link_number(&view->churn, "copied_times"));
    put_json_rows(out, &view->churn_rows, is_copied, view->top, "bytes", "times");
    lgc_out_char(out, '}');
}

void lgc_optimizeview_json(struct lgc_out *out, const struct lgc_optimizeview *view)
{
    lgc_out_f(out, "{\"tool\":\"leaksgc\",\"pid\":%d,\"name\":", (int)view->process->pid);
    lgc_out_json(out, view->process->name);
    lgc_out_f(out, ",\"check\":%llu,\"min_age_ns\":%llu,\"dry_run\":%s",
              (unsigned long long)lgc_link_number(&view->answer, "check"),
              (unsigned long long)lgc_link_number(&view->answer, "min_age"),
              view->dry ? "true" : "false");
    for (unsigned i = 0; i < FATES; i++)
        lgc_out_f(out, ",\"%s\":{\"bytes\":%llu,\"objects\":%llu}", fates[i].key,
                  (unsigned long long)number(&view->answer, fates[i].key, "bytes"),
                  (unsigned long long)number(&view->answer, fates[i].key, "objects"));
    lgc_out_str(out, ",\"freed_sites\":");
    put_json_rows(out, &view->rows, is_freed, view->top, "bytes", "objects");
    if (view->sampled)
        put_json_churn(out, view);
    lgc_out_str(out, "}\n");
}
