/* SPDX-License-Identifier: MIT
 * life_signal_dispositions_stay.c: an ignored signal stays ignored, a handler stays, and the program reads back what it set.
 *
 * run:
 *   stdout handled 1, still there
 *   direct 1 5
 * run:
 *   args inherited
 *   stdout ignored
 *   direct 1 5
 *   reports 1
 * run:
 *   args starter-ignores
 *   stdout handled 1, still there
 *   direct 1 5
 *   reports 1
 */
#include "case.h"
#include <signal.h>

static int volatile handled;

static void handler(int number)
{
    handled += number == SIGTERM;
}

static const int ours[] = { SIGTERM, SIGINT, SIGHUP };

/* Whoever starts the suite may ignore some of them (nohup, a shell's &).  The
 * program that looks begins after exec, so that the library has not been asked. */
static int again_with_defaults(char **argv)
{
    char *again[] = { argv[0], "defaults", NULL };
    for (int i = 0; i < 3; i++)
        signal(ours[i], SIG_DFL);
    execv("/proc/self/exe", again);
    return 1;
}

int main(int argc, char **argv)
{
    struct sigaction now;
    if (argc == 1)
        return again_with_defaults(argv);
    if (!strcmp(argv[1], "starter-ignores")) {
        char *again[] = { argv[0], NULL };
        for (int i = 0; i < 3; i++)
            signal(ours[i], SIG_IGN);
        execv("/proc/self/exe", again);
        return 1;
    }
    if (!strcmp(argv[1], "inherited")) {
        /* As nohup does it. */
        char *again[] = { argv[0], "again", NULL };
        signal(SIGHUP, SIG_IGN);
        execv("/proc/self/exe", again);
        return 1;
    }
    if (!strcmp(argv[1], "again")) {
        CHECK(sigaction(SIGHUP, NULL, &now) == 0 && now.sa_handler == SIG_IGN);
        raise(SIGHUP);
        puts("ignored");
        lose(5, 1);
        return 0;
    }
    for (int i = 0; i < 3; i++)
        CHECK(sigaction(ours[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL);
    CHECK(signal(SIGINT, SIG_IGN) == SIG_DFL);
    CHECK(signal(SIGINT, SIG_DFL) == SIG_IGN);
    CHECK(signal(SIGINT, SIG_IGN) == SIG_DFL);
    CHECK(signal(SIGTERM, handler) == SIG_DFL);
    CHECK(sigaction(SIGTERM, NULL, &now) == 0 && now.sa_handler == handler);
    raise(SIGINT);
    raise(SIGTERM);
    printf("handled %d, still there\n", handled);
    lose(5, 1);
    return 0;
}
