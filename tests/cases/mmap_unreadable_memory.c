/* SPDX-License-Identifier: MIT
 * mmap_unreadable_memory.c: mapped memory that cannot be read does no harm to a check, nor do pages beyond a file's end.
 *
 * run:
 *   direct 1 111
 *   stack make lose main
 */
#include "case.h"
#include <sys/mman.h>

int main(void)
{
    const size_t size = 16 * 4096;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    memset(memory, 1, size);
    CHECK(mprotect(memory + 4096, 4096, PROT_NONE) == 0);
    CHECK(mprotect(memory + 3 * 4096, 4096, PROT_READ) == 0);
    CHECK(mprotect(memory + 5 * 4096, 4096, PROT_WRITE) == 0);
    CHECK(mmap(NULL, 1 << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED);

    /* One page of file, eight pages of mapping: the rest gives SIGBUS. */
    FILE *file = tmpfile();
    CHECK(file);
    CHECK(ftruncate(fileno(file), 100) == 0);
    CHECK(mmap(NULL, 8 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fileno(file), 0) != MAP_FAILED);
    lose(111, 1);
    return 0;
}
