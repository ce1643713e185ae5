/* SPDX-License-Identifier: MIT
 * micro_producer.c: one thread allocates, another frees, as stages of a pipeline do, in batches of 256.
 *
 * Who has to wait sleeps: threads that spin would measure the scheduler.
 */
#include "micro.h"
#include <semaphore.h>

enum { BATCH = 256, BATCHES = 32 };
static void *ring[BATCHES][BATCH];
static sem_t filled, emptied;
static unsigned long batches;

static void *produce(void *unused)
{
    uint32_t state = 1;
    for (unsigned long i = 0; i < batches; i++) {
        sem_wait(&emptied);
        for (int j = 0; j < BATCH; j++)
            ring[i % BATCHES][j] = written(next_random(&state) % 256 + 1);
        sem_post(&filled);
    }
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    batches = (operations(argc, argv) + BATCH - 1) / BATCH;
    sem_init(&filled, 0, 0);
    sem_init(&emptied, 0, BATCHES);
    uint64_t start = now_ns();
    pthread_create(&thread, NULL, produce, NULL);
    for (unsigned long i = 0; i < batches; i++) {
        sem_wait(&filled);
        for (int j = 0; j < BATCH; j++)
            free(ring[i % BATCHES][j]);
        sem_post(&emptied);
    }
    pthread_join(thread, NULL);
    result(start, batches * BATCH);
    return 0;
}
