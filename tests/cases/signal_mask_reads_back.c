/* SPDX-License-Identifier: MIT
 * signal_mask_reads_back.c: a program that blocks all signals reads back the mask that it set, as without the library.
 *
 * run:
 *   stdout blocked 62 then 62 then 0
 *   direct 0 0
 */
#include "case.h"
#include <signal.h>

static int count(const sigset_t *set)
{
    int n = 0;
    for (int i = 1; i <= 64; i++)
        n += i != SIGKILL && i != SIGSTOP && sigismember(set, i) == 1;
    return n;
}

int main(void)
{
    sigset_t all, old, now;
    int first, second;
    CHECK(sigfillset(&all) == 0);
    CHECK(sigprocmask(SIG_SETMASK, &all, NULL) == 0);
    CHECK(sigprocmask(SIG_SETMASK, NULL, &now) == 0);
    first = count(&now) + 2;
    CHECK(pthread_sigmask(SIG_BLOCK, NULL, &now) == 0);
    second = count(&now) + 2;
    sigemptyset(&all);
    CHECK(sigprocmask(SIG_SETMASK, &all, &old) == 0 && count(&old) + 2 == second);
    CHECK(sigprocmask(SIG_SETMASK, NULL, &now) == 0);
    printf("blocked %d then %d then %d\n", first, second, count(&now));
    return 0;
}
