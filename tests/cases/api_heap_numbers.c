/* SPDX-License-Identifier: MIT
 * api_heap_numbers.c: leaksgc_heap counts requested bytes exactly, allocated, freed and live.
 *
 * run:
 *   direct 0 0
 */
#include "case.h"
#include "api.h"

void *p[100];

int main(void)
{
    struct leaksgc_heap a, b, c;
    NEED(leaksgc_heap);
    CHECK(leaksgc_heap(&a) == 0);
    for (int i = 0; i < 100; i++)
        p[i] = make(1001);
    CHECK(leaksgc_heap(&b) == 0);
    CHECK(b.allocated_bytes - a.allocated_bytes == 100100);
    CHECK(b.live_bytes - a.live_bytes == 100100);
    CHECK(b.freed_bytes == a.freed_bytes);
    for (int i = 0; i < 100; i++)
        free(p[i]);
    free(make(5000000));
    CHECK(leaksgc_heap(&c) == 0);
    CHECK(c.freed_bytes - b.freed_bytes == 5100100);
    CHECK(c.live_bytes == a.live_bytes);
    CHECK(c.largest_bytes >= 5000000 && c.process_bytes > 0 && c.time_ns >= a.time_ns);
    return 0;
}
