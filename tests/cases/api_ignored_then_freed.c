/* SPDX-License-Identifier: MIT
 * api_ignored_then_freed.c: being ignored ends when the block is freed: what reuses its memory can leak.
 *
 * run:
 *   direct 200 6400
 */
#include "case.h"
#include "api.h"

static NOINLINE void ignore_and_free(void)
{
    void *p[200];
    for (int i = 0; i < 200; i++) {
        p[i] = make(32);
        CHECK(leaksgc_ignore_object(p[i]) == 0);
    }
    for (int i = 0; i < 200; i++)
        free(p[i]);
}

int main(void)
{
    NEED(leaksgc_ignore_object);
    ignore_and_free();
    lose(32, 200);
    return 0;
}
