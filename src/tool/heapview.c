/* SPDX-License-Identifier: MIT
 * heapview.c: the heap monitor's numbers as text, JSON, CSV or for Prometheus. */
#include "tool/heapview.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tool/number.h"

static const struct lgc_heapview_number numbers[LGC_HEAPVIEW_NUMBERS] = {
    { "process",   "memory of the process",     "Resident set of the process." },
    { "allocated", "allocated in all",          "Bytes ever allocated." },
    { "freed",     "freed in all",              "Bytes ever freed." },
    { "live",      "live",                      "Bytes allocated and not freed." },
    { "unused",    "held but unused",           "Bytes held from the system in no live block." },
    { "largest",   "largest single allocation", "Bytes of the largest single allocation so far." },
};

const struct lgc_heapview_number *lgc_heapview_number(unsigned index) { return &numbers[index]; }

void lgc_heapview_read(struct lgc_heapview *view, const struct lgc_client_answer *answer)
{
    view->time_ns = lgc_link_number(answer, "time");
    for (unsigned i = 0; i < LGC_HEAPVIEW_NUMBERS; i++)
        view->value[i] = lgc_link_number(answer, numbers[i].key);
}

static void put_sites(struct lgc_out *out, const struct lgc_heapview *view)
{
    if (view->sites->n > 0)
        lgc_out_str(out, "\n    live bytes       objects  site\n");
    for (size_t i = 0; i < view->sites->n; i++) {
        const struct lgc_toplist_row *r = &view->sites->row[i];
        uint64_t start = out->total;
        lgc_number_column(out, start, 14, r->bytes);
        lgc_number_column(out, start, 28, r->objects);
        lgc_out_f(out, "  %s\n", r->label);
    }
}

static void put_samples(struct lgc_out *out, const struct lgc_heapview *view)
{
    char age[32];
    if (view->samples->n > 0)
        lgc_out_str(out, "\n  sample bytes           age  site\n");
    for (size_t i = 0; i < view->samples->n; i++) {
        const struct lgc_toplist_row *r = &view->samples->row[i];
        uint64_t start = out->total;
        lgc_number_time(age, sizeof age, (uint64_t)r->time_ns < view->time_ns
                                             ? view->time_ns - (uint64_t)r->time_ns : 0);
        lgc_number_column(out, start, 14, r->bytes);
        lgc_number_pad(out, start, 28 - (unsigned)strlen(age));
        lgc_out_f(out, "%s  %s\n", age, r->label);
    }
}

static void put_once(struct lgc_out *out, const struct lgc_heapview *view)
{
    char text[32];
    lgc_out_f(out, "process %d (%s)\n", (int)view->process->pid, view->process->name);
    for (unsigned i = 0; i < LGC_HEAPVIEW_NUMBERS; i++) {
        uint64_t start = out->total;
        lgc_out_f(out, "  %s", numbers[i].title);
        lgc_number_column(out, start, 44, view->value[i]);
        lgc_number_size(text, sizeof text, view->value[i]);
        lgc_out_f(out, "  %s\n", text);
    }
    put_sites(out, view);
    put_samples(out, view);
}

static void put_text(struct lgc_out *out, const struct lgc_heapview *view)
{
    if (!view->series) {
        put_once(out, view);
        return;
    }
    if (view->first) {
        lgc_out_str(out, "    time");
        for (unsigned i = 0; i < LGC_HEAPVIEW_NUMBERS; i++) {
            lgc_number_pad(out, out->total, 15 - (unsigned)strlen(numbers[i].key));
            lgc_out_str(out, numbers[i].key);
        }
        lgc_out_char(out, '\n');
    }
    char clock[16] = "";
    time_t seconds = (time_t)(view->time_ns / 1000000000);
    struct tm tm;
    if (localtime_r(&seconds, &tm) != NULL)
        strftime(clock, sizeof clock, "%H:%M:%S", &tm);
    uint64_t start = out->total;
    lgc_out_str(out, clock);
    for (unsigned i = 0; i < LGC_HEAPVIEW_NUMBERS; i++)
        lgc_number_column(out, start, 8 + 15 * (i + 1), view->value[i]);
    lgc_out_char(out, '\n');
}

static void put_json(struct lgc_out *out, const struct lgc_heapview *view)
{
    lgc_out_f(out, "{\"tool\":\"leaksgc\",\"pid\":%d,\"name\":", (int)view->process->pid);
    lgc_out_json(out, view->process->name);
    lgc_out_f(out, ",\"time_ns\":%llu", (unsigned long long)view->time_ns);
    for (unsigned i = 0; i < LGC_HEAPVIEW_NUMBERS; i++)
        lgc_out_f(out, ",\"%s_bytes\":%llu", numbers[i].key, (unsigned long long)view->value[i]);
    lgc_out_str(out, ",\"sites\":[");
    for (size_t i = 0; i < view->sites->n; i++) {
        const struct lgc_toplist_row *r = &view->sites->row[i];
        lgc_out_f(out, "%s{\"bytes\":%llu,\"objects\":%llu,\"site\":", i > 0 ? "," : "",
                  (unsigned long long)r->bytes, (unsigned long long)r->objects);
        lgc_out_json(out, r->label);
        lgc_out_char(out, '}');
    }
    lgc_out_str(out, "],\"samples\":[");
    for (size_t i = 0; i < view->samples->n; i++) {
        const struct lgc_toplist_row *r = &view->samples->row[i];
        lgc_out_f(out, "%s{\"time_ns\":%lld,\"bytes\":%llu,\"site\":", i > 0 ? "," : "",
                  (long long)r->time_ns, (unsigned long long)r->bytes);
        lgc_out_json(out, r->label);
        lgc_out_char(out, '}');
    }
    lgc_out_str(out, "]}\n");
}

