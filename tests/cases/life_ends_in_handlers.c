/* SPDX-License-Identifier: MIT
 * life_ends_in_handlers.c: exit, _exit and quick_exit in a handler that interrupted malloc, while checks run, always end the process.
 *
 * run:
 *   args exit 3
 *   notes-any
 *   stderr-any
 * run:
 *   args _exit 4
 *   notes-any
 *   stderr-any
 * run:
 *   args quick_exit 5
 *   notes-any
 *   stderr-any
 */
#include "case.h"
#include <signal.h>
#include <spawn.h>
#include <sys/time.h>
#include <sys/wait.h>

enum { PROCESSES = 40 };

static const char *way;
static int wanted;

static void handler(int number)
{
    (void)number;
    if (!strcmp(way, "exit"))
        exit(wanted);
    if (!strcmp(way, "_exit"))
        _exit(wanted);
    quick_exit(wanted);
}

/* One that ends so after a while. */
static void churn(long microseconds)
{
    struct itimerval soon = { { 0, 0 }, { 0, microseconds } };
    struct sigaction action = { .sa_handler = handler };
    void *p[50] = { 0 };

    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    for (unsigned i = 0;; i++) {
        free(p[i % 50]);
        p[i % 50] = malloc(i % 3000);
    }
}

int main(int argc, char **argv)
{
    char microseconds[20], options[1000];
    const char *given = getenv("LEAKSGC_OPTIONS");

    CHECK(argc >= 3);
    way = argv[1];
    wanted = atoi(argv[2]);
    if (argc == 4)
        churn(atol(argv[3]));
    snprintf(options, sizeof options, "%s:log_path=/dev/null:exitcode=0:interval=1ms", given != NULL ? given : "");
    setenv("LEAKSGC_OPTIONS", options, 1);
    for (int i = 0; i < PROCESSES; i++) {
        char *const words[] = { argv[0], argv[1], argv[2], microseconds, NULL };
        pid_t child;
        int status;

        snprintf(microseconds, sizeof microseconds, "%d", 15000 + i * 337);
        CHECK(posix_spawn(&child, argv[0], NULL, NULL, words, environ) == 0);
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == wanted);
    }
    return 0;
}
