/* SPDX-License-Identifier: MIT
 * api_heap_samples.c: leaksgc_heap_add keeps the largest samples, one of a stack; leaksgc_heap_top lists them with the live sites, largest first.
 *
 * run: max_samples=3
 *   direct 0 0
 */
#include "case.h"
#include "api.h"

#include <time.h>

static void *held[50];

static NOINLINE void hold(void)
{
    for (int i = 0; i < 50; i++)
        held[i] = make(2000);
    HERE();
}

static NOINLINE int add(uint64_t bytes)
{
    struct leaksgc_sample s = { .bytes = bytes };
    int status = leaksgc_heap_add(&s);
    HERE();
    return status;
}

static uint64_t added(const struct leaksgc_sample *s, size_t n)
{
    uint64_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += s[i].added;
    return count;
}

int main(void)
{
    NEED(leaksgc_heap_add);
    NEED(leaksgc_heap_top);
    struct leaksgc_sample top[100], s = { .bytes = 1 };
    const void *frames[2] = { (const char *)(uintptr_t)main + 4, (const char *)(uintptr_t)main + 8 };
    struct leaksgc_stack own = { .depth = 2, .pc = frames }, none = { .depth = 0 };
    struct timespec now;
    size_t n;

    hold();
    n = leaksgc_heap_top(top, 100);
    CHECK(n >= 1 && added(top, n) == 0);
    CHECK(top[0].bytes == 100000 && top[0].objects == 50 && top[0].stack->depth >= 2);
    const struct leaksgc_stack *live = top[0].stack;

    CHECK(add(500000) == 0); /* three times from three stacks */
    CHECK(add(1000) == 0);
    CHECK(add(90000) == 0);
    n = leaksgc_heap_top(top, 100);
    CHECK(added(top, n) == 3 && top[0].bytes == 500000 && top[0].added && top[0].objects == 0);
    CHECK(top[1].bytes == 100000 && !top[1].added && top[2].bytes == 90000 && top[2].added);
    for (size_t i = 1; i < n; i++)
        CHECK(top[i - 1].bytes >= top[i].bytes);
    clock_gettime(CLOCK_REALTIME, &now);
    CHECK(top[0].time_ns / 1000000000 <= now.tv_sec && top[0].time_ns / 1000000000 > now.tv_sec - 3600);
    CHECK(leaksgc_heap_top(top, 2) == 2 && top[1].bytes == 100000);
    CHECK(leaksgc_heap_top(top, 0) == 0);

    /* A fourth stack: the smallest goes; a smaller one does not come in. */
    CHECK(check_now().evicted == 0);
    s = (struct leaksgc_sample){ .bytes = 70000, .stack = &own, .time_ns = 12345 };
    CHECK(leaksgc_heap_add(&s) == 0 && check_now().evicted == 1);
    n = leaksgc_heap_top(top, 100);
    CHECK(added(top, n) == 3 && top[3].bytes == 70000 && top[3].time_ns == 12345);
    CHECK(top[3].stack->depth == 2 && top[3].stack->pc[1] == frames[1]);
    CHECK(add(10) == 0 && check_now().evicted == 2);
    n = leaksgc_heap_top(top, 100);
    CHECK(added(top, n) == 3 && top[3].bytes == 70000);

    /* The same stack again takes its place, also a smaller one; a stack of the library's is taken as it is. */
    s.bytes = 20;
    CHECK(leaksgc_heap_add(&s) == 0 && check_now().evicted == 2);
    s = (struct leaksgc_sample){ .bytes = 600000, .stack = live };
    CHECK(leaksgc_heap_add(&s) == 0 && check_now().evicted == 3);
    n = leaksgc_heap_top(top, 100);
    CHECK(added(top, n) == 3 && top[0].bytes == 600000 && top[0].stack == live && top[2].stack == live);

    errno = 0;
    CHECK(leaksgc_heap_add(NULL) == -1 && errno == EINVAL);
    s.stack = &none;
    errno = 0;
    CHECK(leaksgc_heap_add(&s) == -1 && errno == EINVAL);
    for (int i = 0; i < 50; i++)
        free(held[i]);
    return 0;
}
