/* SPDX-License-Identifier: MIT
 * stack_on_coroutine.c: the stack of an allocation on a coroutine's stack is that coroutine's, and walking it does no harm.
 *
 * run:
 *   direct 1 56
 *   stack make on_coroutine body
 */
#include "case.h"
#include <ucontext.h>

static ucontext_t outside, coroutine;
static char stack[256 * 1024];

static NOINLINE void on_coroutine(void)
{
    void *p = make(56);
    KEEP(p);
    p = NULL;
    KEEP(p);
}

static void body(void)
{
    on_coroutine();
    clear_stack();
}

int main(void)
{
    getcontext(&coroutine);
    coroutine.uc_stack.ss_sp = stack;
    coroutine.uc_stack.ss_size = sizeof stack;
    coroutine.uc_link = &outside;
    makecontext(&coroutine, body, 0);
    CHECK(swapcontext(&outside, &coroutine) == 0);
    memset(stack, 0, sizeof stack);
    clear_stack();
    return 0;
}
