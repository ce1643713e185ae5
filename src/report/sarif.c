/* SPDX-License-Identifier: MIT
 * sarif.c: the report as SARIF 2.1.0: one rule a kind, one result a site.
 *
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/ is the format.  What makes
 * two runs comparable: partialFingerprints holds the fingerprint of the site.
 */
#include <leaksgc.h>

#include <string.h>

#include "base/address.h"
#include "report/format.h"

static const struct { const char *id, *name, *level, *brief, *help; } rules[LGC_FORMAT_KINDS] = {
    [LGC_KIND_DIRECT] = { "leak/direct", "DirectLeak", "error", "Memory that nothing points to",
        "No variable, register or other block points to these blocks. Free them, or keep the pointer." },
    [LGC_KIND_INDIRECT] = { "leak/indirect", "IndirectLeak", "warning",
        "Memory that only leaked memory points to",
        "These blocks hang on a direct leak and go away when it is mended." },
    [LGC_KIND_POSSIBLE] = { "leak/possible", "PossibleLeak", "note",
        "Memory that only pointers to its inside reach",
        "Only a pointer into the middle of these blocks was found." },
    [LGC_KIND_REACHABLE] = { "leak/reachable", "StillReachable", "none",
        "Memory that is still in use", "Something points to these blocks: they are no leak." },
    [LGC_FORMAT_THREAD] = { "leak/thread", "UnjoinedThread", "error", "Threads that nobody joined",
        "These threads ended; until they are joined or detached their stacks are kept." },
};

static void put_rules(struct lgc_out *out)
{
    lgc_out_str(out, "\"rules\":[");
    for (unsigned k = 0; k < LGC_FORMAT_KINDS; k++)
        lgc_out_f(out, "%s\n{\"id\":\"%s\",\"name\":\"%s\",\"shortDescription\":{\"text\":\"%s\"},"
                  "\"fullDescription\":{\"text\":\"%s\"},\"help\":{\"text\":\"%s\"},"
                  "\"defaultConfiguration\":{\"level\":\"%s\"},"
                  "\"properties\":{\"tags\":[\"memory\",\"leak\"],\"precision\":\"%s\"}}",
                  k > 0 ? "," : "", rules[k].id, rules[k].name, rules[k].brief, rules[k].help,
                  rules[k].help, rules[k].level, k == LGC_KIND_POSSIBLE ? "medium" : "very-high");
    lgc_out_char(out, ']');
}

/* A path as a URI: file:///usr/bin/x, or relative to wherever the compiler was. */
static void put_uri(struct lgc_out *out, const char *path)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    lgc_out_str(out, *path == '/' ? "\"file://" : "\"");
    for (const char *p = path; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (strchr(plain, c) != NULL)
            lgc_out_char(out, *p);
        else
            lgc_out_f(out, "%%%c%c", "0123456789ABCDEF"[c >> 4], "0123456789ABCDEF"[c & 15]);
    }
    lgc_out_char(out, '"');
}

/* A token is a name: readers may keep numbers as doubles, and it is no place in memory. */
static void put_address(struct lgc_out *out, uint64_t pc)
{
    if (lgc_address_plain()) {
        lgc_out_f(out, "\"address\":{\"absoluteAddress\":%llu}", (unsigned long long)pc);
        return;
    }
    lgc_out_str(out, "\"address\":{\"name\":\"");
    lgc_out_address(out, pc);
    lgc_out_str(out, "\"}");
}

/* A source line; or else the module, and the address in it. */
static void put_physical(struct lgc_out *out, const struct lgc_format_place *place)
{
    const struct lgc_source *s = &place->source;
    bool in_module = place->module != NULL && place->module->path != NULL
                  && place->module->path[0] != '\0';
    lgc_out_str(out, "\"physicalLocation\":{");
    if (s->file != NULL && *s->file != '\0') {
        lgc_out_str(out, "\"artifactLocation\":{\"uri\":");
        put_uri(out, s->file);
        lgc_out_char(out, '}');
        if (s->line > 0)
            lgc_out_f(out, ",\"region\":{\"startLine\":%u", s->line);
        if (s->line > 0 && s->column > 0)
            lgc_out_f(out, ",\"startColumn\":%u", s->column);
        lgc_out_str(out, s->line > 0 ? "}" : "");
    } else if (in_module) {
        lgc_out_str(out, "\"artifactLocation\":{\"uri\":");
        put_uri(out, place->module->path);
        lgc_out_f(out, "},\"address\":{\"relativeAddress\":%llu}",
                  (unsigned long long)(place->pc - place->module->bias));
    } else {
        put_address(out, place->pc);
    }
    lgc_out_char(out, '}');
}

static void put_location(struct lgc_out *out, const struct lgc_format_place *place)
{
    lgc_out_char(out, '{');
    put_physical(out, place);
    if (place->source.function != NULL) {
        lgc_out_str(out, ",\"logicalLocations\":[{\"fullyQualifiedName\":");
        lgc_out_json(out, place->source.function);
        lgc_out_str(out, ",\"kind\":\"function\"}]");
    }
    lgc_out_str(out, ",\"message\":{\"text\":\"");
    lgc_format_put_place(out, place, lgc_out_json_part);
    lgc_format_put_folded(out, place->folded);
    lgc_out_str(out, "\"}}");
}

static void put_stack_frame(const struct lgc_format_job *job, unsigned index,
                            const struct lgc_format_place *place)
{
    lgc_out_str(job->out, index > 0 ? ",{\"location\":" : "{\"location\":");
    put_location(job->out, place);
    if (place->module != NULL && place->module->path != NULL) {
        lgc_out_str(job->out, ",\"module\":");
        lgc_out_json(job->out, place->module->path);
    }
    if (place->folded != 0)
        lgc_out_f(job->out, ",\"properties\":{\"folded\":%u}", place->folded);
    lgc_out_char(job->out, '}');
}

