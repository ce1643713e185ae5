/* SPDX-License-Identifier: MIT
 * reach_root_region.c: a pointer in a registered root region keeps its block until the region is unregistered.
 *
 * run: use_root_regions=1
 *   args leaksgc
 *   direct 0 0
 * run: use_root_regions=0
 *   args leaksgc
 *   direct 1 112
 * run: use_root_regions=1
 *   args unregistered
 *   direct 1 112
 * run: use_root_regions=1
 *   args twice
 *   direct 0 0
 * run: use_root_regions=1
 *   args lsan
 *   direct 0 0
 * run: use_root_regions=1
 *   args none
 *   direct 1 112
 */
#include "case.h"
#include "api.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    NEED(leaksgc_register_root_region);
    /* Shared memory is no root by itself. */
    void **region = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(region != MAP_FAILED);
    region[7] = make(112);
    if (!strcmp(how, "lsan"))
        __lsan_register_root_region(region, 4096);
    else if (strcmp(how, "none"))
        CHECK(leaksgc_register_root_region(region, 4096) == 0);
    if (!strcmp(how, "twice"))
        CHECK(leaksgc_register_root_region(region, 4096) == 0);
    if (!strcmp(how, "unregistered") || !strcmp(how, "twice"))
        CHECK(leaksgc_unregister_root_region(region, 4096) == 0);
    if (!strcmp(how, "unregistered")) {
        errno = 0;
        CHECK(leaksgc_unregister_root_region(region, 4096) == -1 && errno == EINVAL);
    }
    clear_stack();
    return 0;
}
