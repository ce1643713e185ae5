/* SPDX-License-Identifier: MIT
 * junit.c: the report as JUnit XML: a test suite with one test case a site.
 *
 * The elements and attributes are those that Ant's schema and Jenkins' know.
 * A suite without any test case counts as an error with some readers, so a
 * program that lost nothing has one that passes.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "report/format.h"

static const struct { const char *name, *type; } classes[LGC_FORMAT_KINDS] = {
    [LGC_KIND_DIRECT]    = { "direct",    "Direct leak" },
    [LGC_KIND_INDIRECT]  = { "indirect",  "Indirect leak" },
    [LGC_KIND_POSSIBLE]  = { "possible",  "Possible leak" },
    [LGC_KIND_REACHABLE] = { "reachable", "Still reachable" },
    [LGC_FORMAT_THREAD]  = { "thread",    "Thread that nobody joined" },
};

struct counts { unsigned long tests, failures, skipped; bool clean; };

static struct counts count(const struct lgc_format_job *job)
{
    struct counts c = { 0, 0, 0, false };
    for (size_t i = 0; i < job->finding->ngroups; i++) {
        const struct lgc_group *g = &job->finding->groups[i];
        if (!lgc_format_is_listed(job, g))
            continue;
        c.skipped += lgc_format_hidden(job, g);
        c.failures += lgc_report_is_leak(job->style, g);
        c.tests++;
    }
    c.clean = c.tests == 0;
    c.tests += c.clean;
    return c;
}

/* Seconds, as xs:decimal. */
static void put_seconds(struct lgc_out *out, uint64_t ns)
{
    lgc_out_f(out, "%llu.", (unsigned long long)(ns / 1000000000));
    for (uint64_t part = 100000000; part > 0; part /= 10)
        lgc_out_char(out, (char)('0' + ns / part % 10));
}

static void put_line(const struct lgc_format_job *job, unsigned index,
                     const struct lgc_format_place *place)
{
    lgc_out_f(job->out, "    #%u ", index);
    lgc_format_put_place(job->out, place, lgc_out_xml);
    lgc_format_put_folded(job->out, place->folded);
    lgc_out_char(job->out, '\n');
}

static void put_failure(const struct lgc_format_job *job, const struct lgc_group *g)
{
    struct lgc_out *out = job->out;
    lgc_out_f(out, "\n      <failure type=\"%s\" message=\"%llu byte(s) in %llu object(s)",
              classes[lgc_format_kind_of(g)].type, (unsigned long long)g->amount.bytes,
              (unsigned long long)g->amount.objects);
    if (g->held.objects > 0)
        lgc_out_f(out, ", which hold %llu byte(s) in %llu object(s)",
                  (unsigned long long)g->held.bytes, (unsigned long long)g->held.objects);
    lgc_out_str(out, "\">allocated from:\n");
    lgc_format_each_place(job, g, put_line);
    lgc_out_str(out, "</failure>\n    ");
}

/* How many cases of a name there were: two lines of one function have the same
 * fingerprint.  Open addressing; without memory names are not counted. */
struct names { struct { uint64_t name; unsigned n; } *slots; size_t nslots; };

static struct names new_names(size_t n)
{
    struct names names = { NULL, 16 };
    while (names.nslots < 2 * n)
        names.nslots *= 2;
    names.slots = lgc_mem_map(names.nslots * sizeof *names.slots);
    return names;
}

static unsigned count_name(struct names *names, const char *fingerprint, unsigned kind)
{
    uint64_t name = strtoull(fingerprint, NULL, 16) * LGC_FORMAT_KINDS + kind + 1;
    size_t i = (size_t)(name ^ name >> 32) & (names->nslots - 1);
    if (names->slots == NULL)
        return 1;
    while (names->slots[i].n > 0 && names->slots[i].name != name)
        i = (i + 1) & (names->nslots - 1);
    names->slots[i].name = name;
    return ++names->slots[i].n;
}

/* The name is the same in the next run, also when lines have moved, and unique:
 * so that a reader can tell new failures from old ones. */
