/* SPDX-License-Identifier: MIT
 * stale_thread_stack_keeps_nothing.c: the stacks of ended threads, which glibc keeps for reuse, keep nothing.
 *
 * run:
 *   direct 8 880
 *   stack make body
 */
#include "case.h"

static void *body(void *unused)
{
    void *volatile held[100];
    for (int i = 0; i < 100; i++)
        held[i] = NULL;
    held[50] = make(110);
    return held[0] ? unused : NULL;
}

int main(void)
{
    pthread_t threads[8];
    for (int i = 0; i < 8; i++)
        CHECK(pthread_create(&threads[i], NULL, body, NULL) == 0);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    clear_stack();
    return 0;
}
