/* SPDX-License-Identifier: MIT
 * reach_data_relro.c: pointers in .data, at the end of .bss and in memory that became read-only keep their blocks.
 *
 * run:
 *   direct 0 0
 * run: use_globals=0:use_mmap=0
 *   direct 3 303
 */
#include "case.h"
#include <sys/mman.h>

void *in_data[2] = { (void *)1, NULL };
void *in_big_bss[100000];
struct { void *p; char pad[16384]; } page __attribute__((aligned(4096)));

int main(void)
{
    in_data[1] = make(101);
    in_big_bss[99999] = make(101);
    page.p = make(101);
    CHECK(mprotect(&page, 4096, PROT_READ) == 0);
    clear_stack();
    return 0;
}
