/* SPDX-License-Identifier: MIT
 * thread_unjoined.c: threads that ended and that nobody joined or detached are leaks, with the stack that made them; those that run, are joined, or are detached are none.
 *
 * run: control=0
 *   section unjoined_threads 3 any leaves_them main
 * run: control=0:unjoined_threads=0
 *   section unjoined_threads none
 */
#include "case.h"
#include <signal.h>
#include <sys/stat.h>

static int ready[2];

static void *brief(void *arg)
{
    free(malloc(10));
    return arg;
}

static void *detaches_itself(void *arg)
{
    CHECK(pthread_detach(pthread_self()) == 0);
    return arg;
}

static void *stays(void *arg)
{
    CHECK(write(ready[1], "x", 1) == 1);
    for (;;)
        pause();
    return arg;
}

static NOINLINE void start(void *(*run)(void *), pthread_t *t)
{
    CHECK(pthread_create(t, NULL, run, NULL) == 0);
    HERE();
}

static NOINLINE void leaves_them(void)
{
    pthread_t t;
    for (int i = 0; i < 3; i++) {
        CHECK(pthread_create(&t, NULL, brief, NULL) == 0);
        HERE();
    }
}

static int tasks(void)
{
    struct stat s;
    CHECK(stat("/proc/self/task", &s) == 0);
    return (int)s.st_nlink - 2;
}

int main(void)
{
    pthread_t t;
    char c;
    CHECK(pipe(ready) == 0);
    leaves_them();
    start(brief, &t);
    CHECK(pthread_join(t, NULL) == 0);
    start(brief, &t);
    CHECK(pthread_detach(t) == 0);
    start(detaches_itself, &t);
    start(stays, &t);
    CHECK(read(ready[0], &c, 1) == 1);
    CHECK(pthread_tryjoin_np(t, NULL) == EBUSY);
    while (tasks() > 2) /* the brief ones end */
        usleep(1000);
    return 0;
}
