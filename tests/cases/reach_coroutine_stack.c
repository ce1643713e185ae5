/* SPDX-License-Identifier: MIT
 * reach_coroutine_stack.c: a pointer on the stack of a suspended swapcontext coroutine keeps its block.
 *
 * run:
 *   args malloc
 *   direct 0 0
 * run:
 *   args mmap
 *   direct 0 0
 *   lsan-differs
 */
#include "case.h"
#include <sys/mman.h>
#include <ucontext.h>

static ucontext_t main_context, coroutine;

static void body(void)
{
    void *volatile held[3];
    held[1] = make(121);
    clear_stack();
    swapcontext(&coroutine, &main_context);
    _exit(held[1] == NULL);
}

int main(int argc, char **argv)
{
    size_t size = 512 * 1024;
    CHECK(getcontext(&coroutine) == 0);
    if (argc > 1 && !strcmp(argv[1], "mmap")) {
        /* PROT_GROWSDOWN is not used: a plain mapping, as libraries do it. */
        coroutine.uc_stack.ss_sp = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    } else {
        coroutine.uc_stack.ss_sp = malloc(size);
    }
    coroutine.uc_stack.ss_size = size;
    makecontext(&coroutine, body, 0);
    CHECK(swapcontext(&main_context, &coroutine) == 0);
    clear_stack();
    return 0;
}
