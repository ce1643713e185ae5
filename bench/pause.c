/* SPDX-License-Identifier: MIT
 * pause.c: for how long a check for leaks keeps another thread waiting; one line per check.
 *
 * Usage: pause MEGABYTES OBJECT_SIZE CHECKS.  A heap of randomly linked objects;
 * a thread looks at the clock all the time, and the longest that it did not is
 * its pause.  Each line: that, the whole check, and what the library says of its
 * pause (0: it says nothing), in ms.  Run it with libleaksgc or liblsan preloaded. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "leaksgc.h"

#pragma weak leaksgc_check
int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

struct node { struct node *next, *other; };

static struct node **all;
static atomic_int stop;
static _Atomic double worst;
static atomic_ulong ticks;

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void *tick(void *unused)
{
    double last = now_ms();
    while (!stop) {
        double now = now_ms();
        if (now - last > worst)
            worst = now - last;
        last = now;
        ticks++;
    }
    return unused;
}

static void build(size_t objects, size_t size)
{
    unsigned seed = 1;
    all = malloc(objects * sizeof *all);
    if (all == NULL)
        abort();
    for (size_t i = 0; i < objects; i++) {
        all[i] = calloc(1, size);
        if (all[i] == NULL)
            abort();
    }
    for (size_t i = 0; i < objects; i++) {
        all[i]->next = all[((size_t)rand_r(&seed) << 15 ^ (size_t)rand_r(&seed)) % objects];
        all[i]->other = all[((size_t)rand_r(&seed) << 15 ^ (size_t)rand_r(&seed)) % objects];
    }
}

static double check(void)
{
    struct leaksgc_result r;
    memset(&r, 0, sizeof r);
    if (leaksgc_check != NULL && leaksgc_check(&r) >= 0)
        return (double)r.pause_ns / 1e6;
    if (__lsan_do_recoverable_leak_check != NULL)
        __lsan_do_recoverable_leak_check();
    return 0;
}

int main(int argc, char **argv)
{
    pthread_t ticker;
    size_t size = argc > 2 ? strtoul(argv[2], NULL, 10) : 64;
    if (argc != 4 || size < sizeof(struct node)) {
        fprintf(stderr, "usage: pause MEGABYTES OBJECT_SIZE CHECKS\n");
        return 2;
    }
    build((strtoul(argv[1], NULL, 10) << 20) / size, size);
    if (pthread_create(&ticker, NULL, tick, NULL) != 0)
        abort();
    for (int n = atoi(argv[3]); n > 0; n--) {
        usleep(50000);
        worst = 0;
        double begin = now_ms(), said = check();
        double took = now_ms() - begin;
        /* Its longest pause may be the one that it has not noticed yet. */
        for (unsigned long seen = ticks; ticks < seen + 2; )
            usleep(100);
        printf("%.3f %.3f %.3f\n", (double)worst, took, said);
        fflush(stdout);
    }
    stop = 1;
    pthread_join(ticker, NULL);
    _exit(0); /* the check at the end is not the question */
}
