/* SPDX-License-Identifier: MIT
 * micro_phases.c: a program whose sizes change: each phase fills 64 MiB with blocks of its own sizes and frees them.
 *
 * One block in 256 outlives its phase and is freed in the next, as caches and
 * late results do; what that leaves of memory that could be returned shows in
 * the third number printed, the resident set at the end in kB.
 */
#include "micro.h"
#include <unistd.h>

enum { MOST = 1 << 20, PHASES = 5 };
static const struct { size_t from, to; } sizes[PHASES] = {
    { 64, 160 }, { 2048, 16384 }, { 256, 768 }, { 16384, 1 << 20 }, { 64, 1024 }
};
static void *blocks[MOST], *late[MOST / 256 + 1];

/* Frees them in an order that is random, but near the one they came in. */
static void free_all(unsigned long count, uint32_t *state)
{
    for (unsigned long i = 0; i < count; i++) {
        unsigned long j = i + next_random(state) % 4096;
        if (j >= count)
            j = count - 1;
        void *p = blocks[j];
        blocks[j] = blocks[i];
        free(late[i / 256]);
        late[i / 256] = NULL;
        if (i % 256 != 255)
            free(p);
        else
            blocks[i] = p;
    }
    for (unsigned long i = 255; i < count; i += 256)
        late[i / 256] = blocks[i];
}

static unsigned long phase(size_t from, size_t to, size_t total, uint32_t *state)
{
    unsigned long count = 0;
    for (size_t used = 0; used < total && count < MOST; count++) {
        size_t size = from + next_random(state) % (to - from + 1);
        blocks[count] = written(size);
        used += size;
    }
    free_all(count, state);
    return count;
}

static unsigned long resident_kb(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*u %lu", &pages) != 1)
        exit(1);
    fclose(file);
    return pages * ((unsigned long)sysconf(_SC_PAGESIZE) / 1024);
}

int main(int argc, char **argv)
{
    unsigned long n = operations(argc, argv), done = 0;
    size_t total = n < 1000000 ? n * 64 : (size_t)64 << 20;
    uint32_t state = 1;
    uint64_t start = now_ns();
    while (done < n)
        for (int i = 0; i < PHASES; i++)
            done += phase(sizes[i].from, sizes[i].to, total, &state);
    uint64_t took = now_ns() - start;
    printf("%llu %lu %lu\n", (unsigned long long)took, done, resident_kb());
    return 0;
}
