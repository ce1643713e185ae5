/* SPDX-License-Identifier: MIT
 * life_exit_while_forking.c: exit ends a process whose other threads fork, while checks run.
 *
 * run: thread_cache=1
 *   direct any
 *   notes-any
 *   stderr-any
 */
#include "case.h"
#include <spawn.h>
#include <sys/wait.h>

enum { PROCESSES = 40, THREADS = 3, STATUS = 3 };

static void *forks(void *unused)
{
    for (;;) {
        pid_t child = fork();

        if (child == 0)
            _exit(0);
        if (child > 0)
            waitpid(child, NULL, 0);
    }
    return unused;
}

static void end_soon(useconds_t microseconds)
{
    pthread_t thread;

    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&thread, NULL, forks, NULL) == 0);
    usleep(microseconds);
    exit(STATUS);
}

int main(int argc, char **argv)
{
    char microseconds[20], options[1000];
    const char *given = getenv("LEAKSGC_OPTIONS");

    if (argc == 2)
        end_soon((useconds_t)atoi(argv[1]));
    snprintf(options, sizeof options, "%s:log_path=/dev/null:exitcode=0:interval=1ms", given != NULL ? given : "");
    setenv("LEAKSGC_OPTIONS", options, 1);
    for (int i = 0; i < PROCESSES; i++) {
        char *const words[] = { argv[0], microseconds, NULL };
        pid_t child;
        int status;

        snprintf(microseconds, sizeof microseconds, "%d", 5000 + i * 731);
        CHECK(posix_spawn(&child, argv[0], NULL, NULL, words, environ) == 0);
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == STATUS);
    }
    return 0;
}
