/* SPDX-License-Identifier: MIT
 * micro_producer.c: one thread allocates, another frees.
 */
#include "micro.h"
#include <sched.h>
#include <stdatomic.h>

enum { SLOTS = 4096 };
static _Atomic(void *) slots[SLOTS];
static unsigned long total;

static void *produce(void *unused)
{
    uint32_t state = 1;
    for (unsigned long i = 0; i < total; i++) {
        char *p = malloc(next_random(&state) % 256 + 1);
        *p = 1;
        while (atomic_load_explicit(&slots[i % SLOTS], memory_order_acquire))
            sched_yield();
        atomic_store_explicit(&slots[i % SLOTS], p, memory_order_release);
    }
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    total = operations(argc, argv);
    uint64_t start = now_ns();
    pthread_create(&thread, NULL, produce, NULL);
    for (unsigned long i = 0; i < total; i++) {
        void *p;
        while (!(p = atomic_exchange_explicit(&slots[i % SLOTS], NULL, memory_order_acq_rel)))
            sched_yield();
        free(p);
    }
    pthread_join(thread, NULL);
    result(start, total);
    return 0;
}
