/* SPDX-License-Identifier: MIT
 * cxx_exception_pointer_lost.cc: a block that is referenced from a pending exception only is kept while it is pending.
 *
 * run:
 *   direct 1 59
 */
#include "case.h"
#include "api.h"

struct Owner {
    void *p;
};

static NOINLINE void thrower()
{
    Owner owner = { make(58) };
    throw owner;
}

int main()
{
    try {
        thrower();
    } catch (Owner &owner) {
        clear_stack();
        if (leaksgc_check)
            CHECK(check_now().direct.objects == 0);
        free(owner.p);
    }
    lose(59, 1);
    return 0;
}
