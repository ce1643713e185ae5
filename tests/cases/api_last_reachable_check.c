/* SPDX-License-Identifier: MIT
 * api_last_reachable_check.c: a leak names the last check that saw it reachable and the first that did not.
 *
 * run:
 *   direct 1 44
 */
#include "case.h"
#include "api.h"

void *held;
static int seen;

static int each(const struct leaksgc_leak *leak, void *unused)
{
    (void)unused;
    seen++;
    CHECK(leak->size == 44);
    CHECK(leak->last_reachable_check == 2);
    CHECK(leak->found_check == 3);
    return 0;
}

static NOINLINE void set(void)
{
    held = make(44);
}

int main(void)
{
    NEED(leaksgc_leaks);
    set();
    clear_stack();
    check_now();
    check_now();
    held = NULL;
    clear_stack();
    check_now();
    check_now();
    leaksgc_leaks(each, NULL);
    CHECK(seen == 1);
    return 0;
}
