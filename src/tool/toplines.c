/* SPDX-License-Identifier: MIT
 * toplines.c: the lines of leaksgc top. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "tool/number.h"
#include "tool/topmodel.h"

/* What is no character here, or steers a terminal, is '?'. */
void lgc_top_text(char *to, size_t size, const char *from, unsigned width)
{
    mbstate_t state;
    size_t used = 0;
    memset(&state, 0, sizeof state);
    while (*from != '\0' && *from != '\n' && width > 0) {
        wchar_t c;
        size_t n = mbrtowc(&c, from, MB_CUR_MAX, &state);
        int columns = n == (size_t)-1 || n == (size_t)-2 || n == 0 ? -1 : iswprint((wint_t)c) ? wcwidth(c) : -1;
        if (n == (size_t)-1 || n == (size_t)-2 || n == 0) {
            memset(&state, 0, sizeof state);
            n = 1;
        }
        if (columns > (int)width || used + (columns < 0 ? 1 : n) + 1 > size)
            break;
        if (columns < 0) {
            to[used++] = '?';
            width--;
        } else {
            memcpy(to + used, from, n);
            used += n;
            width -= (unsigned)columns;
        }
        from += n;
    }
    if (size > 0)
        to[used] = '\0';
}

static void put_size(char to[24], double bytes, bool sign)
{
    char text[20];
    lgc_number_size(text, sizeof text, (uint64_t)(bytes < 0 ? -bytes : bytes));
    snprintf(to, 24, "%s%s", bytes <= -0.5 ? "-" : sign && bytes >= 0.5 ? "+" : "", text);
}

static void put_line(char *to, size_t size, unsigned width, const char *line) { lgc_top_text(to, size, line, width); }

void lgc_top_memory_line(const struct lgc_top *t, char *to, size_t size, unsigned width)
{
    char line[256], n[LGC_HEAPVIEW_NUMBERS][24];
    for (unsigned i = 0; i < LGC_HEAPVIEW_NUMBERS; i++)
        put_size(n[i], (double)t->value[i], false);
    snprintf(line, sizeof line, "live %s   process %s   held but unused %s   largest allocation %s",
             n[LGC_HEAPVIEW_LIVE], n[LGC_HEAPVIEW_PROCESS], n[LGC_HEAPVIEW_UNUSED], n[LGC_HEAPVIEW_LARGEST]);
    put_line(to, size, width, line);
}

void lgc_top_rate_line(const struct lgc_top *t, char *to, size_t size, unsigned width)
{
    char line[256], allocated[24], freed[24], up[24], down[24];
    put_size(allocated, (double)t->value[LGC_HEAPVIEW_ALLOCATED], false);
    put_size(freed, (double)t->value[LGC_HEAPVIEW_FREED], false);
    put_size(up, t->allocated, false);
    put_size(down, t->freed, false);
    if (t->times < 2)
        snprintf(line, sizeof line, "allocated %s in all   freed %s", allocated, freed);
    else
        snprintf(line, sizeof line, "allocated %s in all, %s/s   freed %s, %s/s", allocated, up, freed, down);
    put_line(to, size, width, line);
}

/* Its largest value is the height of a row; the newest is on the right. */
void lgc_top_history_line(const struct lgc_top *t, bool blocks, char *to, size_t size, unsigned width)
{
    static const char *const fine[8] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
    static const char *const coarse[8] = { "_", ".", ",", "-", "=", "+", "*", "#" };
    uint64_t most = 1;
    size_t used = (size_t)snprintf(to, size, "%.*s", (int)width, "live ");
    unsigned room = width > 5 ? width - 5 : 0, n = t->nhistory < room ? t->nhistory : room;
    for (unsigned i = t->nhistory - n; i < t->nhistory; i++)
        most = t->history[i] > most ? t->history[i] : most;
    for (unsigned i = t->nhistory - n; i < t->nhistory; i++) {
        unsigned step = (unsigned)((double)t->history[i] * 7 / (double)most + 0.5);
        const char *bar = (blocks ? fine : coarse)[step > 7 ? 7 : step];
        if (used + strlen(bar) + 1 > size)
            break;
        used += (size_t)snprintf(to + used, size - used, "%s", bar);
    }
}

/* Narrow terminals leave columns out, from the right. */
void lgc_top_heading(char *to, size_t size, unsigned width)
{
    put_line(to, size, width, width >= 76 ? "  LIVE BYTES    OBJECTS  SHARE      GROWTH/S        SINCE  SITE"
                            : width >= 50 ? "  LIVE BYTES    OBJECTS  SITE" : "      LIVE  SITE");
}

void lgc_top_row(const struct lgc_top *t, size_t shown, char *to, size_t size, unsigned width)
{
    char line[LGC_TOPLIST_LABEL + 128], growth[24], since[24], bytes[24];
    const struct lgc_top_site *s = &t->site[t->shown[shown]];
    uint64_t live = t->value[LGC_HEAPVIEW_LIVE];
    put_size(growth, s->growth, true);
    put_size(since, (double)s->bytes - (double)s->first_bytes, true);
    put_size(bytes, (double)s->bytes, false);
    if (width >= 76)
        snprintf(line, sizeof line, "%12llu %10llu %5.1f%% %13s %12s  %s", (unsigned long long)s->bytes,
                 (unsigned long long)s->objects, live == 0 ? 0 : 100.0 * (double)s->bytes / (double)live, growth, since, s->label);
    else if (width >= 50)
        snprintf(line, sizeof line, "%12llu %10llu  %s", (unsigned long long)s->bytes, (unsigned long long)s->objects, s->label);
    else
        snprintf(line, sizeof line, "%10s  %s", bytes, s->label);
    put_line(to, size, width, line);
}
