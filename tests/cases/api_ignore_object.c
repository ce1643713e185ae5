/* SPDX-License-Identifier: MIT
 * api_ignore_object.c: an ignored object and what it points to are no leak; an address that is no block's is refused.
 *
 * run:
 *   args leaksgc
 *   direct 1 9
 * run:
 *   args lsan
 *   direct 1 9
 */
#include "case.h"
#include "api.h"

static NOINLINE void family(int lsan)
{
    void **p = make(32);
    p[3] = make(64);
    if (lsan)
        __lsan_ignore_object(p);
    else
        CHECK(leaksgc_ignore_object(p) == 0);
}

int main(int argc, char **argv)
{
    NEED(leaksgc_ignore_object && __lsan_ignore_object);
    family(argc > 1 && !strcmp(argv[1], "lsan"));
    lose(9, 1);
    int local;
    errno = 0;
    CHECK(leaksgc_ignore_object(&local) == -1 && errno == EINVAL);
    errno = 0;
    CHECK(leaksgc_ignore_object(NULL) == -1 && errno == EINVAL);
    return 0;
}
