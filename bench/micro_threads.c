/* SPDX-License-Identifier: MIT
 * micro_threads.c: eight threads, each with small blocks of its own.
 */
#include "micro.h"

enum { THREADS = 8, LIVE = 1024 };
static unsigned long each;

static void *work(void *seed)
{
    void *live[LIVE] = { NULL };
    uint32_t state = (uint32_t)(uintptr_t)seed;
    for (unsigned long i = 0; i < each; i++) {
        uint32_t r = next_random(&state);
        free(live[r % LIVE]);
        char *p = malloc((r >> 16) % 512 + 1);
        *p = 1;
        live[r % LIVE] = p;
    }
    for (int i = 0; i < LIVE; i++)
        free(live[i]);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    each = operations(argc, argv) / THREADS;
    uint64_t start = now_ns();
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, work, (void *)(i + 1));
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    result(start, each * THREADS);
    return 0;
}
