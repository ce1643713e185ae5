/* SPDX-License-Identifier: MIT
 * edge_statistics.c: mallinfo, mallinfo2, mallopt, malloc_trim, malloc_stats and malloc_info answer, and plausibly.
 *
 * run:
 *   direct 0 0
 *   stdout done
 *   stderr-any
 */
#include "case.h"
#include <malloc.h>

int main(void)
{
    void *p = make(10000000);
    struct mallinfo2 info = mallinfo2();
    CHECK(info.uordblks + info.hblkhd >= 10000000 && info.uordblks + info.hblkhd < 100000000);
    CHECK(info.arena + info.hblkhd >= info.uordblks);
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    struct mallinfo old = mallinfo();
    CHECK(old.uordblks + old.hblkhd >= 10000000);
    free(p);
    struct mallinfo2 after = mallinfo2();
    CHECK(after.uordblks + after.hblkhd <= info.uordblks + info.hblkhd - 9000000);
    CHECK(mallopt(M_MMAP_THRESHOLD, 1 << 20) == 1);
    CHECK(mallopt(M_ARENA_MAX, 2) == 1);
    int trimmed = malloc_trim(0);
    CHECK(trimmed == 0 || trimmed == 1);
    malloc_stats();
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    CHECK(stream);
    CHECK(malloc_info(0, stream) == 0);
    fclose(stream);
    CHECK(size > 20 && strstr(text, "<malloc") && strstr(text, "</malloc>"));
    free(text);
    errno = 0;
    CHECK(malloc_info(1, stdout) != 0);
    puts("done");
    return 0;
}
