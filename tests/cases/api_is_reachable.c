/* SPDX-License-Identifier: MIT
 * api_is_reachable.c: leaksgc_is_reachable answers as of the last check, and EINVAL for what no check saw.
 *
 * run:
 *   direct 1 33
 */
#include "case.h"
#include "api.h"

void *held;
static uintptr_t hidden;

static NOINLINE void set_up(void)
{
    held = make(32);
    hidden = HIDE(make(33));
}

int main(void)
{
    NEED(leaksgc_is_reachable);
    set_up();
    clear_stack();
    check_now();
    CHECK(leaksgc_is_reachable(held) == 1);
    CHECK(leaksgc_is_reachable(REVEAL(hidden)) == 0);
    void *young = make(34);
    errno = 0;
    CHECK(leaksgc_is_reachable(young) == -1 && errno == EINVAL);
    free(young);
    errno = 0;
    CHECK(leaksgc_is_reachable(&held) == -1 && errno == EINVAL);
    clear_stack();
    return 0;
}
