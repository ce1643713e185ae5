/* SPDX-License-Identifier: MIT
 * reach_thread_argument.c: the argument of a thread that has not run yet keeps its block.
 *
 * run:
 *   direct 0 0
 */
#include "case.h"
#include "api.h"

static void *body(void *argument)
{
    free(argument);
    return NULL;
}

static NOINLINE pthread_t start(void)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, body, make(123)) == 0);
    return thread;
}

int main(void)
{
    NEED(leaksgc_check);
    for (int i = 0; i < 50; i++) {
        pthread_t thread = start();
        clear_stack();
        struct leaksgc_result result = check_now();
        CHECK(result.direct.objects == 0 && result.indirect.objects == 0);
        pthread_join(thread, NULL);
    }
    return 0;
}
