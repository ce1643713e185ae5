/* SPDX-License-Identifier: MIT
 * fingerprint.c: the stable name of an allocation site. */
#include <string.h>

#include "report/format.h"

/* FNV-1a with 64 bits, and a multiply-shift finish because FNV leaves the high
 * bits of short inputs alike.  Not a defence against someone who wants two
 * sites to collide: a fingerprint names, it does not protect. */
static uint64_t mix_bytes(uint64_t h, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * 0x100000001b3u;
    return h;
}

static uint64_t mix_text(uint64_t h, char tag, const char *text)
{
    h = mix_bytes(h, &tag, 1);
    return mix_bytes(h, text, strlen(text) + 1);
}

static uint64_t mix_place(uint64_t h, const struct lgc_module *module, uint64_t pc)
{
    if (module == NULL || module->path == NULL)
        return mix_text(h, '?', "");    /* the bare address says nothing */
    const char *slash = strrchr(module->path, '/');
    uint64_t offset = pc - module->bias;
    unsigned char bytes[8];
    for (unsigned i = 0; i < 8; i++)    /* the same on every byte order */
        bytes[i] = (unsigned char)(offset >> 8 * i);
    h = mix_text(h, 'm', slash != NULL ? slash + 1 : module->path);
    return mix_bytes(h, bytes, sizeof bytes);
}

static uint64_t mix_frame(uint64_t h, const struct lgc_format_job *job,
                          const struct lgc_frame *frame)
{
    struct lgc_source sources[LGC_REPORT_MAX_INLINED];
    size_t n = lgc_format_sources(job, frame, sources);
    bool named = false;
    for (size_t i = 0; i < n; i++) {
        if (sources[i].function != NULL) {
            h = mix_text(h, 'f', sources[i].function);
            named = true;
        }
    }
    return named ? h : mix_place(h, lgc_format_module(job->finding, frame), frame->pc);
}

void lgc_report_fingerprint(const struct lgc_finding *finding, const struct lgc_group *group,
                            const struct lgc_symbolizer *symbolizer, char text[17])
{
    struct lgc_format_job job = { NULL, finding, symbolizer, NULL };
    uint64_t h = 0xcbf29ce484222325u;
    for (uint32_t i = 0; i < group->nframes; i++)
        h = mix_frame(h, &job, &group->frames[i]);
    h ^= h >> 32;
    h *= 0x9e3779b97f4a7c15u;
    h ^= h >> 29;
    for (unsigned i = 0; i < 16; i++)
        text[i] = "0123456789abcdef"[h >> (60 - 4 * i) & 15];
    text[16] = '\0';
}
