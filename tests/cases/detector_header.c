/* SPDX-License-Identifier: MIT
 * detector_header.c: leaksgc/leak_detector.h gives leaks of code without debug information and symbols the lines of the calls.
 *
 * build: -g0 -s
 *
 * run:
 *   direct 9 1045
 *   entry direct 1 101 malloc
 *   entry direct 1 102 calloc
 *   entry direct 1 103 realloc
 *   entry direct 1 208 reallocarray
 *   entry direct 1 105 aligned_alloc
 *   entry direct 1 106 memalign
 *   entry direct 1 107 posix_memalign
 *   entry direct 1 5 strdup
 *   entry direct 1 208 strndup
 * run: format=text:log_path=stderr
 *   reports 0
 *   stderr #0 0x[0-9a-f]+ in malloc [^ ]*detector_header.c:33\n +#1 0x[0-9a-f]+ \([^ ]*detector_header
 *   stderr #0 0x[0-9a-f]+ in strdup [^ ]*detector_header.c:42\n
 */
#include "case.h"
#include "leaksgc/leak_detector.h"

static void *volatile escape;

static __attribute__((noinline)) void lose_all(void)
{
    void *p = NULL;
    char much[209];
    memset(much, 'x', 208);
    much[208] = '\0';
    escape = malloc(101);
    escape = calloc(3, 34);
    escape = realloc(realloc(NULL, 50), 103);
    escape = reallocarray(NULL, 4, 52);
    escape = aligned_alloc(64, 105);
    escape = memalign(256, 106);
    CHECK(posix_memalign(&p, 32, 107) == 0);
    escape = p;
    p = NULL;
    escape = strdup("four");
    escape = strndup(much, 207);
    escape = NULL;
}

int main(void)
{
    char *kept;
    lose_all();
    clear_stack();
    /* What it is given back is usual memory. */
    kept = strdup("kept");
    CHECK(!strcmp(kept, "kept"));
    kept = realloc(kept, 100000);
    CHECK(!strcmp(kept, "kept"));
    free(kept);
    errno = 0;
    kept = malloc(SIZE_MAX);
    CHECK(kept == NULL && errno == ENOMEM);
    kept = calloc(SIZE_MAX / 2, 3);
    CHECK(kept == NULL);
    return 0;
}
