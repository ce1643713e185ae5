/* SPDX-License-Identifier: MIT
 * thread_unjoined_silent.c: a thread that never allocated is listed with the size of its stack, and not as an earlier one that had the same memory.
 *
 * run: control=0
 *   section unjoined_threads 3 786432 leaves_them main
 */
#include "case.h"
#include <sys/stat.h>

static pthread_attr_t small;

static void *allocates(void *arg)
{
    free(malloc(10));
    return arg;
}

static void *silent(void *arg) { return arg; }

static NOINLINE void leaves_them(void)
{
    pthread_t t;
    for (int i = 0; i < 3; i++) {
        CHECK(pthread_create(&t, &small, silent, NULL) == 0);
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
    CHECK(pthread_attr_init(&small) == 0 && pthread_attr_setstacksize(&small, 262144) == 0);
    CHECK(pthread_create(&t, &small, allocates, NULL) == 0 && pthread_join(t, NULL) == 0);
    leaves_them();
    while (tasks() > 1)
        usleep(1000);
    return 0;
}
