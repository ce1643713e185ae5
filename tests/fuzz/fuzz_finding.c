/* SPDX-License-Identifier: MIT
 * fuzz_finding.c: any bytes as a finding stream; what is read is written in every format. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dump/read.h"
#include "driver.h"
#include "report/report.h"
#include "report/suppress.h"

static const char *const words[] = {
    "\n", " ", "-", "%", "%00", "%ff", "group ", "frame r ", "hangs 1 18446744073709551615 1\n", "number 1\n", "end 1\n",
    "18446744073709551615", "4294967295", "-9223372036854775808", "more 4 1 1 1 1\n", "module ", NULL
};

static void write_all(const struct lgc_finding *f)
{
    static int nowhere = -1;
    struct lgc_report_style style = { .kinds = 15, .say_clean = true, .print_suppressions = true,
                                      .suggest = LGC_SUGGEST_VALGRIND };
    if (nowhere < 0)
        nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    for (unsigned i = 0; lgc_report_format_name(i) != NULL; i++) {
        struct lgc_out out;
        lgc_out_init(&out, nowhere);
        if (!lgc_report_write(&out, lgc_report_format_name(i), f, NULL, &style))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char why[100] = "";
    FILE *in = size > 0 ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
    if (in == NULL)
        return 0;
    struct lgc_finding *f = lgc_dump_read(in, why, sizeof why);
    fclose(in);
    if ((f == NULL) != (why[0] != '\0'))
        abort();
    if (f == NULL)
        return 0;
    struct lgc_suppress *s = lgc_suppress_new();
    if (s == NULL || !lgc_suppress_add(s, "leak:bin\n", "fuzz", NULL, NULL))
        abort();
    write_all(f);
    if (!lgc_suppress_apply(s, f, NULL, 15))
        abort();
    write_all(f);
    lgc_dump_free(f);
    lgc_suppress_free(s);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    uint64_t state = seed;
    size = fuzz_mutate_words(data, size, room, &state, words);
    return fuzz_mutate_bytes(data, size, room, &state);
}
