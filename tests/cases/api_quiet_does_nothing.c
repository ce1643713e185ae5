/* SPDX-License-Identifier: MIT
 * api_quiet_does_nothing.c: with leak finding off the functions do no harm, and say ENOTSUP.
 *
 * run:
 *   quiet
 *   stdout done
 */
#include "case.h"
#include "api.h"

static int each(const struct leaksgc_leak *leak, void *unused)
{
    (void)leak;
    (void)unused;
    _exit(97);
}

int main(void)
{
    if (leaksgc_check) {
        struct leaksgc_result result;
        struct leaksgc_heap heap;
        lose(10, 5);
#define NOT_SUPPORTED(call) CHECK((errno = 0, (call) == -1 && errno == ENOTSUP))
        NOT_SUPPORTED(leaksgc_check(&result));
        NOT_SUPPORTED(leaksgc_check(NULL));
        NOT_SUPPORTED(leaksgc_leaks(each, NULL));
        NOT_SUPPORTED(leaksgc_heap(&heap));
        NOT_SUPPORTED(leaksgc_ignore_object(&heap));
        NOT_SUPPORTED(leaksgc_is_reachable(&heap));
        NOT_SUPPORTED(leaksgc_thread_tag("x", 0));
        NOT_SUPPORTED(leaksgc_register_root_region(&heap, sizeof heap));
        NOT_SUPPORTED(leaksgc_unregister_root_region(&heap, sizeof heap));
        leaksgc_disable();
        leaksgc_enable();
        leaksgc_enable();
        leaksgc_disable_all();
        leaksgc_enable_all();
        leaksgc_empty();
        __lsan_disable();
        __lsan_enable();
        __lsan_ignore_object(&heap);
        __lsan_do_leak_check();
        CHECK(__lsan_do_recoverable_leak_check() == 0);
    }
    puts("done");
    return 0;
}
