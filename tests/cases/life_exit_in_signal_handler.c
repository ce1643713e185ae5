/* SPDX-License-Identifier: MIT
 * life_exit_in_signal_handler.c: exit called in a handler, even one that interrupted malloc, ends with a report.
 *
 * run:
 *   direct any
 *   status 4
 *   stack make lose main
 */
#include "case.h"
#include <signal.h>
#include <sys/time.h>

static void handler(int number)
{
    exit(number == SIGALRM ? 4 : 5);
}

int main(void)
{
    struct itimerval soon = { { 0, 0 }, { 0, 20000 } };
    struct sigaction action = { 0 };
    action.sa_handler = handler;
    sigaction(SIGALRM, &action, NULL);
    lose(6, 1);
    void *p[50] = { 0 };
    setitimer(ITIMER_REAL, &soon, NULL);
    for (unsigned i = 0;; i++) {
        free(p[i % 50]);
        p[i % 50] = malloc(i % 3000);
    }
}
