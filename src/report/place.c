/* SPDX-License-Identifier: MIT
 * place.c: the places of a stack, and the one to show first. */
#include <string.h>

#include "report/format.h"

void lgc_format_each_place(const struct lgc_format_job *job, const struct lgc_group *group,
                           lgc_format_place_fn *each)
{
    unsigned index = 0;
    for (uint32_t i = 0; i < group->nframes && !job->out->failed; i++) {
        struct lgc_source sources[LGC_REPORT_MAX_INLINED];
        const struct lgc_frame *frame = &group->frames[i];
        size_t n = lgc_format_sources(job, frame, sources);
        struct lgc_format_place place = { .module = lgc_format_module(job->finding, frame),
                                          .pc = frame->pc };
        for (size_t k = 0; k < n || k == 0; k++) {
            if (k < n)
                place.source = sources[k];
            place.folded = k + 1 >= n ? frame->folded : 0;
            each(job, index++, &place);
        }
    }
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Distributions build glibc in its own folder ("./malloc/malloc.c"); headers
 * of C++ stand below /usr, and so do the files of the compiler's libraries. */
static bool is_library_file(const char *file)
{
    static const char *const folders[] = {
        "/usr/include/", "/usr/lib/", "/usr/local/include/c++/", "/usr/src/debug/glibc",
        "./malloc/", "./string/", "./stdlib/", "./stdio-common/", "./libio/", "./posix/",
        "./nptl/", "./csu/", "./io/", "./misc/", "./dirent/", "./time/", "./intl/", "./locale/",
        "./wcsmbs/", "./iconv/", "./elf/", "./dlfcn/", "./inet/", "./resolv/", "./nss/", "./pwd/",
        "./grp/", "./debug/", "./setjmp/", "./sysdeps/", "../sysdeps/", "../csu/", "../src/lib",
    };
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        if (begins(file, folders[i]))
            return true;
    }
    return strstr(file, "/include/c++/") != NULL || strstr(file, "/libstdc++-v3/") != NULL;
}

/* How much a place tells the user: more is better. */
static unsigned worth(const struct lgc_source *source)
{
    if (source->file != NULL && source->line > 0)
        return is_library_file(source->file) ? 2 : 3;
    return source->function != NULL;
}

bool lgc_format_culprit(const struct lgc_format_job *job, const struct lgc_group *group,
                        struct lgc_format_place *place)
{
    unsigned best = 0;
    for (uint32_t i = 0; i < group->nframes && best < 3; i++) {
        struct lgc_source sources[LGC_REPORT_MAX_INLINED];
        const struct lgc_frame *frame = &group->frames[i];
        size_t n = lgc_format_sources(job, frame, sources);
        for (size_t k = 0; k < n || (i == 0 && k == 0); k++) {
            static const struct lgc_source nothing;
            const struct lgc_source *source = k < n ? &sources[k] : &nothing;
            if (worth(source) <= best && (i > 0 || k > 0))
                continue;
            best = worth(source);
            *place = (struct lgc_format_place){ *source, lgc_format_module(job->finding, frame),
                                                frame->pc, 0 };
        }
    }
    return group->nframes > 0;
}

void lgc_format_put_folded(struct lgc_out *out, unsigned calls)
{
    if (calls == 1)
        lgc_out_str(out, " [recursion: this call repeats]");
    else if (calls > 1)
        lgc_out_f(out, " [recursion: these %u calls repeat]", calls);
}

void lgc_format_put_place(struct lgc_out *out, const struct lgc_format_place *place,
                          lgc_format_put_fn *put)
{
    const struct lgc_source *s = &place->source;
    if (s->function != NULL)
        put(out, s->function);
    if (s->file != NULL) {
        lgc_out_str(out, s->function != NULL ? " " : "");
        put(out, s->file);
        if (s->line > 0)
            lgc_out_f(out, ":%u", s->line);
        return;
    }
    if (s->function == NULL && (place->module == NULL || place->module->path == NULL)) {
        lgc_out_address(out, place->pc);
        return;
    }
    if (place->module != NULL && place->module->path != NULL) {
        lgc_out_str(out, s->function != NULL ? " (" : "");
        put(out, place->module->path);
        lgc_out_char(out, '+');
        lgc_out_hex(out, place->pc - place->module->bias);
        lgc_out_str(out, s->function != NULL ? ")" : "");
    }
}
