/* SPDX-License-Identifier: MIT
 * life_exit_from_thread.c: exit called by another thread gives the report; main's blocks are still held by its stack.
 *
 * run:
 *   direct 1 5
 *   status 3
 */
#include "case.h"

static void *body(void *unused)
{
    lose(5, 1);
    exit(3);
    return unused;
}

int main(void)
{
    void *volatile held[3];
    pthread_t thread;
    held[1] = make(91);
    CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
    pthread_join(thread, NULL);
    return held[1] == NULL;
}
