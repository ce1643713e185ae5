/* SPDX-License-Identifier: MIT
 * life_cancelled_thread_exits.c: _exit by a thread that has been cancelled, but does not know yet, ends the process with its report.
 *
 * run:
 *   direct 20 2000
 *   status 3
 */
#include "case.h"

static void *ends(void *unused)
{
    pthread_cancel(pthread_self());
    _exit(3);
    return unused;
}

int main(void)
{
    pthread_t thread;

    alarm(60);
    lose(100, 20);
    CHECK(pthread_create(&thread, NULL, ends, NULL) == 0);
    pthread_join(thread, NULL);
    return 1;
}
