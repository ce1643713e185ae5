/* SPDX-License-Identifier: MIT
 * test_place.c: which place of a stack is shown first, and how places are written. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "report/format.h"
#include "sample.h"

/* Frame i has the sources of stack[i]; a NULL function and file: nothing known. */
static const struct lgc_source *stack;

static size_t resolve(void *arg, const struct lgc_finding *finding, const struct lgc_frame *frame,
                      struct lgc_source *out, size_t max)
{
    (void)arg;
    (void)finding;
    (void)max;
    out[0] = stack[frame->pc];
    return out[0].function != NULL || out[0].file != NULL;
}

static const struct lgc_symbolizer symbolizer = { resolve, NULL };

/* The index of the frame that is shown first. */
static uint64_t culprit(const struct lgc_source *sources, uint32_t n)
{
    static struct lgc_frame frames[8];
    struct lgc_finding f = { .pid = 1 };
    struct lgc_group g = { .frames = frames, .nframes = n };
    struct lgc_format_job job = { NULL, &f, &symbolizer, NULL };
    struct lgc_format_place place;
    for (uint32_t i = 0; i < n; i++)
        frames[i] = (struct lgc_frame){ i, LGC_NO_MODULE, false, 0 };
    stack = sources;
    cr_assert(lgc_format_culprit(&job, &g, &place));
    cr_expect_eq(place.source.line, sources[place.pc].line);
    return place.pc;
}
#define CULPRIT(...) culprit((const struct lgc_source[]){ __VA_ARGS__ }, \
    sizeof((const struct lgc_source[]){ __VA_ARGS__ }) / sizeof(struct lgc_source))

#define UNKNOWN  { NULL, NULL, 0, 0, false, NULL }
#define NAMED    { "f", NULL, 0, 0, false, NULL }
#define LIBC     { "__strdup", "./string/./string/strdup.c", 42, 0, false, NULL }
#define STL      { "push_back", "/usr/include/c++/12/bits/stl_vector.h", 1, 0, false, NULL }
#define OURS     { "g", "/home/me/string/a.c", 3, 0, false, NULL }
#define NO_LINE  { "h", "/home/me/b.c", 0, 0, false, NULL }

Test(place, the_users_own_code_is_shown_first)
{
    cr_expect_eq(CULPRIT(OURS), 0);
    cr_expect_eq(CULPRIT(LIBC, OURS, OURS), 1);
    cr_expect_eq(CULPRIT(STL, STL, OURS), 2);
    cr_expect_eq(CULPRIT(NAMED, UNKNOWN, LIBC, OURS), 3);
    cr_expect_eq(CULPRIT(UNKNOWN, LIBC, STL), 1);
    cr_expect_eq(CULPRIT(UNKNOWN, NAMED, UNKNOWN), 1);
    cr_expect_eq(CULPRIT(UNKNOWN, NO_LINE, OURS), 2);
    cr_expect_eq(CULPRIT(UNKNOWN, UNKNOWN), 0);
}

Test(place, no_frames_no_place)
{
    struct lgc_finding f = { .pid = 1 };
    struct lgc_group g = { .nframes = 0 };
    struct lgc_format_job job = { NULL, &f, NULL, NULL };
    struct lgc_format_place place;
    cr_expect_not(lgc_format_culprit(&job, &g, &place));
}

static void expect_text(struct lgc_source source, const struct lgc_module *module, const char *text)
{
    struct lgc_format_place place = { .source = source, .module = module, .pc = 0x1234 };
    struct lgc_out out;
    sample_open(&out);
    lgc_format_put_place(&out, &place, lgc_out_xml);
    char *got = sample_close(&out);
    cr_expect_str_eq(got, text);
    free(got);
}

Test(place, texts)
{
    struct lgc_source both = { "f<int>", "/a.c", 3, 1, false, NULL }, no_line = { "f", "/a.c", 0, 0, false, NULL };
    struct lgc_source name = { "f", NULL, 0, 0, false, NULL }, file = { NULL, "/a.c", 3, 0, false, NULL };
    struct lgc_source nothing = { NULL, NULL, 0, 0, false, NULL };
    const struct lgc_module *m = &sample_modules[0];
    expect_text(both, m, "f&lt;int&gt; /a.c:3");
    expect_text(no_line, m, "f /a.c");
    expect_text(file, NULL, "/a.c:3");
    expect_text(name, m, "f (/usr/bin/prog+0x234)");
    expect_text(name, NULL, "f");
    expect_text(nothing, m, "/usr/bin/prog+0x234");
    expect_text(nothing, NULL, "0x1234");
}

static unsigned seen;

static void each(const struct lgc_format_job *job, unsigned index,
                 const struct lgc_format_place *place)
{
    static const char *const names[] = { "inner", "outer(int)", "plugin_init", NULL };
    (void)job;
    cr_expect_eq(index, seen++);
    cr_assert_lt(index, 4);
    if (names[index] != NULL)
        cr_expect_str_eq(place->source.function, names[index]);
    else
        cr_expect_null(place->source.function);
}

Test(place, every_source_is_a_place)
{
    struct lgc_out out;
    struct lgc_finding *f = sample();
    struct lgc_format_job job = { &out, f, &sample_symbolizer, NULL };
    lgc_out_init(&out, -1);
    lgc_format_each_place(&job, &f->groups[0], each);
    cr_expect_eq(seen, 4);
}
