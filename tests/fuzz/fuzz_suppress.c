/* SPDX-License-Identifier: MIT
 * fuzz_suppress.c: any text as suppressions: read, indexed, held against a finding. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/sample.h"
#include "driver.h"
#include "report/format.h"
#include "report/suppress.h"

static const char *const words[] = {
    "{\n", "}\n", "...\n", "fun:", "obj:", "src:", "leak:", "Memcheck:Leak\n", "match-leak-kinds:", "all", "*", "?",
    "^", "$", ":4294967296", ":0", "inner", "outer(int)", "/src/a.c", "\r\n", " \t", "#", "fun:*\n", "obj:*\n", NULL
};

static void warn(void *arg, const char *text)
{
    (void)arg;
    if (strstr(text, "suppressions: fuzz:") == NULL)    /* each says where */
        abort();
}

/* Amounts may only move to what is hidden, never grow. */
static void check_sums(const struct lgc_finding *f)
{
    uint64_t objects = 0, bytes = 0;
    for (size_t i = 0; i < f->ngroups; i++) {
        objects += f->groups[i].amount.objects;
        bytes += f->groups[i].amount.bytes;
    }
    if (objects != 2 + 3 + 1 + 50 || bytes != 100 + 40 + 7 + 5000)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct lgc_suppress *s = lgc_suppress_new();
    struct lgc_finding *f = sample();
    if (text == NULL || s == NULL)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    if (!lgc_suppress_add(s, text, "fuzz", warn, NULL)
        || !lgc_suppress_apply(s, f, &sample_symbolizer, SAMPLE_ALL))
        abort();
    check_sums(f);
    lgc_suppress_free(s);
    free(text);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    uint64_t state = seed;
    size = fuzz_mutate_words(data, size, room, &state, words);
    return fuzz_mutate_bytes(data, size, room, &state);
}
