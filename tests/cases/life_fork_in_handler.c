/* SPDX-License-Identifier: MIT
 * life_fork_in_handler.c: fork in a handler that interrupted malloc; the child ends there, or goes on where it was.
 *
 * run:
 *   direct any
 *   notes-any
 *   stderr-any
 * run: interval=10ms
 *   direct any
 *   notes-any
 *   stderr-any
 */
#include "case.h"
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

enum { FORKS = 200 };

static volatile sig_atomic_t forks, wrong, child_goes_on;

/* Not at regular times: then no work would be done between two forks. */
static void again_soon(void)
{
    struct itimerval soon = { { 0, 0 }, { 0, 300 + forks } };

    setitimer(ITIMER_REAL, &soon, NULL);
}

static void handler(int number)
{
    pid_t child;
    int status;

    (void)number;
    if (forks >= FORKS || child_goes_on)
        return;
    child = fork();
    if (child == 0) {
        if (forks % 2 == 0)
            _exit(7);
        child_goes_on = 1;
        return;
    }
    wrong |= child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 7;
    forks++;
    again_soon();
}

int main(void)
{
    struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
    void *p[50] = { 0 };

    sigaction(SIGALRM, &action, NULL);
    again_soon();
    for (unsigned i = 0, more = 0; forks < FORKS && more < 10000; i++) {
        free(p[i % 50]);
        p[i % 50] = malloc(i % 3000);
        more += child_goes_on;
    }
    if (child_goes_on)
        _exit(7);
    for (unsigned i = 0; i < 50; i++)
        free(p[i]);
    CHECK(!wrong);
    return 0;
}
