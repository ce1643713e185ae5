/* SPDX-License-Identifier: MIT
 * life_two_ends_at_once.c: when two threads end the process at once, its report comes out all the same and says how it ends.
 *
 * run:
 *   direct any
 *   notes-any
 *   reports any
 *   glibc-differs
 */
#include "case.h"
#include <spawn.h>
#include <sys/wait.h>

enum { PROCESSES = 60, LOSSES = 23 };

static pthread_barrier_t barrier;

static void *ends(void *by_exit)
{
    pthread_barrier_wait(&barrier);
    if (by_exit != NULL)
        exit(0);
    _exit(0);
}

static void end_twice(void)
{
    pthread_t thread[2];

    CHECK(pthread_barrier_init(&barrier, NULL, 2) == 0);
    lose(100, 20);
    for (int i = 0; i < 2; i++)
        CHECK(pthread_create(&thread[i], NULL, ends, i == 0 ? &barrier : NULL) == 0);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
}

int main(int argc, char **argv)
{
    char options[1000];

    if (argc == 2)
        end_twice();
    snprintf(options, sizeof options, "%s:log_path=/dev/null:exitcode=%d", getenv("LEAKSGC_OPTIONS"), LOSSES);
    setenv("LEAKSGC_OPTIONS", options, 1);
    for (int i = 0; i < PROCESSES; i++) {
        char *const words[] = { argv[0], (char *)"child", NULL };
        pid_t child;
        int status;

        CHECK(posix_spawn(&child, argv[0], NULL, NULL, words, environ) == 0);
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == LOSSES);
    }
    return 0;
}
