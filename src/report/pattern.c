/* SPDX-License-Identifier: MIT
 * pattern.c: a suppression's pattern against a name. */
#include "report/pattern.h"

#include <string.h>

bool lgc_pattern_matches(const char *pattern, const char *name)
{
    bool fixed = *pattern == '^';       /* the next piece stands right here */
    pattern += fixed;
    size_t length = strlen(pattern);
    bool to_end = length > 0 && pattern[length - 1] == '$';
    const char *end = pattern + length - to_end;
    const char *name_end = name + strlen(name);
    for (;;) {
        const char *star = memchr(pattern, '*', (size_t)(end - pattern));
        size_t n = (size_t)((star != NULL ? star : end) - pattern);
        if (star == NULL && to_end) {
            size_t left = (size_t)(name_end - name);
            return n <= left && (!fixed || n == left) && memcmp(name_end - n, pattern, n) == 0;
        }
        const char *found = fixed ? (strncmp(name, pattern, n) == 0 ? name : NULL)
                                  : memmem(name, (size_t)(name_end - name), pattern, n);
        if (found == NULL)
            return false;
        if (star == NULL)
            return true;
        name = found + n;
        pattern = star + 1;
        fixed = false;
    }
}

bool lgc_pattern_literal(const char *pattern, const char *gram, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool anchor = (gram + i == pattern && gram[i] == '^')
                   || (gram[i] == '$' && gram[i + 1] == '\0');
        if (gram[i] == '*' || anchor)
            return false;
    }
    return true;
}

bool lgc_pattern_glob(const char *glob, const char *name)
{
    const char *retry_glob = NULL, *retry_name = NULL;
    while (*name != '\0') {
        if (*glob == '*') {
            retry_glob = ++glob;
            retry_name = name;
        } else if (*glob != '\0' && (*glob == '?' || *glob == *name)) {
            glob++;
            name++;
        } else if (retry_glob != NULL) {
            glob = retry_glob;
            name = ++retry_name;
        } else {
            return false;
        }
    }
    while (*glob == '*')
        glob++;
    return *glob == '\0';
}

bool lgc_pattern_glob_literal(const char *gram, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (gram[i] == '*' || gram[i] == '?')
            return false;
    }
    return true;
}
