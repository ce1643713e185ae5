/* SPDX-License-Identifier: MIT
 * api_result_numbers.c: leaksgc_result's numbers of memory fit each other and what the program does.
 *
 * run: snapshot=stop
 *   direct 0 0
 * run: snapshot=fork
 *   direct 0 0
 */
#include "case.h"
#include "api.h"

enum { MANY = 1000, SIZE = 3001, LARGE = 64 << 20 };
static void *held[MANY];
static void *volatile large;

static void fits(const struct leaksgc_result *r)
{
    CHECK(r->alloc == r->after.live_bytes && r->heap_alloc == r->alloc);
    CHECK(r->total_alloc == r->after.allocated_bytes);
    CHECK(r->total_alloc >= r->alloc && r->mallocs - r->frees >= r->heap_objects);
    CHECK(r->heap_inuse + r->heap_idle == r->heap_sys && r->heap_sys < r->sys);
    CHECK(r->heap_alloc <= r->heap_inuse);
    CHECK(r->before.time_ns <= r->after.time_ns && r->num_threads == 1);
}

int main(void)
{
    NEED(leaksgc_check);
    struct leaksgc_result a = check_now(), b, c, d;
    fits(&a);
    for (int i = 0; i < MANY; i++)
        held[i] = make(SIZE);
    large = make(LARGE);
    b = check_now();
    fits(&b);
    CHECK(b.mallocs - a.mallocs == MANY + 1 && b.frees == a.frees);
    CHECK(b.alloc - a.alloc == (uint64_t)MANY * SIZE + LARGE);
    CHECK(b.total_alloc - a.total_alloc == b.alloc - a.alloc);
    CHECK(b.heap_objects - a.heap_objects == MANY + 1);
    CHECK(b.heap_inuse - a.heap_inuse >= b.alloc - a.alloc);
    CHECK(b.lookups - a.lookups >= MANY); /* each of held[] is looked up */
    free(large);
    large = NULL;
    c = check_now();
    fits(&c);
    CHECK(c.frees - b.frees == 1 && b.alloc - c.alloc == LARGE && c.total_alloc == b.total_alloc);
    CHECK(c.heap_inuse + LARGE <= b.heap_inuse + 4096);
    CHECK(c.heap_released - b.heap_released >= LARGE); /* too large to be kept */
    for (int i = 0; i < MANY; i++)
        free(held[i]);
    memset(held, 0, sizeof held);
    d = check_now();
    fits(&d);
    CHECK(d.frees - c.frees == MANY && d.alloc == a.alloc && d.mallocs == b.mallocs);
    CHECK(d.lookups > c.lookups - 1 && d.heap_idle > c.heap_idle);
    return 0;
}
