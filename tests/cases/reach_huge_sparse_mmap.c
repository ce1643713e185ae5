/* SPDX-License-Identifier: MIT
 * reach_huge_sparse_mmap.c: 64 GiB of reserved, untouched memory is no obstacle, and the one pointer in it is seen.
 *
 * run:
 *   direct 0 0
 *   lsan-differs
 */
#include "case.h"
#include <sys/mman.h>

int main(void)
{
    size_t size = (size_t)64 << 30;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return 0;
    *(void **)(memory + size / 2) = make(100);
    memory = NULL;
    clear_stack();
    return 0;
}
