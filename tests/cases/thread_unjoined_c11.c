/* SPDX-License-Identifier: MIT
 * thread_unjoined_c11.c: threads made by thrd_create that ended and that nobody joined or detached are leaks as well; the others are none.
 *
 * run: control=0
 *   section unjoined_threads 2 any leaves_them main
 */
#include "case.h"
#include <sys/stat.h>
#include <threads.h>

static int brief(void *arg)
{
    free(malloc(10));
    return arg != NULL;
}

static int detaches_itself(void *arg)
{
    CHECK(thrd_detach(thrd_current()) == thrd_success);
    return arg != NULL;
}

static NOINLINE void start(int (*run)(void *), thrd_t *t)
{
    CHECK(thrd_create(t, run, NULL) == thrd_success);
    HERE();
}

static NOINLINE void leaves_them(void)
{
    thrd_t t;
    for (int i = 0; i < 2; i++) {
        CHECK(thrd_create(&t, brief, NULL) == thrd_success);
        HERE();
    }
}

int main(void)
{
    thrd_t t;
    int value = 1;
    leaves_them();
    start(brief, &t);
    CHECK(thrd_join(t, &value) == thrd_success && value == 0);
    start(brief, &t);
    CHECK(thrd_detach(t) == thrd_success);
    start(detaches_itself, &t);
    while (access("/proc/self/task", F_OK) == 0) { /* until all have ended */
        struct timespec brief_time = { 0, 1000000 };
        struct stat s;
        CHECK(stat("/proc/self/task", &s) == 0);
        if (s.st_nlink - 2 == 1)
            break;
        thrd_sleep(&brief_time, NULL);
    }
    return 0;
}
