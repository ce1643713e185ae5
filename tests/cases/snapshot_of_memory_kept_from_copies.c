/* SPDX-License-Identifier: MIT
 * snapshot_of_memory_kept_from_copies.c: what a copy of the process would lack (MADV_DONTFORK) still keeps its blocks alive.
 *
 * run: snapshot=fork
 *   way stop fork: the program keeps memory from copies of itself
 */
#include "case.h"
#include <sys/mman.h>

int main(void)
{
    void **only = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(only != MAP_FAILED);
    CHECK(madvise(only, 8192, MADV_DONTFORK) == 0);
    only[5] = make(100);
    clear_stack();
    return 0;
}
