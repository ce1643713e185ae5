/* SPDX-License-Identifier: MIT
 * stack_recursion_folded.c: a folded recursion is one site however deep it was, and the report says what it leaves out.
 *
 * run: fold_recursion=0
 *   direct 4500 279000
 *   groups 3
 *   stack make last one other one other one other one other
 *   stack make last deeper deeper deeper deeper main
 *   stack make last deeper deeper main
 *   folded 1
 *   folded 2
 */
#include "case.h"

static NOINLINE void last(void)
{
    void *p = make(62);
    KEEP(p);
    HERE();
}

static NOINLINE void one(int n);

static NOINLINE void other(int n)
{
    one(n - 1);
    HERE();
}

static NOINLINE void one(int n)
{
    if (n <= 0)
        last();
    else
        other(n - 1);
    HERE();
}

static NOINLINE void deeper(int n)
{
    if (n == 0)
        last();
    else
        deeper(n - 1);
    HERE();
}

int main(void)
{
    for (int i = 0; i < 1500; i++) {
        one(10 + i % 20 * 2);
        deeper(8 + i % 40);
        deeper(1);
    }
    clear_stack();
    return 0;
}
