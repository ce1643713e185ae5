/* SPDX-License-Identifier: MIT
 * life_ended_by_signal.c: SIGTERM, SIGINT and SIGHUP with default disposition give a report, and end the process as ever.
 *
 * run:
 *   args TERM main
 *   direct 1 5
 *   signal SIGTERM
 *   lsan-differs
 * run:
 *   args INT main
 *   direct 1 5
 *   signal SIGINT
 *   lsan-differs
 * run:
 *   args HUP main
 *   direct 1 5
 *   signal SIGHUP
 *   lsan-differs
 * run:
 *   args TERM thread
 *   direct 1 5
 *   signal SIGTERM
 *   lsan-differs
 * run: check_on_signal=0
 *   args TERM main
 *   no-report
 *   signal SIGTERM
 * run: exitcode=23
 *   args TERM main
 *   direct 1 5
 *   signal SIGTERM
 *   lsan-differs
 */
#include "case.h"
#include <signal.h>

static int number;

static void *body(void *unused)
{
    void *volatile held = make(92);
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    clear_stack();
    kill(getpid(), number);
    pause();
    return held ? unused : NULL;
}

int main(int argc, char **argv)
{
    CHECK(argc == 3);
    number = !strcmp(argv[1], "TERM") ? SIGTERM : !strcmp(argv[1], "INT") ? SIGINT : SIGHUP;
    signal(number, SIG_DFL);
    lose(5, 1);
    if (!strcmp(argv[2], "thread")) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
        for (;;)
            pause();
    }
    kill(getpid(), number);
    for (;;)
        pause();
}
