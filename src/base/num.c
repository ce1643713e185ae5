/* SPDX-License-Identifier: MIT
 * num.c: reads sizes, durations and counts. */
#include "base/num.h"

#include <stddef.h>
#include <string.h>

struct unit { const char *name; uint64_t factor; };

/* Reads the digits at text; returns what follows them, or NULL if there are
 * none or the number does not fit. */
static const char *read_digits(const char *text, uint64_t *value)
{
    uint64_t v = 0;
    const char *p = text;
    for (; *p >= '0' && *p <= '9'; p++) {
        if (__builtin_mul_overflow(v, (uint64_t)10, &v)
            || __builtin_add_overflow(v, (uint64_t)(*p - '0'), &v))
            return NULL;
    }
    *value = v;
    return p == text ? NULL : p;
}

static bool read_with_unit(const char *text, const struct unit *units, uint64_t *value)
{
    uint64_t v;
    const char *rest = read_digits(text, &v);
    if (rest == NULL)
        return false;
    for (const struct unit *u = units; u->name != NULL; u++) {
        if (strcmp(rest, u->name) == 0) {
            if (__builtin_mul_overflow(v, u->factor, &v))
                return false;
            *value = v;
            return true;
        }
    }
    return false;
}

bool lgc_num_count(const char *text, uint64_t *value)
{
    static const struct unit units[] = { { "", 1 }, { NULL, 0 } };
    return read_with_unit(text, units, value);
}

bool lgc_num_size(const char *text, uint64_t *bytes)
{
    static const struct unit units[] = {
        { "", 1 },
        { "k", 1ull << 10 }, { "M", 1ull << 20 }, { "G", 1ull << 30 }, { "T", 1ull << 40 },
        { "K", 1ull << 10 }, { "m", 1ull << 20 }, { "g", 1ull << 30 }, { "t", 1ull << 40 },
        { NULL, 0 }
    };
    return read_with_unit(text, units, bytes);
}

bool lgc_num_duration(const char *text, uint64_t *ns)
{
    static const struct unit units[] = {
        { "", 1000000000ull }, { "ns", 1 }, { "us", 1000 }, { "ms", 1000000 },
        { "s", 1000000000ull }, { "m", 60 * 1000000000ull }, { "h", 3600 * 1000000000ull },
        { "d", 86400 * 1000000000ull }, { NULL, 0 }
    };
    return read_with_unit(text, units, ns);
}

bool lgc_num_bool(const char *text, bool *value)
{
    static const char *const names[] = { "0", "1", "no", "yes", "false", "true", "off", "on" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(text, names[i]) == 0) {
            *value = i % 2 == 1;
            return true;
        }
    }
    return false;
}
