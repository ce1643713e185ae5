/* SPDX-License-Identifier: MIT
 * life_fork_in_threads_exits.c: a child forked by a thread of a busy program checks and reports: threads that it lacks are no roots that hang.
 *
 * run:
 *   direct 0 0
 *   child 1 9 0 0
 *   lsan-differs
 */
#include "case.h"
#include <semaphore.h>
#include <sys/wait.h>

static sem_t ready, never;

static void *idle(void *unused)
{
    void *volatile held = make(93);
    clear_stack();
    sem_post(&ready);
    sem_wait(&never);
    return held ? unused : NULL;
}

static void *forker(void *unused)
{
    pid_t child = fork();
    int status;
    CHECK(child >= 0);
    if (child == 0) {
        lose(9, 1);
        /* What the idle threads' stacks hold is not the child's leak: their
         * memory is still there, and it cannot be known to be dead. */
        exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    return unused;
}

int main(void)
{
    pthread_t thread;
    sem_init(&ready, 0, 0);
    sem_init(&never, 0, 0);
    for (int i = 0; i < 3; i++) {
        CHECK(pthread_create(&thread, NULL, idle, NULL) == 0);
        sem_wait(&ready);
    }
    CHECK(pthread_create(&thread, NULL, forker, NULL) == 0);
    pthread_join(thread, NULL);
    return 0;
}
