/* SPDX-License-Identifier: MIT
 * new_is_once_after_return.c: an object that was lost, is reachable for some checks, and is lost again is new once; another at its address is new by itself.
 *
 * run: snapshot=fork
 *   direct 1 700
 * run: snapshot=stop
 *   direct 1 700
 */
#include "case.h"
#include "api.h"

static volatile uintptr_t hidden;
static void *volatile visible;

static NOINLINE void lose_one(void)
{
    hidden = ~(uintptr_t)malloc(700);
}

static void expect(uint64_t lost, uint64_t fresh)
{
    struct leaksgc_result r = check_now();
    CHECK(r.direct.objects == lost && r.fresh.objects == fresh);
}

static NOINLINE void find_again(void)
{
    visible = (void *)~hidden;
}

static NOINLINE void forget(void)
{
    visible = NULL;
}

static NOINLINE void replace(void)
{
    free((void *)~hidden);
    lose_one();
}

int main(void)
{
    lose_one();
    HERE();
    if (leaksgc_check) {
        expect(1, 1);
        for (int i = 0; i < 3; i++) {
            find_again();
            expect(0, 0);
            expect(0, 0);
            forget();
            expect(1, 0);
            expect(1, 0);
        }
        find_again();
        expect(0, 0);
        forget();
    }
    replace();
    HERE();
    if (leaksgc_check)
        expect(1, 1);
    return 0;
}
