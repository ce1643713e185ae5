/* SPDX-License-Identifier: MIT
 * quiet_walks_no_stack.c: with leak finding off no allocation is traced, not even one that finds its thread's stock empty.
 *
 * run:
 *   quiet
 *   stdout done
 */
#include "case.h"
#include "api.h"
#include <malloc.h>

enum { MANY = 100000 };

static void *block[MANY];

/* What malloc_info counts; glibc's, without the library, counts nothing of the kind. */
static unsigned long count_of(const char *what)
{
    char *text = NULL, element[40];
    size_t size = 0;
    unsigned long n = 0;
    FILE *stream = open_memstream(&text, &size);
    CHECK(stream && malloc_info(0, stream) == 0);
    fclose(stream);
    snprintf(element, sizeof element, "<%s type=", what);
    const char *at = strstr(text, element);
    if (leaksgc_check) {
        CHECK(at && (at = strstr(at, "count=\"")) != NULL && at[7] >= '0' && at[7] <= '9');
        n = strtoul(at + 7, NULL, 10);
    }
    free(text);
    return n;
}

/* With leak finding on neither is 0: info_tells_of_paths.  A walk of a stack
 * that is to be 0 frames deep makes no path. */
int main(void)
{
    for (int i = 0; i < MANY; i++)
        block[i] = i % 3 ? malloc(i % 5000) : i % 2 ? calloc(1, i % 20000) : realloc(NULL, i % 3000);
    CHECK(count_of("paths") == 0);
    CHECK(count_of("walked") == 0);
    puts("done");
    return 0;
}
