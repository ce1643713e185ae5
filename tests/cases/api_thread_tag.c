/* SPDX-License-Identifier: MIT
 * api_thread_tag.c: what a thread tagged LEAKSGC_THREAD_IGNORE allocates is no leak.
 *
 * run:
 *   direct 1 51
 *   stack make lose body
 */
#include "case.h"
#include "api.h"

static void *body(void *flags)
{
    CHECK(leaksgc_thread_tag("worker of the case", flags ? LEAKSGC_THREAD_IGNORE : 0) == 0);
    lose(flags ? 50 : 51, 1);
    return NULL;
}

int main(void)
{
    NEED(leaksgc_thread_tag);
    for (intptr_t flags = 0; flags < 2; flags++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, body, (void *)flags) == 0);
        pthread_join(thread, NULL);
    }
    return 0;
}