static void put_flow_step(const struct lgc_format_job *job, unsigned index,
                          const struct lgc_format_place *place)
{
    lgc_out_str(job->out, index > 0 ? ",{\"location\":" : "{\"location\":");
    put_location(job->out, place);
    lgc_out_char(job->out, '}');
}

static void put_message(const struct lgc_format_job *job, const struct lgc_group *g,
                        const struct lgc_format_place *place)
{
    static const char *const words[LGC_FORMAT_KINDS] = {
        "Direct leak", "Indirect leak", "Possible leak", "Still reachable",
        "Threads that nobody joined" };
    struct lgc_out *out = job->out;
    lgc_out_f(out, ",\"message\":{\"text\":\"%s: %llu byte(s) in %llu object(s)", words[lgc_format_kind_of(g)],
              (unsigned long long)g->amount.bytes, (unsigned long long)g->amount.objects);
    if (place != NULL) {
        lgc_out_str(out, " allocated in ");
        lgc_format_put_place(out, place, lgc_out_json_part);
    }
    if (g->held.objects > 0)
        lgc_out_f(out, "; they hold %llu byte(s) in %llu object(s)",
                  (unsigned long long)g->held.bytes, (unsigned long long)g->held.objects);
    lgc_out_str(out, ".\"}");
}

static void put_result(const struct lgc_format_job *job, const struct lgc_group *g)
{
    struct lgc_out *out = job->out;
    struct lgc_format_place place;
    bool known = lgc_format_culprit(job, g, &place);
    unsigned kind = lgc_format_kind_of(g);
    char fingerprint[17];
    lgc_report_fingerprint(job->finding, g, job->symbolizer, fingerprint);
    lgc_out_f(out, "\n{\"ruleId\":\"%s\",\"ruleIndex\":%u,\"kind\":\"%s\",\"level\":\"%s\"",
              rules[kind].id, kind, kind == LGC_KIND_REACHABLE ? "informational" : "fail",
              rules[kind].level);
    put_message(job, g, known ? &place : NULL);
    if (known) {
        lgc_out_str(out, ",\"locations\":[");
        put_location(out, &place);
        lgc_out_str(out, "],\"stacks\":[{\"message\":{\"text\":\"allocated from\"},\"frames\":[");
        lgc_format_each_place(job, g, put_stack_frame);
        lgc_out_str(out, "]}],\"codeFlows\":[{\"threadFlows\":[{\"locations\":[");
        lgc_format_each_place(job, g, put_flow_step);
        lgc_out_str(out, "]}]}]");
    }
    lgc_out_f(out, ",\"partialFingerprints\":{\"leaksgcSite/v1\":\"%s\"},\"occurrenceCount\":%llu",
              fingerprint, (unsigned long long)(g->amount.objects > 0 ? g->amount.objects : 1));
    if (g->suppressed_by != NULL) {
        lgc_out_str(out, ",\"suppressions\":[{\"kind\":\"external\",\"justification\":");
        lgc_out_json(out, g->suppressed_by);
        lgc_out_str(out, "}]");
    }
    lgc_out_f(out, ",\"properties\":{\"bytes\":%llu,\"objects\":%llu,\"foundCheck\":%u,"
              "\"lastReachableCheck\":%u}}", (unsigned long long)g->amount.bytes,
              (unsigned long long)g->amount.objects, g->found_check, g->last_reachable_check);
}

static void put_invocation(const struct lgc_format_job *job)
{
    const struct lgc_finding *f = job->finding;
    struct lgc_out *out = job->out;
    lgc_out_f(out, "\"invocations\":[{\"executionSuccessful\":true,\"processId\":%u", f->pid);
    if (f->time_ns > 0) {
        lgc_out_str(out, ",\"endTimeUtc\":\"");
        lgc_format_time(out, f->time_ns);
        lgc_out_char(out, '"');
    }
    if (f->exe != NULL && f->exe[0] != '\0') {
        lgc_out_str(out, ",\"executableLocation\":{\"uri\":");
        put_uri(out, f->exe);
        lgc_out_char(out, '}');
    }
    lgc_out_str(out, ",\"toolExecutionNotifications\":[");
    for (size_t i = 0; i < f->nnotes; i++) {
        lgc_out_str(out, i > 0 ? ",{\"level\":\"note\",\"message\":{\"text\":"
                               : "{\"level\":\"note\",\"message\":{\"text\":");
        lgc_out_json(out, f->notes[i]);
        lgc_out_str(out, "}}");
    }
    lgc_out_str(out, "]}],\n");
}

void lgc_sarif_report(const struct lgc_format_job *job)
{
    const struct lgc_finding *f = job->finding;
    struct lgc_out *out = job->out;
    bool first = true;
    lgc_out_str(out, "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
                "\"version\":\"2.1.0\",\"runs\":[{\n\"tool\":{\"driver\":{\"name\":\"leaksgc\","
                "\"version\":\"" LEAKSGC_VERSION "\",\"semanticVersion\":\"" LEAKSGC_VERSION "\",");
    put_rules(out);
    lgc_out_str(out, "}},\n\"columnKind\":\"utf16CodeUnits\",\n");
    put_invocation(job);
    lgc_out_str(out, "\"results\":[");
    for (size_t i = 0; i < f->ngroups && !out->failed; i++) {
        const struct lgc_group *g = &f->groups[i];
        if (!lgc_format_is_listed(job, g))
            continue;
        lgc_out_str(out, first ? "" : ",");
        first = false;
        put_result(job, g);
    }
    lgc_out_str(out, "]}]}\n");
}
