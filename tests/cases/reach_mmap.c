/* SPDX-License-Identifier: MIT
 * reach_mmap.c: a pointer in memory that the program mapped keeps its block, also after mremap and partial munmap.
 *
 * run: use_mmap=1
 *   args plain
 *   direct 0 0
 *   lsan-differs
 * run: use_mmap=0
 *   args plain
 *   direct 1 110
 *   stack make main
 * run: use_mmap=1
 *   args mremap
 *   direct 0 0
 *   lsan-differs
 * run: use_mmap=1
 *   args hole
 *   direct 1 110
 *   lsan-differs
 * run: use_mmap=1
 *   args gone
 *   direct 1 110
 * run: use_mmap=1
 *   args shared
 *   direct 1 110
 * run: use_mmap=1
 *   args fixed
 *   direct 1 110
 */
#include "case.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
    const size_t size = 64 * 4096;
    const char *how = argc > 1 ? argv[1] : "";
    int shared = !strcmp(how, "shared");
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    *(void **)(memory + 40 * 4096) = make(110);
    if (!strcmp(how, "mremap")) {
        /* Something right behind it, so that it moves. */
        memory = mremap(memory, size, 1024 * size, MREMAP_MAYMOVE);
        CHECK(memory != MAP_FAILED);
    }
    if (!strcmp(how, "hole")) {
        /* The pointer is in one part, a second block's was in the hole. */
        *(void **)(memory + 20 * 4096) = make(110);
        CHECK(munmap(memory + 10 * 4096, 20 * 4096) == 0);
    }
    if (!strcmp(how, "gone"))
        CHECK(munmap(memory, size) == 0);
    if (!strcmp(how, "fixed"))
        CHECK(mmap(memory, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == memory);
    memory = NULL;
    clear_stack();
    return 0;
}
