/* SPDX-License-Identifier: MIT
 * threads_cross_free.c: blocks freed by another thread than their allocator's are freed, a million times, and none is lost.
 *
 * run:
 *   direct 0 0
 *   indirect 0 0
 */
#include "case.h"
#include <sched.h>
#include <stdatomic.h>

enum { SLOTS = 1024, COUNT = 500000 };
static _Atomic(unsigned char *) slots[2][SLOTS];

static void *producer(void *which)
{
    intptr_t w = (intptr_t)which;
    for (unsigned i = 0; i < COUNT; i++) {
        size_t n = 2 + i % 700;
        unsigned char *p = malloc(n), *empty = NULL;
        p[0] = p[n - 1] = (unsigned char)n;
        while (!atomic_compare_exchange_weak(&slots[w][i % SLOTS], &empty, p)) {
            empty = NULL;
            sched_yield();
        }
    }
    return NULL;
}

static void *consumer(void *which)
{
    intptr_t w = (intptr_t)which;
    for (unsigned i = 0; i < COUNT; i++) {
        unsigned char *p;
        while (!(p = atomic_exchange(&slots[w][i % SLOTS], NULL)))
            sched_yield();
        CHECK(p[0] == (unsigned char)(2 + i % 700) && p[1 + i % 700] == p[0]);
        free(p);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[4];
    for (intptr_t i = 0; i < 4; i++)
        CHECK(pthread_create(&threads[i], NULL, i < 2 ? producer : consumer, (void *)(i % 2)) == 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