static void put_case(const struct lgc_format_job *job, const struct lgc_group *g,
                     struct names *names)
{
    struct lgc_out *out = job->out;
    struct lgc_format_place place;
    char fingerprint[17];
    lgc_report_fingerprint(job->finding, g, job->symbolizer, fingerprint);
    lgc_out_f(out, "    <testcase classname=\"leaksgc.%s\" name=\"",
              classes[lgc_format_kind_of(g)].name);
    bool known = lgc_format_culprit(job, g, &place);
    if (known && place.source.function != NULL)
        lgc_out_xml(out, place.source.function);
    else if (known)
        lgc_format_put_place(out, &place, lgc_out_xml);
    else
        lgc_out_str(out, "unknown stack");
    lgc_out_f(out, " [%s", fingerprint);
    unsigned n = count_name(names, fingerprint, lgc_format_kind_of(g));
    if (n > 1)
        lgc_out_f(out, ", %u", n);
    lgc_out_str(out, "]\" time=\"0\">");
    if (lgc_format_hidden(job, g)) {
        lgc_out_str(out, "\n      <skipped message=\"suppressed by ");
        lgc_out_xml(out, g->suppressed_by);
        lgc_out_str(out, "\"/>\n    ");
    } else if (lgc_report_is_leak(job->style, g)) {
        put_failure(job, g);
    }
    lgc_out_str(out, "</testcase>\n");
}

static void put_counts(struct lgc_out *out, const struct counts *c, uint64_t ns)
{
    lgc_out_f(out, "tests=\"%lu\" failures=\"%lu\" errors=\"0\" time=\"", c->tests, c->failures);
    put_seconds(out, ns);
    lgc_out_char(out, '"');
}

/* xs:dateTime without a fraction or a zone, which Ant's schema does not know. */
static void put_timestamp(struct lgc_out *out, int64_t ns)
{
    struct lgc_out text;
    lgc_out_init(&text, -1);
    lgc_format_time(&text, ns);
    lgc_out_bytes(out, text.buf, 19);
}

static void put_suite(const struct lgc_format_job *job, const struct counts *c)
{
    const struct lgc_finding *f = job->finding;
    struct lgc_out *out = job->out;
    struct names names = new_names(c->tests);
    lgc_out_str(out, "  <testsuite name=\"");
    lgc_out_xml(out, f->exe != NULL ? f->exe : "leaksgc");
    lgc_out_str(out, "\" ");
    put_counts(out, c, f->duration_ns);
    lgc_out_f(out, " skipped=\"%lu\" hostname=\"localhost\" timestamp=\"", c->skipped);
    put_timestamp(out, f->time_ns);
    lgc_out_f(out, "\">\n    <properties>\n      <property name=\"pid\" value=\"%u\"/>\n"
              "      <property name=\"check\" value=\"%u\"/>\n    </properties>\n", f->pid, f->check);
    for (size_t i = 0; i < f->ngroups && !out->failed; i++) {
        const struct lgc_group *g = &f->groups[i];
        if (lgc_format_is_listed(job, g))
            put_case(job, g, &names);
    }
    lgc_mem_unmap(names.slots, names.nslots * sizeof *names.slots);
    if (c->clean)
        lgc_out_str(out, "    <testcase classname=\"leaksgc\" name=\"no leaks\" time=\"0\"/>\n");
    lgc_out_str(out, "    <system-out>");
    for (size_t i = 0; i < f->nnotes; i++) {
        lgc_out_str(out, "NOTE: ");
        lgc_out_xml(out, f->notes[i]);
        lgc_out_char(out, '\n');
    }
    lgc_out_str(out, "</system-out>\n    <system-err></system-err>\n  </testsuite>\n");
}

void lgc_junit_report(const struct lgc_format_job *job)
{
    struct counts c = count(job);
    lgc_out_str(job->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"leaksgc\" ");
    put_counts(job->out, &c, job->finding->duration_ns);
    lgc_out_str(job->out, ">\n");
    put_suite(job, &c);
    lgc_out_str(job->out, "</testsuites>\n");
}