static void put_csv_text(struct lgc_out *out, const char *s)
{
    lgc_out_char(out, '"');
    for (; *s != '\0'; s++) {
        if (*s == '"')
            lgc_out_char(out, '"');
        lgc_out_char(out, *s);
    }
    lgc_out_char(out, '"');
}

/* Without --top one table; with it, rows of two kinds, told apart by the first
 * column. */
static void put_csv(struct lgc_out *out, const struct lgc_heapview *view)
{
    if (view->first) {
        lgc_out_str(out, "time_ns,pid");
        for (unsigned i = 0; i < LGC_HEAPVIEW_NUMBERS; i++)
            lgc_out_f(out, ",%s_bytes", numbers[i].key);
        lgc_out_str(out, ",site,site_objects\n");
    }
    lgc_out_f(out, "%llu,%d", (unsigned long long)view->time_ns, (int)view->process->pid);
    for (unsigned i = 0; i < LGC_HEAPVIEW_NUMBERS; i++)
        lgc_out_f(out, ",%llu", (unsigned long long)view->value[i]);
    lgc_out_str(out, ",,\n");
    for (size_t i = 0; i < view->sites->n; i++) {
        const struct lgc_toplist_row *r = &view->sites->row[i];
        lgc_out_f(out, "%llu,%d,,,,%llu,,,", (unsigned long long)view->time_ns,
                  (int)view->process->pid, (unsigned long long)r->bytes);
        put_csv_text(out, r->label);
        lgc_out_f(out, ",%llu\n", (unsigned long long)r->objects);
    }
}

/* The format knows these three escapes; what is not UTF-8 makes Prometheus
 * refuse the page as a whole. */
static void put_label_text(struct lgc_out *out, const char *s)
{
    lgc_out_char(out, '"');
    while (*s != '\0') {
        size_t n = lgc_out_utf8(s);
        if (*s == '"' || *s == '\\' || *s == '\n')
            lgc_out_char(out, '\\');
        if (n == 0)
            lgc_out_str(out, "\xef\xbf\xbd");
        else if (*s == '\n')
            lgc_out_char(out, 'n');
        else
            lgc_out_bytes(out, s, n);
        s += n > 0 ? n : 1;
    }
    lgc_out_char(out, '"');
}

static void put_metric(struct lgc_out *out, const struct lgc_heapview *view, const char *name)
{
    lgc_out_f(out, "leaksgc_%s{pid=\"%d\",name=", name, (int)view->process->pid);
    put_label_text(out, view->process->name);
}

static void put_ranked(struct lgc_out *out, const struct lgc_heapview *view,
                       const struct lgc_toplist *list, const char *name, const char *help)
{
    if (list->n > 0)
        lgc_out_f(out, "# HELP leaksgc_%s %s\n# TYPE leaksgc_%s gauge\n", name, help, name);
    for (size_t i = 0; i < list->n; i++) {
        put_metric(out, view, name);
        lgc_out_f(out, ",rank=\"%zu\",site=", i + 1);
        put_label_text(out, list->row[i].label);
        lgc_out_f(out, "} %llu\n", (unsigned long long)list->row[i].bytes);
    }
}

/* The text format of Prometheus, version 0.0.4. */
static void put_prometheus(struct lgc_out *out, const struct lgc_heapview *view)
{
    static const char *const names[LGC_HEAPVIEW_NUMBERS] = {
        "process_resident_bytes", "heap_allocated_bytes_total", "heap_freed_bytes_total",
        "heap_live_bytes", "heap_unused_bytes", "heap_largest_allocation_bytes" };
    for (unsigned i = 0; i < LGC_HEAPVIEW_NUMBERS; i++) {
        lgc_out_f(out, "# HELP leaksgc_%s %s\n# TYPE leaksgc_%s %s\n", names[i], numbers[i].help,
                  names[i], strstr(names[i], "_total") != NULL ? "counter" : "gauge");
        put_metric(out, view, names[i]);
        lgc_out_f(out, "} %llu\n", (unsigned long long)view->value[i]);
    }
    put_ranked(out, view, view->sites, "site_live_bytes", "Live bytes by the stack that allocated them.");
    put_ranked(out, view, view->samples, "sample_bytes", "Bytes of the samples that the program added.");
}

lgc_heapview_fn *lgc_heapview_format(const char *name)
{
    static const struct { const char *name; lgc_heapview_fn *put; } formats[] = {
        { "text", put_text }, { "json", put_json }, { "csv", put_csv },
        { "prometheus", put_prometheus } };
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, name) == 0)
            return formats[i].put;
    return NULL;
}
