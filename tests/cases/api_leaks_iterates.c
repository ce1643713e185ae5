/* SPDX-License-Identifier: MIT
 * api_leaks_iterates.c: leaksgc_leaks shows each lost object or group with size, kind, stack and time; non-zero stops it.
 *
 * run:
 *   direct 3 36
 *   indirect 1 48
 */
#include "case.h"
#include "api.h"
#include <time.h>

static int calls;
static uint64_t objects[4], bytes[4];
static int64_t now;

static int each(const struct leaksgc_leak *leak, void *argument)
{
    CHECK(argument == &calls);
    calls++;
    CHECK(leak->kind <= LEAKSGC_REACHABLE && leak->count >= 1);
    objects[leak->kind] += leak->count;
    bytes[leak->kind] += leak->size;
    CHECK(leak->obj != NULL);
    CHECK(leak->stack && leak->stack->depth >= 2 && leak->stack->depth <= 64);
    for (uint32_t i = 0; i < leak->stack->depth; i++)
        CHECK(leak->stack->pc[i] != NULL);
    CHECK(leak->thread == 1 && leak->found_check == 1 && leak->last_reachable_check == 0);
    CHECK(leak->time_ns <= now && now - leak->time_ns < (int64_t)3600 * 1000000000);
    free(malloc(1000));
    return 0;
}

static int stop(const struct leaksgc_leak *leak, void *argument)
{
    (void)leak;
    ++*(int *)argument;
    return 42;
}

static NOINLINE void lose_some(void)
{
    void **p = make(24);
    p[1] = make(48);
    lose(6, 2);
}

int main(void)
{
    struct timespec t;
    int count = 0;
    NEED(leaksgc_leaks);
    lose_some();
    clear_stack();
    check_now();
    clock_gettime(CLOCK_REALTIME, &t);
    now = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
    CHECK(leaksgc_leaks(each, &calls) == 0);
    CHECK(calls >= 3);
    CHECK(objects[LEAKSGC_DIRECT] == 3 && bytes[LEAKSGC_DIRECT] == 36);
    CHECK(objects[LEAKSGC_INDIRECT] == 1 && bytes[LEAKSGC_INDIRECT] == 48);
    CHECK(leaksgc_leaks(stop, &count) == 42 && count == 1);
    return 0;
}
