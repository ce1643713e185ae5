/* SPDX-License-Identifier: MIT
 * stack_realigned_frame.c: frames that are realigned, of variable size, or hold an alloca do not break the stack.
 *
 * run:
 *   direct 3 141
 *   stack make realigned caller main
 *   stack make variable caller main
 *   stack make realigned_variable caller main
 */
#include "case.h"
#include <alloca.h>

static NOINLINE void realigned(int n)
{
    char buffer[256] __attribute__((aligned(64)));
    memset(buffer, n, sizeof buffer);
    KEEP(buffer[0]);
    void *p = make(47);
    KEEP(p);
    KEEP(buffer[3]);
}

static NOINLINE void variable(int n)
{
    char *buffer = alloca((size_t)n * 100);
    KEEP(buffer);
    void *p = make(47);
    KEEP(p);
    KEEP(buffer);
}

static NOINLINE void realigned_variable(int n)
{
    char buffer[64] __attribute__((aligned(64)));
    char *more = alloca((size_t)n * 50);
    memset(buffer, n, sizeof buffer);
    KEEP(more);
    KEEP(buffer[1]);
    void *p = make(47);
    KEEP(p);
    KEEP(more);
    KEEP(buffer[2]);
}

static NOINLINE void caller(int n)
{
    realigned(n);
    variable(n + 3);
    realigned_variable(n + 5);
    HERE();
}

int main(int argc, char **argv)
{
    (void)argv;
    caller(argc);
    clear_stack();
    return 0;
}
