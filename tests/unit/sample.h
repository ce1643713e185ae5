/* SPDX-License-Identifier: MIT
 * sample.h: a finding with one of everything, and a file to write reports to. */
#ifndef LGC_TESTS_SAMPLE_H
#define LGC_TESTS_SAMPLE_H

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/out.h"
#include "find/finding.h"
#include "report/report.h"

static const struct lgc_module sample_modules[] = {
    { 0x1000, 0x9000, 0x1000, "/usr/bin/prog", "00112233445566778899", false },
    { 0x20000, 0x30000, 0x20000, "/opt/my lib/100%/plug-in.so", NULL, true },
};
static const struct lgc_frame sample_frames[] = {
    { 0x1234, 0, false, 0 }, { 0x20010, 1, false, 0 }, { 0xdead, LGC_NO_MODULE, true, 2 },
};
static const uint32_t sample_ids[] = { 1, 2 };
static const struct lgc_thread_info sample_threads[] = {
    { 1, 4711, "main", NULL }, { 2, 4712, "-", "the \"worker\"" },
};
static const struct lgc_hang sample_hangs[] = { { 1, { 40, 3 } } };
static const char *const sample_notes[] = { "2 threads did not stop" };
static const char *const sample_rules[] = { "leak:compiled_in" };

static struct lgc_group sample_groups[4];
static struct lgc_finding sample_finding;

/* A fresh copy each time: tests change it. */
static inline struct lgc_finding *sample(void)
{
    const int64_t t = 1700000000000000000;
    const struct lgc_group groups[4] = {
        { LGC_KIND_DIRECT, { 100, 2 }, { 40, 3 }, t, t + 1500000000, 2, 3, 3, 2,
          sample_frames, sample_ids, NULL, LGC_SECTION_LOSS, { 60, 1 }, 2, 7200, 1, 0, NULL },
        { LGC_KIND_INDIRECT, { 40, 3 }, { 0, 0 }, t, t, 0, 3, 2, 1,
          sample_frames + 1, sample_ids + 1, NULL, LGC_SECTION_LOSS, { 0, 0 }, 0, 0,
          0, 1, sample_hangs },
        { LGC_KIND_POSSIBLE, { 7, 1 }, { 0, 0 }, t, t, 0, 1, 1, 0, sample_frames, NULL, NULL,
          LGC_SECTION_LOSS, { 0, 0 }, 0, 0, 0, 0, NULL },
        { LGC_KIND_REACHABLE, { 5000, 50 }, { 0, 0 }, 0, 0, 3, 0, 0, 0, NULL, NULL, NULL,
          LGC_SECTION_LOSS, { 0, 0 }, 0, 0, 0, 0, NULL },
    };
    memcpy(sample_groups, groups, sizeof groups);
    sample_finding = (struct lgc_finding){
        .pid = 4711, .check = 3, .time_ns = t + 123456789, .reason = "exit",
        .exe = "/usr/bin/prog", .pause_ns = 5000, .duration_ns = 70000, .stopped_threads = 2,
        .way = "fork", .snapshot_bytes = 8192, .fresh = { 60, 1 }, .live = { 5147, 56 },
        .total = { { 100, 2 }, { 40, 3 }, { 7, 1 }, { 5000, 50 } },
        .nnotes = 1, .nmodules = 2, .nthreads = 2, .ngroups = 4, .nsuppressions = 1,
        .notes = sample_notes, .modules = sample_modules, .threads = sample_threads,
        .groups = sample_groups, .suppressions = sample_rules,
    };
    return &sample_finding;
}

/* Names for the first two frames: two inlined functions, then a plain one. */
static inline size_t sample_resolve(void *arg, const struct lgc_finding *finding,
                                    const struct lgc_frame *frame, struct lgc_source *out,
                                    size_t max)
{
    (void)arg;
    (void)finding;
    if (frame->pc == 0x1234 && max >= 2) {
        out[0] = (struct lgc_source){ "inner", "/src/a.c", 12, 3, true, "_Z5innerv" };
        out[1] = (struct lgc_source){ "outer(int)", "/src/b.c", 40, 0, false, NULL };
        return 2;
    }
    if (frame->pc == 0x20010) {
        out[0] = (struct lgc_source){ "plugin_init", NULL, 0, 0, false, NULL };
        return 1;
    }
    return 0;
}
static const struct lgc_symbolizer sample_symbolizer = { sample_resolve, NULL };

enum { SAMPLE_ALL = 15, SAMPLE_USUAL = 3 };

static inline void sample_open(struct lgc_out *out)
{
    lgc_out_init(out, memfd_create("test", MFD_CLOEXEC));
}

/* What was written; the caller frees it. */
static inline char *sample_close(struct lgc_out *out)
{
    lgc_out_flush(out);
    size_t size = (size_t)lseek(out->fd, 0, SEEK_END);
    char *text = calloc(1, size + 1);
    if (text == NULL || pread(out->fd, text, size, 0) != (ssize_t)size)
        abort();
    close(out->fd);
    return text;
}

#endif
