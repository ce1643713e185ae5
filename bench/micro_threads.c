/* SPDX-License-Identifier: MIT
 * micro_threads.c: threads, eight or as many as a second argument says, each with small blocks of its own.
 */
#include "micro.h"

enum { MOST = 64, LIVE = 1024 };
static unsigned long each;

static inline void *block(uint32_t random)
{
    return written(random % 512 + 1);
}

static void *work(void *seed)
{
    void *live[LIVE] = { NULL };
    churn(live, LIVE, each, (uint32_t)(uintptr_t)seed, block);
    for (int i = 0; i < LIVE; i++)
        free(live[i]);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[MOST];
    unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 10) : 8;
    if (count < 1 || count > MOST) {
        fprintf(stderr, "%s: 1 to %d threads, not %s\n", argv[0], MOST, argv[2]);
        return 2;
    }
    each = operations(argc, argv) / count;
    uint64_t start = now_ns();
    for (uintptr_t i = 0; i < count; i++)
        pthread_create(&threads[i], NULL, work, (void *)(i + 1));
    for (unsigned long i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    result(start, each * count);
    return 0;
}
