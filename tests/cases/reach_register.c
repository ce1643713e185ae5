/* SPDX-License-Identifier: MIT
 * reach_register.c: a pointer that only a register of a running thread holds keeps its block.
 *
 * run: use_registers=1
 *   direct 0 0
 * run: use_registers=0
 *   direct 1 105
 *   stack make body
 */
#include "case.h"
#include <sched.h>

static int volatile ready;

static NOINLINE void spin_with(uintptr_t hidden)
{
    __asm__ volatile("mov %0, %%r12\n\tnot %%r12\n\txor %%eax, %%eax\n\tmovl $1, %1\n"
                     "1:\tpause\n\tcmpl $2, %1\n\tjne 1b"
                     : : "r"(hidden), "m"(ready) : "r12", "rax", "memory", "cc");
}

static void *body(void *unused)
{
    uintptr_t hidden = HIDE(make(105));
    clear_stack();
    spin_with(hidden);
    return unused;
}

int main(void)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
    while (!ready)
        sched_yield();
    return 0;
}
