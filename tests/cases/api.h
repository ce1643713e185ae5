/* SPDX-License-Identifier: MIT
 * api.h: the library's and LeakSanitizer's functions as weak symbols, so that a case links to no library.
 */
#ifndef CASE_API_H
#define CASE_API_H

#pragma weak leaksgc_check
#pragma weak leaksgc_leaks
#pragma weak leaksgc_heap
#pragma weak leaksgc_heap_add
#pragma weak leaksgc_heap_top
#pragma weak leaksgc_disable
#pragma weak leaksgc_enable
#pragma weak leaksgc_disable_all
#pragma weak leaksgc_enable_all
#pragma weak leaksgc_ignore_object
#pragma weak leaksgc_register_root_region
#pragma weak leaksgc_unregister_root_region
#pragma weak leaksgc_optimize
#pragma weak leaksgc_thread_tag
#pragma weak leaksgc_is_reachable
#pragma weak leaksgc_empty
#include "leaksgc.h"

#ifdef __cplusplus
extern "C" {
#endif
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));
void __lsan_ignore_object(const void *) __attribute__((weak));
void __lsan_register_root_region(const void *, size_t) __attribute__((weak));
void __lsan_unregister_root_region(const void *, size_t) __attribute__((weak));
void __lsan_do_leak_check(void) __attribute__((weak));
int __lsan_do_recoverable_leak_check(void) __attribute__((weak));
#ifdef __cplusplus
}
#endif

/* Without the library there is nothing to see: such a run ends well, at once. */
#define NEED(function)                              \
    do {                                            \
        if (!(function))                            \
            _exit(0);                               \
    } while (0)

/* One check; what is lost by now, as numbers. */
static inline __attribute__((unused)) struct leaksgc_result check_now(void)
{
    struct leaksgc_result result;
    memset(&result, 0, sizeof result);
    if (leaksgc_check(&result) < 0) {
        perror("leaksgc_check");
        _exit(98);
    }
    return result;
}

#endif
